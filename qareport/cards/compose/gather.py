"""Gathers what the card of a folder is made from: records, facts and the author's words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qareport.analysis.analyse import analyse
from qareport.analysis.statistics.comparison import compare_rows, recover_gap
from qareport.analysis.statistics.gates import DEFAULT_TOLERANCE
from qareport.analysis.statistics.paired_tests import RecoveredGap
from qareport.cards.author_words import AuthorWords, read_words
from qareport.cards.render.sources import Against, CardRecord, CardSources
from qareport.data.files import relative_path
from qareport.data.inside import inside
from qareport.data.names import name_data
from qareport.errors import DataError, UsageError, name_list
from qareport.evaluation.record.file_names import CARD_TOML
from qareport.evaluation.record.reader import Record, find_records, read_record, require_same_words
from qareport.evaluation.seeds import combine_records, why_no_seeds
from qareport.evaluation.training_json import BASELINE, FACTS_FILE, STUDENT, TEACHER, read_facts
from qareport.report.number_format import model_label

OTHERS = (TEACHER, BASELINE)
"""Roles that the card's model is compared with."""


@dataclass(frozen=True, slots=True)
class CardChoice:
    """The choices of a user who asks for a card."""

    folder: Path
    """The folder of the card and of all that it is made from."""
    records: tuple[Path, ...] = ()
    """Further folders of records."""
    template: str | None = None
    """Name of a shipped one, or path of a file."""
    model_id: str | None = None
    """On the Hub; None takes it from the author's words, or else from the record."""
    allows_partial: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """A record as it was read, and as the card shows it."""

    record: Record
    measured: CardRecord

    @property
    def weights(self) -> str:
        return self.measured.evaluation.model.weights_sha256

    @property
    def data(self) -> str:
        return self.measured.evaluation.data.sha256


@dataclass(frozen=True, slots=True)
class GatheredCard:
    """What a card is made from, with the records themselves."""

    choice: CardChoice
    sources: CardSources
    records: tuple[Record, ...]
    """In the order of `sources.records`."""


def gather(choice: CardChoice) -> GatheredCard:
    """What the card is made from, without charts and usage, and the records that were read.

    Of several records the first with unanswerable questions is what the card is about; of a
    training it is the student's.

    Raises:
        DataError: a record, the facts or the words cannot be read, or a record is partial.
        UsageError: there is no such folder, or records do not belong together.
    """
    folder = choice.folder
    if not folder.is_dir():
        raise UsageError(f"{folder}: is not a folder; name the one with the records of the model")
    words_file, facts_file = inside(folder, CARD_TOML), inside(folder, FACTS_FILE)
    words = read_words(words_file) if words_file.exists() else AuthorWords()
    facts = read_facts(facts_file) if facts_file.exists() else None
    found = [_read(path, choice, words) for path in (*find_records(folder), *choice.records)]
    roles = _roles(folder, found) if facts else {}
    own = [each for each in found if each not in roles.values()]
    main = roles.get(STUDENT) or _first(own)
    rest = [each for each in own if each is not main]
    model_id = choice.model_id or words.model_id or _recorded_id(main)
    alone = CardSources(
        model_id=model_id or folder.resolve().name,
        has_hub_id=model_id is not None,
        words=words,
        main=main.measured if main else None,
        training=facts,
    )
    sources = alone if main is None else _with_others(alone, main, rest, roles)
    by_folder = {each.measured.folder: each.record for each in found}
    return GatheredCard(choice, sources, tuple(by_folder[each.folder] for each in sources.records))


def _read(path: Path, choice: CardChoice, words: AuthorWords) -> _Read:
    record = read_record(path)
    if record.evaluation.is_partial and not choice.allows_partial:
        raise DataError(
            f"{path}: is a partial record; evaluate without --limit and --sample, "
            "or add --allow-partial"
        )
    measured = CardRecord(
        folder=relative_path(path, choice.folder),
        evaluation=record.evaluation,
        analysis=analyse(record.rows, scope=record.scope),
        named=name_data(record.evaluation.data, words.data),
        is_own=record.is_own,
    )
    return _Read(record, measured)


def _roles(folder: Path, found: Sequence[_Read]) -> Mapping[str, _Read]:
    """The records of a training, by role."""
    by_path = {each.record.folder: each for each in found}
    paths = {role: folder / role for role in (STUDENT, *OTHERS)}
    return {role: by_path[path] for role, path in paths.items() if path in by_path}


def _first(own: Sequence[_Read]) -> _Read | None:
    with_null = (each for each in own if each.measured.evaluation.scores.no_answer is not None)
    return next(with_null, None) or next(iter(own), None)


def _recorded_id(main: _Read | None) -> str | None:
    """The model's id on the Hub, if it was loaded from there."""
    model = main.measured.evaluation.model if main else None
    return model.name if model and model.revision else None


def _with_others(
    alone: CardSources, main: _Read, rest: Sequence[_Read], roles: Mapping[str, _Read]
) -> CardSources:
    """The sources with the other records, sorted by their relation to the main one."""
    if any(not _may_be_of_one_card(each, main) for each in rest):
        raise UsageError(_several_models([main, *rest]))
    against = {role: roles[role] for role in OTHERS if role in roles}
    seeds = [each for each in rest if each.weights != main.weights]
    return replace(
        alone,
        other_rules=tuple(
            each.measured for each in rest if (each.weights, each.data) == (main.weights, main.data)
        ),
        other_data=tuple(each.measured for each in rest if each.data != main.data),
        seeds=tuple(each.measured for each in seeds),
        seed_scores=combine_records([each.record for each in (main, *seeds)]) if seeds else {},
        against=tuple(_compare(main, role, other) for role, other in against.items()),
        gap=_gap(main, against),
    )


def _may_be_of_one_card(each: _Read, main: _Read) -> bool:
    """Whether both are of one model, or of models that differ only by their seed."""
    models = main.measured.evaluation.model, each.measured.evaluation.model
    return each.weights == main.weights or (each.data == main.data and not why_no_seeds(*models))


def _several_models(own: Sequence[_Read]) -> str:
    """The error that a card describes one model, with the models found and how to choose one."""
    by_model: dict[str, list[_Read]] = defaultdict(list)
    for each in own:
        by_model[each.weights].append(each)
    models = tuple(_named(records) for records in by_model.values())
    first = " --record ".join(str(each.record.folder) for each in next(iter(by_model.values())))
    return (
        f"a card describes one model, and these records are of {len(models)}: {name_list(models)}; "
        f"name the records of one, as in `qareport card {first}`"
    )


def _named(records: Sequence[_Read]) -> str:
    """A model with the folders of its records."""
    model = model_label(records[0].measured.evaluation.model)
    return f"{model!r} in {' and '.join(str(each.record.folder) for each in records)}"


def _compare(main: _Read, role: str, other: _Read) -> Against:
    require_same_words(main.record, other.record)
    comparison = compare_rows(main.record.rows, other.record.rows, tolerance=DEFAULT_TOLERANCE)
    return Against(role, other.measured, comparison)


def _gap(main: _Read, against: Mapping[str, _Read]) -> Mapping[str, RecoveredGap] | None:
    """The share of the teacher's advantage that the student has; None without both others."""
    if len(against) < len(OTHERS):
        return None
    teacher, baseline = (against[role].record.rows for role in OTHERS)
    return recover_gap(main.record.rows, teacher, baseline)
