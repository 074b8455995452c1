"""Reads the folder of a record, and refuses files that were changed."""

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from qareport.analysis.examples.rows import ExampleRow, Row, Scope
from qareport.analysis.statistics.total_intervals import total_intervals
from qareport.data.files import file_sha256
from qareport.data.inside import inside
from qareport.data.json_format import is_own_file
from qareport.data.types import Example
from qareport.errors import DataError, name_ids
from qareport.evaluation.evaluation_json import Evaluation, read_evaluation
from qareport.evaluation.record.candidates_file import read_candidates
from qareport.evaluation.record.consistency import (
    require_possible_run,
    require_true_figures,
    require_true_scores,
)
from qareport.evaluation.record.examples_file import read_examples
from qareport.evaluation.record.replacement import (
    DEPTHS,
    NEXT,
    NEXT_PART,
    settle,
    settle_below,
)
from qareport.evaluation.record.windows_fit import require_windows_of
from qareport.evaluation.record.writer import ANSWER_FILES, CANDIDATES, EVALUATION, EXAMPLES
from qareport.inference.candidates import SpanCandidates
from qareport.metrics.normalisers import normaliser_named
from qareport.metrics.squad import PROTOCOL


@dataclass(frozen=True, slots=True)
class Record:
    """An evaluation with the rows of its examples."""

    folder: Path
    evaluation: Evaluation
    """Its intervals are those that the rows give by the method of this version."""
    asked: tuple[Row, ...]
    """A row for each example, in the order of the data."""
    is_own: bool = field(default=False, compare=False)
    """Whether it has the mark of the user's key."""

    @property
    def is_redacted(self) -> bool:
        """Whether its texts were left out, and with them the files that need them."""
        files = self.evaluation.files
        return EXAMPLES in files and CANDIDATES not in files

    @property
    def rows(self) -> tuple[ExampleRow, ...]:
        """The rows of the examples that its protocol scores."""
        return tuple(row for row in self.asked if isinstance(row, ExampleRow))

    @property
    def scope(self) -> Scope:
        """What can be found out about its rows."""
        has_texts = self.evaluation.protocol == PROTOCOL and not self.is_redacted
        return Scope(
            gold_normaliser=normaliser_named(self.evaluation.normaliser) if has_texts else None
        )

    @property
    def examples(self) -> tuple[Example, ...]:
        """All examples, whether they are scored or not."""
        return tuple(row.example for row in self.asked)


def find_records(folder: Path) -> tuple[Path, ...]:
    """The folders with a record, from `folder` itself to three levels below, nearest first.

    Raises:
        DataError: replacing a record was interrupted, and cannot be finished, or a link that leads
            out of the folder makes a record elsewhere one of its own.
    """
    settle_below(folder)
    return tuple(
        inside(folder, str(found.relative_to(folder))).parent
        for depth in DEPTHS
        for found in sorted(folder.glob("/".join(("*",) * depth + (EVALUATION,))))
        if found.parent.name not in {NEXT, NEXT_PART}
    )


def why_no_record(folder: Path) -> str:
    """The message about a folder without a record; it names the records below the folder."""
    below = find_records(folder)
    if below:
        return f"{folder}: is not a record, but holds {name_ids(tuple(map(str, below)))}; name one"
    found = "is not a record" if folder.is_dir() else "is not a folder with a record"
    return f"{folder}: {found}; write one with `qareport evaluate --output`"


def evaluation_in(folder: Path) -> Evaluation:
    """The evaluation in the folder of a record, its files not looked at.

    Raises:
        DataError: there is none, and the message names those below the folder; or it cannot be
            read.
    """
    settle(folder)
    try:
        return read_evaluation(folder / EVALUATION)
    except DataError as error:
        if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
            raise DataError(why_no_record(folder)) from error
        raise


