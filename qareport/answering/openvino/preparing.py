"""A loaded model to an engine of OpenVINO, by way of what earlier runs have kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version

import openvino as ov

from qareport.answering.engine import TorchEngine
from qareport.answering.loading.configurations import model_settings
from qareport.answering.loading.extras import OPENVINO_PACKAGES
from qareport.answering.openvino.conversion import convert
from qareport.answering.openvino.engine import OpenVinoEngine, compile_engine
from qareport.answering.openvino.model_cache import ModelCache, default_folder, key_of
from qareport.answering.openvino.quantising import RECIPE, quantise
from qareport.listening import Listener

INT8 = "int8"


@dataclass(frozen=True, slots=True)
class ConvertibleModel:
    """A model of torch that OpenVINO is to run."""

    whole: TorchEngine
    """In float32."""
    weights_sha256: str
    """Models without one, or with code of their own, are converted each time."""
    tell: Listener
    """Is told what becomes of damaged models in the cache."""

    def engine(self, dtype: str) -> OpenVinoEngine:
        """What runs the model in a number format.

        Raises:
            EngineError: OpenVINO cannot run the model.
            UsageError: this CPU does not have the format.
        """
        return compile_engine(
            self._in_eight_bits() if dtype == INT8 else self._converted(),
            dtype,
            whole=self.whole,
            settings={**self._facts(), "engine": "openvino", "precision": dtype},
        )

    def _converted(self) -> ov.Model:
        """In float32; what is smaller is chosen when it is compiled."""
        return self._take_or_make("float32", lambda: convert(self.whole))

    def _in_eight_bits(self) -> ov.Model:
        return self._take_or_make(f"{INT8}, {RECIPE}", lambda: quantise(self._converted()))

    def _take_or_make(self, weights: str, make: Callable[[], ov.Model]) -> ov.Model:
        """The model of an earlier run, or a new one."""
        # Of code that a model brings, nothing says whether it is still the same.
        is_known = type(self.whole.model).__module__.startswith("transformers.")
        if not (self.weights_sha256 and is_known):
            return make()
        packages = {name: version(name) for name in ("torch", "transformers", *OPENVINO_PACKAGES)}
        key = key_of(
            {**self._facts(), **packages, "format": weights, "sha256": self.weights_sha256}
        )
        return ModelCache(default_folder(), self.tell).take_or_make(key, make)

    def _facts(self) -> Mapping[str, object]:
        """What decides about logits beside weights and number format."""
        return {
            **model_settings(self.whole.model.config),
            "architecture": type(self.whole.model).__name__,
            "takes_type_ids": self.whole.takes_type_ids,
        }
