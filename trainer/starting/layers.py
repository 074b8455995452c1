"""Makes a student out of some of its teacher's layers."""

import copy
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from torch import Tensor, nn
from transformers import PreTrainedConfig, PreTrainedModel

from trainer.errors import PreflightError, RecipeError
from trainer.starting.rebuilding import Weights, rebuild

PER_LAYER_SETTINGS = ("attention_window", "layer_types")
"""Lists in configurations (of Longformer; of ModernBERT and others) with an entry per layer."""
WORKLESS_NAMES = ("layer_id", "layer_idx", "_is_hf_initialized")
"""Settings that only number a layer, or record how it got its values."""


def spread_layers(teacher_layers: int, student_layers: int) -> tuple[int, ...]:
    """Evenly spread layers of the teacher, counted from 0, always with the last.

    Layer `i` of a student of `s` layers is layer `i * t / s` of the `t` of the teacher, counted
    from 1 and rounded down: (1, 3, 5) for 3 of 6, as TinyBERT (Jiao et al. 2020) pairs layers.

    Raises:
        RecipeError: the student would have no layers, or more than the teacher.
    """
    if not 1 <= student_layers <= teacher_layers:
        raise RecipeError(
            f"a student of {student_layers} layers cannot be cut out of a teacher of "
            f"{teacher_layers}; choose from 1 to {teacher_layers}"
        )
    return tuple(
        layer * teacher_layers // student_layers - 1 for layer in range(1, student_layers + 1)
    )


def keep_layers(model: PreTrainedModel, layers: Sequence[int]) -> PreTrainedModel:
    """A new model of these layers in order, counted from 0, with all that is around them.

    What a layer is set to do goes with it, as ModernBERT's attention, here local and there global.

    Raises:
        RecipeError: `layers` are none, out of range, repeated or out of order.
        PreflightError: the model's layers share weights, or a layer depends on its index.
    """
    name = _layer_list(model)
    _check_choice(layers, model.config.num_hidden_layers)
    student = rebuild(
        model, _cut_config(model.config, layers), _cut_weights(model, f"{name}.", layers)
    )
    originals, copies = model.get_submodule(name), student.get_submodule(name)
    for index, layer in enumerate(layers):
        _check_same_work(
            originals.get_submodule(str(layer)),
            copies.get_submodule(str(index)),
            at=f"layer {layer} of {type(model).__name__}",
        )
    return student


def _layer_list(model: PreTrainedModel) -> str:
    """Name of the one list with as many modules as the model has layers."""
    lists: list[str] = []
    for name, module in model.named_modules():
        fits = isinstance(module, nn.ModuleList) and len(module) == model.config.num_hidden_layers
        # A list within a layer, as MobileBERT has, may happen to be as long.
        if fits and not any(name.startswith(f"{outer}.") for outer in lists):
            lists.append(name)
    if len(lists) != 1:
        raise PreflightError(
            f"{type(model).__name__} does not keep its {model.config.num_hidden_layers} layers in "
            "one list (ALBERT's share their weights), so none can be taken out; "
            "start from a smaller pretrained model"
        )
    return lists[0]


def _check_choice(layers: Sequence[int], teacher_layers: int) -> None:
    if not layers:
        raise RecipeError("no layers are chosen; name at least one")
    beyond = [layer for layer in layers if not 0 <= layer < teacher_layers]
    if beyond:
        raise RecipeError(
            f"the teacher has no layer {beyond[0]}; its {teacher_layers} layers count from 0 to "
            f"{teacher_layers - 1}"
        )
    for layer, following in pairwise(layers):
        if layer == following:
            raise RecipeError(f"layer {layer} is chosen twice; name each layer once")
        if layer > following:
            raise RecipeError(
                f"layer {following} is chosen after layer {layer}; name layers in rising order"
            )


def _cut_config(config: PreTrainedConfig, layers: Sequence[int]) -> PreTrainedConfig:
    """The configuration of a model of these layers."""
    cut = copy.deepcopy(config)
    cut.num_hidden_layers = len(layers)
    settings = config.to_dict()
    for name in PER_LAYER_SETTINGS:
        values = settings.get(name)
        if isinstance(values, list):
            setattr(cut, name, [values[layer] for layer in layers])
    return cut


def _cut_weights(model: PreTrainedModel, prefix: str, layers: Iterable[int]) -> Weights:
    """The weights around the layers as they are, and those of the layers by their new index."""
    indices = {str(layer): str(index) for index, layer in enumerate(layers)}
    weights: dict[str, Tensor] = {}
    for name, weight in model.state_dict().items():
        layer, _, rest = name.removeprefix(prefix).partition(".")
        if not name.startswith(prefix):
            weights[name] = weight
        elif layer in indices:
            weights[f"{prefix}{indices[layer]}.{rest}"] = weight
    return weights


def _check_same_work(original: nn.Module, copied: nn.Module, *, at: str) -> None:
    """Refuses a layer that was set up for its old index."""
    changed = sorted(name for name, _ in set(_settings(original)) ^ set(_settings(copied)))
    if changed:
        raise PreflightError(
            f"{at} depends on its index (its {changed[0]!r} would change), so layers before it "
            "cannot be taken out; start from a smaller pretrained model"
        )


def _settings(layer: nn.Module) -> Iterator[tuple[str, bool | float | str]]:
    """Numbers, words and switches of a layer and its parts, by name."""
    for part, module in layer.named_modules():
        for name, value in vars(module).items():
            if isinstance(value, bool | int | float | str) and name not in WORKLESS_NAMES:
                yield f"{part}.{name}".removeprefix("."), value
