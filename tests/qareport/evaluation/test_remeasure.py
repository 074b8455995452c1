"""A model that answers questions of a record again finds rows that are not its own."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.examples.rows import ExampleRow
from qareport.data.readers.gather import examples_sha256
from qareport.data.sampling import draw_examples
from qareport.data.types import DataIdentity, DataSet, Example
from qareport.errors import DataError
from qareport.evaluation.changed_rows import Change, ChangedRow
from qareport.evaluation.evaluate import evaluate_into
from qareport.evaluation.record.reader import Record, read_record, read_record_candidates
from qareport.evaluation.redact import redact
from qareport.evaluation.remeasure import (
    AskedRecords,
    Remeasurement,
    UnaskedRecord,
    choose_records,
    favours_record,
    largest_share,
    remeasure,
)
from qareport.evaluation.rescore import rescore, rescore_token_level, write_rescored
from qareport.inference.answerer import Answerer, load_answerer
from qareport.inference.options import AnsweringOptions
from qareport.metrics.measures import OFFICIAL
from tests.answering_builders import FLOAT32, FittedEngine, loaded_model, word_answerer
from tests.builders import example
from tests.row_builders import answered_right, forge_rows
from tests.tiny_models import build_tiny_model

CONTEXT = "The Normans gave their name to Normandy, a region in France."
EXAMPLES = tuple(
    example(f"{title}-{number}", question, context=CONTEXT * 2, golds=golds, title=title)
    for title in ("N", "M")
    for number, (question, golds) in enumerate(
        [
            ("Who gave their name?", ("The Normans",)),
            ("What is in France?", ("Normandy",)),
            ("Where is it?", ("France",)),
            ("Who was the king of Norway?", ()),
            ("Who baked bread?", ()),
        ]
    )
)
DATA_SET = DataSet(
    DataIdentity("data", config=None, split=None, revision=None, sha256=examples_sha256(EXAMPLES)),
    EXAMPLES,
    findings=(),
    questions_read=len(EXAMPLES),
    exclusions=(),
)
OPTIONS = AnsweringOptions(max_seq_length=64, doc_stride=8, n_best_size=5)


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    """A tiny model that answers at random, but always the same."""
    folder = build_tiny_model("bert", tmp_path_factory.mktemp("model"))
    return load_answerer(str(folder), OPTIONS, engine=FLOAT32)


@pytest.fixture
def record(answerer: Answerer, tmp_path: Path) -> Path:
    evaluate_into(tmp_path / "record", answerer, DATA_SET)
    return tmp_path / "record"


def asked_again(
    record: Record, answerer: Answerer, *, questions: int = len(EXAMPLES), seed: int = 1
) -> Remeasurement:
    """What comes of a record that is measured again."""
    chosen = AskedRecords((record,), ())
    (measured,) = remeasure(chosen, answerer, questions=questions, seed=seed).records
    return measured


@pytest.mark.parametrize("questions", [1, 4, len(EXAMPLES)])
def test_an_honest_record_is_confirmed(record: Path, answerer: Answerer, questions: int) -> None:
    measured = asked_again(read_record(record), answerer, questions=questions)

    assert (measured.asked, measured.as_recorded) == (questions, questions)
    assert (measured.near_ties, measured.differing) == ((), ())
    assert (measured.record, measured.questions) == (str(record), len(EXAMPLES))


def test_more_questions_than_there_are_mean_all(record: Path, answerer: Answerer) -> None:
    measured = asked_again(read_record(record), answerer, questions=99)

    assert (measured.asked, measured.differing_at_most) == (len(EXAMPLES), 0.0)


def test_rows_that_were_rewritten_with_all_files_are_found(
    record: Path, answerer: Answerer
) -> None:
    honest = {row.example.id: row.text for row in read_record(record).rows}
    forge_rows(record, answered_right)
    forged = read_record(record)
    assert forged.evaluation.scores.overall.exact == 1.0

    measured = asked_again(forged, answerer, questions=5)

    assert measured.as_recorded < 5
    assert measured.differing
    for change in measured.differing:
        assert change.measured == honest[change.id]
    assert measured.differing_at_most == largest_share(len(measured.differing), 5)


def surer(row: ExampleRow) -> ExampleRow:
    """The row with a null margin farther from the threshold."""
    assert row.null_margin is not None
    return replace(row, null_margin=row.null_margin + (-9.0 if row.text else 9.0))


def test_where_all_are_asked_the_share_that_differs_is_known(
    record: Path, answerer: Answerer
) -> None:
    forge_rows(record, lambda row: surer(row) if row.example.id == "N-1" else row)

    measured = asked_again(read_record(record), answerer)

    (change,) = measured.differing
    assert (change.id, change.change) == ("N-1", Change.MARGIN)
    assert change.recorded_margin is not None
    assert abs(change.recorded_margin - change.measured_margin) == pytest.approx(9, abs=0.1)
    assert measured.differing_at_most == 0.1


def test_the_questions_are_drawn_as_a_sample_is(record: Path, answerer: Answerer) -> None:
    forge_rows(record, surer)

    measured = asked_again(read_record(record), answerer, questions=4, seed=7)

    drawn = draw_examples(EXAMPLES, questions=4, seed=7)
    assert [change.id for change in measured.differing] == [each.id for each in drawn]


@pytest.mark.parametrize(
    "changes",
    [
        {"max_answer_length": 1},
        {"n_best_size": 2},
        {"null_threshold": -1.0},
        {"null_rule": "per-window"},
    ],
)
def test_a_record_that_was_rescored_is_confirmed(
    record: Path, answerer: Answerer, tmp_path: Path, changes: Mapping[str, object]
) -> None:
    whole = read_record(record)
    candidates = read_record_candidates(whole)
    options = replace(OPTIONS, **changes)  # type: ignore[arg-type] # one option of its type
    again = rescore(whole, candidates, options=options, scoring=OFFICIAL)
    write_rescored(tmp_path / "rescored", again, candidates)

    measured = asked_again(read_record(tmp_path / "rescored"), answerer)

    assert measured.as_recorded == len(EXAMPLES)


@pytest.fixture
def token_level(record: Path, tmp_path: Path) -> Path:
    """The same record by the protocol of Haystack 1."""
    whole = read_record(record)
    candidates = read_record_candidates(whole)
    write_rescored(tmp_path / "haystack", rescore_token_level(whole, candidates), candidates)
    return tmp_path / "haystack"


def test_a_record_of_the_token_level_protocol_is_confirmed(
    token_level: Path, answerer: Answerer
) -> None:
    assert asked_again(read_record(token_level), answerer).as_recorded == len(EXAMPLES)


def test_a_score_by_token_positions_that_was_rewritten_is_found(
    token_level: Path, answerer: Answerer
) -> None:
    right = {"exact": 1.0, "f1": 1.0}
    wrong = next(row for row in read_record(token_level).rows if row.score.exact == 0.0)
    forge_rows(
        token_level,
        lambda row: (
            replace(row, score=replace(row.score, measures=right))
            if row.example.id == wrong.example.id
            else row
        ),
    )

    (change,) = asked_again(read_record(token_level), answerer).differing

    assert (change.id, change.change) == (wrong.example.id, Change.SCORE)


def data_of(*examples: Example) -> DataSet:
    """The examples as all questions of a data set."""
    identity = replace(DATA_SET.identity, sha256=examples_sha256(examples))
    return replace(DATA_SET, identity=identity, examples=examples, questions_read=len(examples))


def test_near_ties_are_told_apart_from_answers_that_differ(tmp_path: Path) -> None:
    then = {"a": 5.0, "b": 4.999, "d": 5.0, "e": 3.0}
    now = {"a": 4.999, "b": 5.0, "d": 3.0, "e": 5.0}
    data = data_of(example("x", context="a b c"), example("y", context="d e f"))
    evaluate_into(tmp_path, word_answerer(then, then, OPTIONS), data)

    measured = asked_again(read_record(tmp_path), word_answerer(now, now, OPTIONS))

    (tie,), (other,) = measured.near_ties, measured.differing
    assert (tie.id, tie.recorded, tie.measured) == ("x", "a", "b")
    assert (other.id, other.recorded, other.measured) == ("y", "d", "e")
    assert measured.as_recorded == 0


def test_long_answers_of_the_token_level_protocol_may_tie_within_a_window(tmp_path: Path) -> None:
    short, ends = replace(OPTIONS, max_answer_length=2), {"f": 5.0}
    data = data_of(example("x", context="a b c d e f"))
    evaluate_into(tmp_path, word_answerer({"a": 5.0, "b": 4.999}, ends, short), data)
    whole = read_record(tmp_path)
    candidates = read_record_candidates(whole)
    write_rescored(tmp_path, rescore_token_level(whole, candidates), candidates)

    again = word_answerer({"a": 4.999, "b": 5.0}, ends, short)
    (tie,) = asked_again(read_record(tmp_path), again).near_ties

    assert (tie.recorded, tie.measured) == ("a b c d e f", "b c d e f")


def near_ties(better: int, worse: int, even: int = 0) -> list[ChangedRow]:
    """Near ties of which so many score better as recorded, worse and alike."""
    gains = [50.0] * better + [-50.0] * worse + [0.0] * even
    return [ChangedRow("q", Change.NEAR_TIE, "a", 0.0, "b", 0.0, gain) for gain in gains]


@pytest.mark.parametrize(
    ("better", "worse", "favours"),
    # 2 ** -9 is 0.00195, 2 ** -10 is 0.00098; 13 of 14 have 15 / 2 ** 14, 12 of 14 106 / 2 ** 14.
    [(0, 0, False), (9, 0, False), (10, 0, True), (13, 1, True), (12, 2, False), (0, 20, False)],
)
def test_near_ties_that_favour_the_record_are_not_chance(
    better: int, worse: int, *, favours: bool
) -> None:
    assert favours_record(near_ties(better, worse, even=5)) is favours


def test_a_record_with_forged_near_ties_alone_is_not_confirmed(
    record: Path, answerer: Answerer
) -> None:
    honest = asked_again(read_record(record), answerer)
    forged = replace(honest, near_ties=tuple(near_ties(10, 0)), near_ties_favour_record=True)

    assert honest.is_confirmed
    assert not forged.is_confirmed
    assert not replace(honest, differing=tuple(near_ties(1, 0))).is_confirmed


def test_a_format_is_calibrated_on_the_whole_record(tmp_path: Path) -> None:
    fitted = Answerer(loaded_model(FittedEngine()), OPTIONS)
    evaluate_into(tmp_path, fitted, DATA_SET)

    assert asked_again(read_record(tmp_path), fitted, questions=1).as_recorded == 1


def test_every_question_is_reported(record: Path, answerer: Answerer) -> None:
    told: list[int] = []
    chosen = AskedRecords((read_record(record),) * 2, ())

    again = remeasure(chosen, answerer.reporting_to(told.append), questions=3, seed=5)

    assert sum(told) == chosen.count(3) == 6
    assert chosen.count(99) == 2 * len(EXAMPLES)
    assert (again.seed, again.weights_sha256) == (5, answerer.model.identity.weights_sha256)


def test_records_of_other_models_and_without_texts_are_left_out_with_the_reason(
    record: Path, answerer: Answerer, tmp_path: Path
) -> None:
    whole, model = read_record(record), answerer.model.identity
    redact(whole, tmp_path / "redacted")
    of_other = replace(
        whole,
        folder=Path("other"),
        evaluation=replace(
            whole.evaluation, model=replace(model, name="other", weights_sha256="f" * 64)
        ),
    )
    other_tokenizer = replace(model, tokenizer=replace(model.tokenizer, sha256="x"))
    cut_otherwise = replace(
        whole, folder=Path("cut"), evaluation=replace(whole.evaluation, model=other_tokenizer)
    )

    chosen = choose_records(
        (of_other, whole, read_record(tmp_path / "redacted"), cut_otherwise), model
    )

    assert chosen.records == (whole,)
    assert chosen.others == (
        UnaskedRecord(
            "other",
            f"its weights (SHA-256 ffffffffffff) are not those of {model.name} "
            f"({model.weights_sha256[:12]})",
        ),
        UnaskedRecord(
            str(tmp_path / "redacted"),
            "it is redacted, and questions cannot be asked without their texts",
        ),
        UnaskedRecord("cut", f"its tokenizer is not that of {model.name}"),
    )


def test_records_of_which_none_can_be_measured_again_are_refused(
    record: Path, answerer: Answerer
) -> None:
    other = replace(answerer.model.identity, name="other", weights_sha256="f" * 64)

    with pytest.raises(DataError) as caught:
        choose_records((read_record(record),), other)

    assert str(caught.value) == (
        f"other: no record of it can be measured again ({record}: its weights (SHA-256 "
        f"{answerer.model.identity.weights_sha256[:12]}) are not those of other (ffffffffffff)); "
        "name one with --record, or make one with --run"
    )


@pytest.mark.parametrize(
    ("found", "drawn", "share"),
    # scipy 1.17.1: scipy.stats.beta.ppf(0.95, found + 1, drawn - found)
    [(0, 1, 0.95), (0, 50, 0.0581551), (1, 50, 0.0913981), (5, 50, 0.1988330), (9, 10, 0.9948838)],
)
def test_the_bound_is_the_exact_binomial_one(found: int, drawn: int, share: float) -> None:
    assert largest_share(found, drawn) == pytest.approx(share, abs=1e-6)


def test_what_always_differs_may_differ_everywhere() -> None:
    assert largest_share(7, 7) == 1.0


@given(st.integers(1, 12_000))
def test_without_any_that_differs_the_bound_has_a_closed_form(drawn: int) -> None:
    assert largest_share(0, drawn) == pytest.approx(1 - 0.05 ** (1 / drawn))


@given(st.integers(1, 300), st.data())
def test_the_bound_grows_with_what_is_found(drawn: int, data: st.DataObject) -> None:
    found = data.draw(st.integers(0, drawn - 1))

    assert found / drawn < largest_share(found, drawn) < largest_share(found + 1, drawn) <= 1
