"""Makes engines of ONNX Runtime from loaded models, by a cache of converted models."""

from dataclasses import dataclass
from pathlib import Path

from qareport.inference.callback import Log
from qareport.inference.engines.engine import TorchEngine
from qareport.inference.engines.model_cache import (
    ModelCache,
    ModelFiles,
    default_folder,
    facts_of,
)
from qareport.inference.engines.onnxruntime.conversion import convert
from qareport.inference.engines.onnxruntime.engine import OnnxRuntimeEngine, start_engine
from qareport.inference.engines.onnxruntime.quantisation import RECIPE, quantise
from qareport.inference.engines.table import FLOAT32, INT8, ONNXRUNTIME

MODEL = "model.onnx"


def _write(model: bytes, folder: Path) -> None:
    (folder / MODEL).write_bytes(model)


FILES: ModelFiles[bytes] = ModelFiles(
    ONNXRUNTIME, (MODEL,), read=lambda folder: (folder / MODEL).read_bytes(), write=_write
)
"""How converted models are kept."""


@dataclass(frozen=True, slots=True)
class ExportableModel:
    """A model of torch that can be exported for ONNX Runtime."""

    whole: TorchEngine
    """In float32."""
    weights_sha256: str
    """Models without one, or with code of their own, are converted each time."""
    log: Log
    """Called about damaged models in the cache."""

    def engine(self, dtype: str) -> OnnxRuntimeEngine:
        """The engine that runs the model in a number format.

        Raises:
            EngineError: ONNX Runtime cannot run the model.
        """
        model = self._in_eight_bits() if dtype == INT8 else self._converted()
        settings = {**facts_of(self.whole), "engine": ONNXRUNTIME, "precision": dtype}
        return start_engine(model, whole=self.whole, settings=settings)

    def _converted(self) -> bytes:
        return self._cache().take_or_convert(
            self.whole,
            lambda: convert(self.whole),
            weights_sha256=self.weights_sha256,
            weights=FLOAT32,
        )

    def _in_eight_bits(self) -> bytes:
        return self._cache().take_or_convert(
            self.whole,
            lambda: quantise(self._converted(), self.whole.model),
            weights_sha256=self.weights_sha256,
            weights=f"{INT8}, {RECIPE}",
        )

    def _cache(self) -> ModelCache[bytes]:
        return ModelCache(FILES, default_folder(ONNXRUNTIME), self.log)
