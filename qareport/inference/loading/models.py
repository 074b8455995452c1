"""Loads models from checkpoints, checks them and moves them to a device."""

import hashlib
import inspect
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import (
    AutoModelForQuestionAnswering,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)
from transformers.utils import logging

from qareport.errors import ModelError
from qareport.inference.callback import Log, ignore
from qareport.inference.engines.devices import describe_hardware
from qareport.inference.engines.engine import Engine, configuration_sha256
from qareport.inference.engines.make import ModelToRun, choose_device, make_engine
from qareport.inference.identity import Hardware, ModelIdentity, TokenizerIdentity
from qareport.inference.loading.building import LOADING_ERRORS, bounded_building
from qareport.inference.loading.checkpoints import Checkpoint, find_checkpoint
from qareport.inference.loading.configurations import CONFIG, key_of
from qareport.inference.options import EngineOptions

SPAN_SIDES = 2
"""Outputs of a QA head for every token: start and end; a classifier has other numbers."""
SPARE_ROWS = 1000
"""Embedding rows without a token that any model may have, from rounding and added tokens."""
SPARE_SHARE = 10
"""In large vocabularies, one row in this many may be without a token."""


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model with its tokenizer, ready to answer."""

    identity: ModelIdentity
    tokenizer: PreTrainedTokenizerFast
    engine: Engine
    hardware: Hardware
    position_limit: int | None
    """Tokens of the longest window that the model can take; None where nothing limits it."""

    @property
    def configuration_sha256(self) -> str:
        """Hash of what affects logits beside the weights."""
        return configuration_sha256(self.engine)


def load_model(
    name: str,
    options: EngineOptions,
    *,
    revision: str | None = None,
    trust_remote_code: bool = False,
    log: Log = ignore,
) -> LoadedModel:
    """The model in a folder or on the Hub, from safetensors, with float32 weights.

    Raises:
        DataError: its configuration or its index cannot be read as text.
        EngineError: the engine is not installed, or cannot run the model.
        ModelError: it cannot be loaded, its QA head was never trained, or its tokenizer does not
            fit.
        UsageError: the device or number format is not available here.
    """
    checkpoint = find_checkpoint(name, revision)
    device = choose_device(options)
    with quiet_loading():
        tokenizer = load_tokenizer(name, checkpoint.folder, trust_remote_code=trust_remote_code)
        model = _load_weights(checkpoint, trust_remote_code=trust_remote_code)
    check_fit(checkpoint.name, model, tokenizer)
    torch.nn.Module.to(model, device)
    identity = identify(
        model,
        tokenizer,
        name=checkpoint.name,
        revision=checkpoint.revision,
        weights_sha256=checkpoint.weights_sha256,
    )
    return wrap_model(model, tokenizer, identity=identity, options=options, log=log)


def identify(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    *,
    name: str,
    revision: str | None = None,
    weights_sha256: str = "",
) -> ModelIdentity:
    """The identity of a model; weights that may change have no hash."""
    definition = tokenizer.backend_tokenizer.to_str()
    return ModelIdentity(
        name=name,
        revision=revision,
        weights_sha256=weights_sha256,
        architecture=type(model).__name__,
        parameters=model.num_parameters(),
        tokenizer=TokenizerIdentity(
            kind=type(tokenizer).__name__,
            vocabulary_size=len(tokenizer),
            sha256=hashlib.sha256(definition.encode()).hexdigest(),
        ),
    )


def wrap_model(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    *,
    identity: ModelIdentity,
    options: EngineOptions,
    log: Log = ignore,
) -> LoadedModel:
    """The model in memory, ready to answer where it is: in eval mode.

    By torch, its weights are copied for int8 alone.

    Raises:
        EngineError: the engine is not installed, or cannot run the model.
        UsageError: it does not have the number format.
    """
    made = make_engine(
        ModelToRun(model.eval(), takes_type_ids(model), identity.weights_sha256), options, log=log
    )
    return LoadedModel(
        identity=identity,
        tokenizer=tokenizer,
        engine=made.engine,
        hardware=describe_hardware(
            model.device,
            made.dtype,
            batch_tokens=_batch_tokens(model, options),
            engine=made.name,
        ),
        position_limit=position_limit(model),
    )


@contextmanager
def quiet_loading() -> Iterator[None]:
    """Silences the reports and progress bars of transformers, which repeat our own."""
    verbosity, had_bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if had_bars:
            logging.enable_progress_bar()


def load_tokenizer(name: str, folder: Path, *, trust_remote_code: bool) -> PreTrainedTokenizerFast:
    """The tokenizer, without the padding and truncation settings that its file may carry."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=trust_remote_code)
    # tokenizers raises Exception itself, and damaged files end in errors of any kind.
    except Exception as error:
        raise _cannot_load(name, folder, "tokenizer", error) from error
    if not isinstance(tokenizer, PreTrainedTokenizerFast):
        raise ModelError(
            f"{name}: its tokenizer ({type(tokenizer).__name__}) cannot say which "
            "characters a token came from; save the model with a fast tokenizer"
        )
    tokenizer.truncation_side = "right"
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.backend_tokenizer.no_truncation()
    return tokenizer


