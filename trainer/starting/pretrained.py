"""Loads a pretrained model as a student, with a fresh question-answering head if it has none."""

from dataclasses import dataclass

import torch
from torch import nn
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from qareport.errors import ModelError
from qareport.inference.loading.checkpoints import find_checkpoint
from qareport.inference.loading.models import check_fit, load_tokenizer, quiet_loading, read_weights

HEAD_DEVIATION = 0.02
"""Standard deviation of fresh weights, as BERT's (Devlin et al. 2019) and Haystack's."""


@dataclass(frozen=True, slots=True)
class PretrainedStudent:
    """A pretrained model made ready to learn question answering."""

    model: PreTrainedModel
    """In float32 on the host."""
    tokenizer: PreTrainedTokenizerFast
    fresh: tuple[str, ...]
    """Parameters of the QA head that the checkpoint lacks; empty if it was a QA model before."""


def load_pretrained(
    name: str,
    generator: torch.Generator,
    *,
    revision: str | None = None,
    trust_remote_code: bool = False,
) -> PretrainedStudent:
    """The model in a folder or on the Hub, the missing parts of its QA head drawn anew.

    Fresh matrices are normal(0, 0.02) out of `generator`, biases 0 and the scales of norms 1.

    Raises:
        ModelError: it cannot be loaded, more than the QA head is missing, or its tokenizer does
            not fit.
    """
    checkpoint = find_checkpoint(name, revision)
    # transformers draws missing weights too, which must not move the caller's random numbers.
    with quiet_loading(), torch.random.fork_rng(devices=()):
        tokenizer = load_tokenizer(name, checkpoint.folder, trust_remote_code=trust_remote_code)
        model, untrained = read_weights(checkpoint, trust_remote_code=trust_remote_code)
    check_fit(name, model, tokenizer)
    head = head_parameters(model)
    untrained_body = [parameter for parameter in untrained if parameter not in head]
    if untrained_body:
        raise ModelError(
            f"{name}: the checkpoint has no fitting {untrained_body[0]!r}, which is not in the "
            "QA head, so the student would start at random; name a whole pretrained model"
        )
    fresh = tuple(parameter for parameter in head if parameter in untrained)
    for parameter in fresh:
        _draw(parameter, head[parameter], generator)
    return PretrainedStudent(model, tokenizer, fresh)


def head_parameters(model: PreTrainedModel) -> dict[str, nn.Parameter]:
    """The parameters on top of the pretrained body, by name."""
    body = {id(parameter) for parameter in model.base_model.parameters()}
    return {
        name: parameter for name, parameter in model.named_parameters() if id(parameter) not in body
    }


def _draw(name: str, parameter: nn.Parameter, generator: torch.Generator) -> None:
    """Gives a parameter its first values."""
    if parameter.ndim > 1:
        nn.init.normal_(parameter, std=HEAD_DEVIATION, generator=generator)
    elif name.endswith("bias"):
        nn.init.zeros_(parameter)
    else:
        nn.init.ones_(parameter)
