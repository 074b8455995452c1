"""Defines the keys of suite.toml with their defaults; paths are as on the command line."""

from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, model_validator

from qareport.data.sampling import choose_part
from qareport.data.toml_tables import Section, Text
from qareport.data.typed_numbers import AtLeastOne, Entries, Logits, Position, Seed
from qareport.data.types import Sampling
from qareport.evaluation.suite.naming import require_folder_name
from qareport.inference.engines.table import DTYPE_HELP, ENGINE_HELP
from qareport.inference.options import AnsweringOptions, EngineOptions
from qareport.metrics.measures import measures_named
from qareport.metrics.normalisers import SQUAD_EN, normaliser_named

FolderName = Annotated[Text, AfterValidator(require_folder_name)]

ANSWERING = AnsweringOptions()
ENGINE = EngineOptions()


def _require_normaliser(name: str) -> str:
    return normaliser_named(name).name


def _require_measure(name: str) -> str:
    measures_named([name])
    return name


class ModelTable(Section):
    """A model to evaluate."""

    model: Text
    """Folder of a saved model, or its id on the Hub."""
    revision: Text | None = None
    """Commit, tag or branch of a model on the Hub."""
    name: FolderName | None = None
    """Name of its folder and in the table; made from `model` if it is missing."""
    trust_remote_code: StrictBool = False
    """Run the code in the model's folder; needs `--trust-remote-code` too."""


class DataTable(Section):
    """A data set to evaluate on: either `data` or `dataset`."""

    data: Text | None = None
    """A file of questions, such as SQuAD JSON."""
    dataset: Text | None = None
    """Data set on the Hub, or a folder."""
    config: Text | None = None
    """Configuration of `dataset`; its only one if it is missing."""
    split: Text | None = None
    """Split of `dataset`; "validation" if it is missing."""
    revision: Text | None = None
    """Commit, tag or branch of `dataset` on the Hub."""
    limit: AtLeastOne | None = None
    """Take only the first questions; `sample` is better. The record is partial."""
    sample: AtLeastOne | None = None
    """Draw so many questions from all articles; the record is partial."""
    seed: Seed | None = None
    """Seed of `sample`; 42 if it is missing."""
    normaliser: Annotated[Text, AfterValidator(_require_normaliser)] = SQUAD_EN.name
    """How texts are compared: squad-en, xquad, mlqa-de, korquad, cmrc ..."""
    measures: tuple[Annotated[Text, AfterValidator(_require_measure)], ...] = ()
    """Further ones beside exact match and F1, such as ["contains"]."""
    name: FolderName | None = None
    """Name of its folders and in the table; made from `data` or `dataset` if it is missing."""

    @property
    def source(self) -> str:
        """The file, the folder or the id."""
        return self.data or self.dataset or ""

    @property
    def part(self) -> Sampling | None:
        """The questions that are asked; None for all."""
        return choose_part(limit=self.limit, sample=self.sample, seed=self.seed)

    @model_validator(mode="after")
    def _check(self) -> "DataTable":
        if (self.data is None) == (self.dataset is None):
            raise ValueError("needs either data, a file, or dataset, a folder or an id on the Hub")
        of_data_set = {"config": self.config, "split": self.split, "revision": self.revision}
        given = [key for key, value in of_data_set.items() if value is not None]
        if self.data is not None and given:
            raise ValueError(f"data is a single file; leave out {' and '.join(given)}")
        _ = self.part
        return self


class AnsweringTable(Section):
    """How windows are cut and answers chosen, for all pairs."""

    max_seq_length: AtLeastOne = ANSWERING.max_seq_length
    """Tokens of a window: question, context and special tokens."""
    doc_stride: Position = ANSWERING.doc_stride
    """Context tokens that neighbouring windows share."""
    max_answer_length: AtLeastOne = ANSWERING.max_answer_length
    """Tokens of the longest answer."""
    n_best_size: Entries = ANSWERING.n_best_size
    """Entries of an n-best list."""
    null_threshold: Logits = ANSWERING.null_threshold
    """Answer nothing when the null margin, in logits, is above this."""
    null_rule: Text = ANSWERING.null_rule
    """How null is compared with the spans of several windows: all-windows or per-window."""

    @property
    def options(self) -> AnsweringOptions:
        """The same as options for answering."""
        return AnsweringOptions(
            max_seq_length=self.max_seq_length,
            doc_stride=self.doc_stride,
            max_answer_length=self.max_answer_length,
            n_best_size=self.n_best_size,
            null_threshold=self.null_threshold,
            null_rule=self.null_rule,
        )

    @model_validator(mode="after")
    def _check(self) -> "AnsweringTable":
        _ = self.options
        return self


class EngineTable(Section):
    """Where and how all models run."""

    device: Text = ENGINE.device
    """cpu, cuda, cuda:1, mps; auto takes the fastest one available."""
    dtype: Annotated[Text, Field(description=DTYPE_HELP)] = ENGINE.dtype
    batch_tokens: AtLeastOne | None = ENGINE.batch_tokens
    """Tokens of the largest batch; missing, 4096 on a CPU, else by its memory, up to 32768."""
    engine: Annotated[Text, Field(description=ENGINE_HELP)] = ENGINE.engine

    @property
    def options(self) -> EngineOptions:
        """The same as options for engines."""
        return EngineOptions(self.device, self.dtype, self.batch_tokens, self.engine)

    @model_validator(mode="after")
    def _check(self) -> "EngineTable":
        _ = self.options
        return self


class SuiteFile(Section):
    """Models and data sets; every model is evaluated on every data set."""

    models: Annotated[tuple[ModelTable, ...], Field(min_length=1)]
    """Models, in the order in which they are evaluated."""
    data: Annotated[tuple[DataTable, ...], Field(min_length=1)]
    """Data sets, in the order in which each model is evaluated on them."""
    answering: AnsweringTable = AnsweringTable()
    """How windows are cut and answers chosen."""
    engine: EngineTable = EngineTable()
    """Where and how models run."""
