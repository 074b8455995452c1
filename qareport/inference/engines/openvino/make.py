"""Makes engines of OpenVINO from loaded models, by a cache of converted models."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import openvino as ov

from qareport.errors import EngineError
from qareport.inference.callback import Log
from qareport.inference.engines.conversion import inputs_of
from qareport.inference.engines.engine import TokenBatch, TorchEngine
from qareport.inference.engines.model_cache import (
    ModelCache,
    ModelFiles,
    default_folder,
    facts_of,
    key_of,
)
from qareport.inference.engines.openvino.conversion import convert
from qareport.inference.engines.openvino.engine import OpenVinoEngine, compile_engine
from qareport.inference.engines.openvino.quantisation import (
    CALIBRATED_RECIPE,
    RECIPE,
    calibrate,
    quantise,
)
from qareport.inference.engines.table import INT8, INT8_CALIBRATED, OPENVINO

MODEL = "model.xml"
FILES: ModelFiles[ov.Model] = ModelFiles(
    OPENVINO,
    (MODEL, "model.bin"),
    read=lambda folder: ov.Core().read_model(folder / MODEL),
    write=lambda model, folder: ov.save_model(model, folder / MODEL, compress_to_fp16=False),
)
"""How converted models are kept."""


@dataclass(frozen=True, slots=True)
class ConvertibleModel:
    """A model of torch that can be converted for OpenVINO."""

    whole: TorchEngine
    """In float32."""
    weights_sha256: str
    """Models without one, or with code of their own, are converted each time."""
    log: Log
    """Called about damaged models in the cache and slow steps."""

    def engine(self, dtype: str) -> OpenVinoEngine:
        """The engine that runs the model in a number format.

        Raises:
            EngineError: OpenVINO cannot run the model.
            UsageError: this CPU does not have the format.
        """
        if dtype == INT8:
            return self._compile(self._in_eight_bits(), dtype)
        engine = self._compile(self._converted(), dtype)
        if dtype == INT8_CALIBRATED:
            return UncalibratedEngine(engine.request, engine.whole, engine.settings, self)
        return engine

    def calibrated_engine(self, windows: Sequence[TokenBatch]) -> OpenVinoEngine:
        """The engine that runs the model in 8 bits, with scales calibrated on the windows.

        Raises:
            EngineError: OpenVINO cannot run the model so.
        """
        takes_type_ids = self.whole.takes_type_ids
        inputs = [inputs_of(window, takes_type_ids=takes_type_ids) for window in windows]
        calibration = key_of({"windows": [[each.tolist() for each in window] for window in inputs]})

        def make() -> ov.Model:
            self.log("int8 is calibrated on windows of the data, which may take minutes")
            return calibrate(self._converted(), inputs)

        model = self._take_or_make(f"{INT8}, {CALIBRATED_RECIPE}, {calibration}", make)
        return self._compile(model, INT8_CALIBRATED, calibration=calibration)

    def _compile(self, model: ov.Model, dtype: str, **deciding: str) -> OpenVinoEngine:
        settings = {**facts_of(self.whole), "engine": OPENVINO, "precision": dtype, **deciding}
        try:
            return compile_engine(model, dtype, whole=self.whole, settings=settings)
        except RuntimeError as error:
            name = type(self.whole.model).__name__
            raise EngineError(
                f"{name} cannot be run by openvino in {dtype}; take another --dtype, or "
                "--engine torch"
            ) from error

    def _converted(self) -> ov.Model:
        """The converted model in float32; smaller formats are chosen when it is compiled."""
        return self._take_or_make("float32", lambda: convert(self.whole))

    def _in_eight_bits(self) -> ov.Model:
        return self._take_or_make(f"{INT8}, {RECIPE}", lambda: quantise(self._converted()))

    def _take_or_make(self, weights: str, make: Callable[[], ov.Model]) -> ov.Model:
        """The converted model of an earlier run, or a new one."""
        cache = ModelCache(FILES, default_folder(OPENVINO), self.log)
        return cache.take_or_convert(
            self.whole, make, weights_sha256=self.weights_sha256, weights=weights
        )


@dataclass(frozen=True, slots=True)
class UncalibratedEngine(OpenVinoEngine):
    """A model that computes in floats until it is calibrated for 8 bits."""

    source: ConvertibleModel

    def calibrated(self, windows: Sequence[TokenBatch]) -> OpenVinoEngine:
        """The model with scales calibrated on the windows: faster, and less exact."""
        return self.source.calibrated_engine(windows)
