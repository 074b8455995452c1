"""What suite.toml may say, with all defaults; paths are as on the command line."""

from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, model_validator

from qareport.data.toml_tables import Section, Text
from qareport.evaluation.suite.naming import require_folder_name
from qareport.inference.engines.table import DTYPE_HELP, ENGINE_HELP
from qareport.inference.options import AnsweringOptions, EngineOptions
from qareport.metrics.normalisers import SQUAD_EN, normaliser_named

# Strict: neither true nor "2" is the number that somebody meant.
Count = Annotated[int, Field(ge=1, strict=True)]
Position = Annotated[int, Field(ge=0, strict=True)]
Logits = Annotated[float, Field(allow_inf_nan=False, strict=True)]
FolderName = Annotated[Text, AfterValidator(require_folder_name)]

ANSWERING = AnsweringOptions()
ENGINE = EngineOptions()


def _require_normaliser(name: str) -> str:
    return normaliser_named(name).name


class ModelTable(Section):
    """A model to measure."""

    model: Text
    """Folder of a saved model, or its id on the Hub."""
    revision: Text | None = None
    """Commit, tag or branch of a model on the Hub."""
    name: FolderName | None = None
    """Of its folder and in the table; made of `model` where it is missing."""
    trust_remote_code: StrictBool = False
    """Run the code that the model's folder brings."""


class DataTable(Section):
    """A data set to measure on: either `data` or `dataset`."""

    data: Text | None = None
    """SQuAD JSON file, or file of rows with its columns."""
    dataset: Text | None = None
    """Data set on the Hub, or a folder."""
    config: Text | None = None
    """Configuration of `dataset`; its only one where it is missing."""
    split: Text | None = None
    """Split of `dataset`; "validation" where it is missing."""
    revision: Text | None = None
    """Commit, tag or branch of `dataset` on the Hub."""
    limit: Count | None = None
    """Take only the first questions; the record is partial."""
    normaliser: Annotated[Text, AfterValidator(_require_normaliser)] = SQUAD_EN.name
    """How texts are compared: squad-en, xquad, mlqa-de, korquad, cmrc ..."""
    name: FolderName | None = None
    """Of its folders and in the table; made of `data` or `dataset` where it is missing."""

    @property
    def source(self) -> str:
        """The file, the folder or the id."""
        return self.data or self.dataset or ""

    @model_validator(mode="after")
    def _check(self) -> "DataTable":
        if (self.data is None) == (self.dataset is None):
            raise ValueError("needs either data, a file, or dataset, a folder or an id on the Hub")
        of_data_set = {"config": self.config, "split": self.split, "revision": self.revision}
        given = [key for key, value in of_data_set.items() if value is not None]
        if self.data is not None and given:
            raise ValueError(f"data is a single file; leave out {' and '.join(given)}")
        return self


class AnsweringTable(Section):
    """How windows are cut and answers chosen, for all pairs."""

    max_seq_length: Count = ANSWERING.max_seq_length
    """Tokens of a window: question, context and special tokens."""
    doc_stride: Position = ANSWERING.doc_stride
    """Context tokens that neighbouring windows share."""
    max_answer_length: Count = ANSWERING.max_answer_length
    """Tokens of the longest answer."""
    n_best_size: Count = ANSWERING.n_best_size
    """Entries of an n-best list."""
    null_threshold: Logits = ANSWERING.null_threshold
    """Answer nothing when the null margin, in logits, is above this."""
    null_rule: Text = ANSWERING.null_rule
    """How null is held against the spans of several windows: all-windows or per-window."""

    @property
    def options(self) -> AnsweringOptions:
        """The same for all that answers."""
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
    """cpu, cuda, cuda:1, mps; auto takes the fastest that is here."""
    dtype: Annotated[Text, Field(description=DTYPE_HELP)] = ENGINE.dtype
    batch_tokens: Count | None = ENGINE.batch_tokens
    """Tokens of the largest batch; missing, 4096 on a CPU, else by its memory, up to 32768."""
    engine: Annotated[Text, Field(description=ENGINE_HELP)] = ENGINE.engine

    @property
    def options(self) -> EngineOptions:
        """The same for all that runs models."""
        return EngineOptions(self.device, self.dtype, self.batch_tokens, self.engine)

    @model_validator(mode="after")
    def _check(self) -> "EngineTable":
        _ = self.options
        return self


class SuiteFile(Section):
    """Every model is measured on every data set."""

    models: Annotated[tuple[ModelTable, ...], Field(min_length=1)]
    """Models, in the order in which they are measured."""
    data: Annotated[tuple[DataTable, ...], Field(min_length=1)]
    """Data sets, in the order in which each model is measured on them."""
    answering: AnsweringTable = AnsweringTable()
    """How windows are cut and answers chosen."""
    engine: EngineTable = EngineTable()
    """Where and how models run."""