def read_record(folder: Path) -> Record:
    """The record in a folder.

    Raises:
        DataError: there is none, and the message names those below the folder; its examples are
            not those that were recorded; or its figures are not what its rows give.
    """
    evaluation = evaluation_in(folder)
    record = Record(folder, evaluation, read_examples(_unchanged(folder, EXAMPLES, evaluation)))
    rows = record.rows
    intervals = total_intervals([row.example for row in rows], [row.score for row in rows])
    require_true_figures(folder / EVALUATION, evaluation, rows, intervals)
    require_possible_run(folder / EVALUATION, evaluation, record.asked)
    # Without texts, the scores of a redacted record's rows are all there is.
    if not record.is_redacted:
        require_true_scores(folder / EXAMPLES, evaluation, record.asked)
    return replace(
        record,
        evaluation=replace(evaluation, intervals=intervals),
        is_own=is_own_file(folder / EVALUATION),
    )


def read_record_candidates(record: Record) -> SpanCandidates:
    """The candidates of a record.

    Raises:
        DataError: there are none, or they are not those that were recorded, or not of its examples.
    """
    if record.is_redacted:
        raise DataError(f"{record.folder}: is redacted; this needs the whole record")
    path = _unchanged(record.folder, CANDIDATES, record.evaluation)
    candidates = read_candidates(path)
    try:
        require_windows_of(record.examples, candidates)
    except DataError as error:
        raise DataError(f"{path}: {error}; evaluate again with --overwrite") from error
    return candidates


def require_whole(folder: Path, evaluation: Evaluation) -> None:
    """Refuses a record whose files do not hold what was recorded.

    Raises:
        DataError: one does not; the message names the first.
    """
    for name in ANSWER_FILES:
        _unchanged(folder, name, evaluation)


def require_same_data(record: Record, reference: Record) -> None:
    """Refuses two records that are not of the same examples by the same rules.

    Raises:
        DataError: something that must be equal differs; the message names the first.
    """
    ours, theirs = record.evaluation, reference.evaluation
    for name, value, expected in (
        ("data", ours.data.sha256, theirs.data.sha256),
        ("protocol", ours.protocol, theirs.protocol),
        ("normaliser", ours.normaliser, theirs.normaliser),
    ):
        if value != expected:
            raise DataError(
                f"{record.folder} and {reference.folder}: their {name} differs ({value} and "
                f"{expected}); compare records of the same data, scored alike"
            )


def require_same_words(record: Record, reference: Record) -> None:
    """Refuses two records that are not of the same data and rules, or hide words differently.

    Raises:
        DataError: something differs, one alone is redacted, or equal words have other digests.
    """
    require_same_data(record, reference)
    hidden = [_hiding(each) for each in (record, reference)]
    if hidden[0] != hidden[1]:
        raise DataError(
            f"{record.folder} and {reference.folder}: their answers cannot be compared, since the "
            f"first is {hidden[0]} and the second is {hidden[1]}; compare two whole records, or "
            "two that are redacted with one key"
        )


def differing_options(record: Record, reference: Record) -> tuple[str, ...]:
    """A sentence for each option in which two records of the same data differ, and partialness."""
    ours, theirs = record.evaluation, reference.evaluation
    own, other = asdict(ours.options), asdict(theirs.options)
    pairs = [(name, own[name], other[name]) for name in own]
    pairs.append(("is_partial", ours.is_partial, theirs.is_partial))
    return tuple(
        f"{name} differs: {value} here and {expected} in the reference"
        for name, value, expected in pairs
        if value != expected
    )


def _hiding(record: Record) -> str:
    """How the words of a record are hidden."""
    if not record.is_redacted:
        return "whole"
    key_id = record.evaluation.redaction_key_id
    return f"redacted with key {key_id}" if key_id else "redacted without a key"


def _unchanged(folder: Path, name: str, evaluation: Evaluation) -> Path:
    """The path of a file of the record, which still holds what was recorded."""
    path = folder / name
    if not path.is_file():
        raise DataError(f"{path}: not found; evaluate again to get it")
    if file_sha256(path) != evaluation.files.get(name):
        raise DataError(
            f"{path}: changed since {EVALUATION} was written; evaluate again with --overwrite"
        )
    return path
