"""Builds a model by its configuration, no larger than what its weight files hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError
from torch import Tensor, nn
from torch.nn.modules import module as registration

from qareport.errors import ModelError
from qareport.inference.loading.configurations import CONFIG
from qareport.inference.loading.weight_files import StoredTensors

LOADING_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    MemoryError,
    NameError,
    OSError,
    RuntimeError,
    SafetensorError,
    StrictDataclassError,
    TypeError,
    ValueError,
)
"""Errors that from_pretrained raises when files are damaged or need what is missing."""
TENSOR_FACTOR = 4
"""Tensors that a model may have for each stored one, which may be several in one."""
VALUE_FACTOR = 2
"""Values that a model may have for each stored one: tied weights are built twice, stored once."""
SPARE_VALUES = 1 << 24
"""Values that are stored nowhere, such as tables of positions that are computed: 64 MiB."""


@contextmanager
def bounded_building(name: str, stored: StoredTensors) -> Iterator[None]:
    """Stops the building of a model that outgrows its weight files; it must begin without memory.

    transformers builds models on the meta device, where shapes cost nothing, and takes memory for
    what the files lack at the end.

    Raises:
        ModelError: the model is too large.
    """
    size = _Size(name, stored)
    hooks = (
        registration.register_module_parameter_registration_hook(size.count),
        registration.register_module_buffer_registration_hook(size.count),
    )
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


@dataclass(slots=True)
class _Size:
    """How large a model has become, as torch registers its tensors one by one."""

    name: str
    stored: StoredTensors
    values: int = 0
    seen: set[tuple[int, str]] = field(default_factory=set)
    """Modules and names of the tensors; each is registered again when its weights are loaded."""

    def count(self, module: nn.Module, name: str, tensor: Tensor | None) -> None:
        """Counts a tensor.

        Raises:
            ModelError: there are too many, or too large ones.
        """
        if tensor is None or (id(module), name) in self.seen:
            return
        self.seen.add((id(module), name))
        self.values += tensor.numel()
        if self.values > VALUE_FACTOR * self.stored.values + SPARE_VALUES:
            raise self._too_large(f"a {name} of {' x '.join(str(size) for size in tensor.shape)}")
        if len(self.seen) > TENSOR_FACTOR * self.stored.tensors:
            raise self._too_large(f"more than {len(self.seen) - 1} tensors")

    def _too_large(self, what: str) -> ModelError:
        stored = self.stored
        return ModelError(
            f"{self.name}: {CONFIG} asks for {what}, which does not go with the {stored.values} "
            f"values in {stored.tensors} tensors {stored.where}; "
            "get both from one source again"
        )