def _load_weights(checkpoint: Checkpoint, *, trust_remote_code: bool) -> PreTrainedModel:
    """The model in float32 on the host, with every parameter from the checkpoint."""
    model, untrained = read_weights(checkpoint, trust_remote_code=trust_remote_code)
    if untrained:
        raise ModelError(
            f"{checkpoint.name}: the checkpoint has no fitting {untrained[0]!r}, so the model "
            "would answer at random; name a model fine-tuned for question answering"
        )
    return model


def read_weights(
    checkpoint: Checkpoint, *, trust_remote_code: bool
) -> tuple[PreTrainedModel, list[str]]:
    """The model in float32 on the host, and the names of weights that the checkpoint lacks.

    Raises:
        ModelError: the files are damaged, were changed since they were hashed, or no
            question-answering model can be made of them.
    """
    model: PreTrainedModel
    try:
        with bounded_building(checkpoint.name, checkpoint.stored):
            model, report = AutoModelForQuestionAnswering.from_pretrained(
                checkpoint.folder,
                num_labels=SPAN_SIDES,
                return_dict=True,
                dtype=torch.float32,
                use_safetensors=True,
                output_loading_info=True,
                ignore_mismatched_sizes=True,
                trust_remote_code=trust_remote_code,
            )
    except LOADING_ERRORS as error:
        raise _cannot_load(checkpoint.name, checkpoint.folder, "model", error) from error
    checkpoint.require_unchanged()
    misfits = {key for key, *_ in report["mismatched_keys"]}
    return model, sorted(report["missing_keys"] | misfits)


def _cannot_load(name: str, folder: Path, part: str, error: Exception) -> ModelError:
    """The error with the first line of its cause, as errors of transformers may fill pages."""
    if "trust_remote_code" in str(error):
        return ModelError(
            f"{name}: its {part} needs code that comes with it; "
            "read that code, and if you trust it add --trust-remote-code"
        )
    cause = str(error).strip().split("\n", maxsplit=1)[0] or type(error).__name__
    if isinstance(error, KeyError):
        key = key_of(folder, *error.args)
        cause = f"unknown {key} {cause}" if key else f"no {cause}"
    return ModelError(
        f"{name}: its {part} cannot be loaded ({cause}); "
        f"mend {CONFIG} and the files of the {part}, or save it again with save_pretrained"
    )


def check_fit(name: str, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast) -> None:
    """Refuses a tokenizer that is not the one the model was trained with, as far as can be seen."""
    rows, tokens = next(model.get_input_embeddings().parameters()).shape[0], len(tokenizer)
    if not 0 <= rows - tokens <= max(SPARE_ROWS, rows // SPARE_SHARE):
        raise ModelError(
            f"{name}: its tokenizer has {tokens} tokens and its model {rows} embeddings; "
            "save the tokenizer that the model was trained with beside it"
        )
    expected, padding = model.config.pad_token_id, tokenizer.pad_token_id
    if None not in (expected, padding) and expected != padding:
        raise ModelError(
            f"{name}: its tokenizer pads with token {padding} and its model with {expected}; "
            "save the tokenizer that the model was trained with beside it"
        )


def takes_type_ids(model: PreTrainedModel) -> bool:
    """Whether the model distinguishes question and context by type ids.

    The tokenizer cannot say: in transformers 5 those of ALBERT and XLNet no longer list them.
    RoBERTa names them but has one type only, DeBERTa-v3 none, and GPT-2 would look them up among
    its words. XLNet has no table of types and takes any.
    """
    config = model.config.to_dict()
    types = config.get("type_vocab_size", 0)
    return "token_type_ids" in _inputs(model) and (types > 1 or config["model_type"] == "xlnet")


def _inputs(model: PreTrainedModel) -> AbstractSet[str]:
    return inspect.signature(model.forward).parameters.keys()


def _batch_tokens(model: PreTrainedModel, options: EngineOptions) -> int | None:
    """The option; 1 for models without a mask, such as FNet, whose answers padding would change."""
    return options.batch_tokens if "attention_mask" in _inputs(model) else 1


def position_limit(model: PreTrainedModel) -> int | None:
    """Number of learned positions without those before the first token (RoBERTa, MPNet)."""
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, torch.nn.Embedding):
            unused = 0 if module.padding_idx is None else module.padding_idx + 1
            return module.num_embeddings - unused
    return None
