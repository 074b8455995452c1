"""Other rules make of recorded candidates what an evaluation by these rules would have made."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from qareport.analysis.examples.ceilings import Ceiling
from qareport.analysis.examples.rows import DroppedRow, ExampleRow
from qareport.data.readers.gather import examples_sha256
from qareport.data.types import (
    EXACT,
    F1,
    DataIdentity,
    DataSet,
    Example,
    Exclusion,
    GoldAnswer,
    Prediction,
)
from qareport.errors import DataError, UsageError
from qareport.evaluation.evaluate import evaluate_into
from qareport.evaluation.evaluation_json import PrecisionCheck
from qareport.evaluation.record.candidates_file import read_candidates
from qareport.evaluation.record.reader import Record, read_record
from qareport.evaluation.rescore import (
    MISPLACED_GOLD,
    describe_changes,
    find_limits,
    rescore,
    rescore_token_level,
    write_rescored,
)
from qareport.inference.answerer import Answerer, load_answerer
from qareport.inference.candidates import SpanCandidates
from qareport.inference.options import AnsweringOptions, EngineOptions
from qareport.metrics.measures import OFFICIAL, Scoring
from tests.answering_builders import FoundSpan, FoundWindow, evaluation, span_candidates
from tests.builders import example, total_of
from tests.row_builders import evaluation_of, row
from tests.tiny_models import build_tiny_model

CONTEXT = "The Normans gave their name to Normandy, a region in France."
EXAMPLES = (
    example("who", "Who gave their name?", context=CONTEXT, golds=("The Normans",), title="N"),
    example("what", "What is in France?", context=CONTEXT, golds=("Normandy", "a region")),
    example("empty", "What is it?", context="", title="N"),
    example("long", "a " * 70, context=CONTEXT, golds=("France",)),
    example("windows", "Where is it?", context=CONTEXT * 3, golds=("France",), title="N"),
    example("none", "Who was the king of Norway?", context=CONTEXT, title="N"),
)
DATA_SET = DataSet(
    DataIdentity("data", config=None, split=None, revision=None, sha256=examples_sha256(EXAMPLES)),
    EXAMPLES,
    findings=(),
    questions_read=len(EXAMPLES),
    exclusions=(),
)
EVERY_SPAN = AnsweringOptions(
    max_seq_length=64, doc_stride=8, max_answer_length=3, n_best_size=180, null_threshold=0.5
)
"""No window of 64 tokens has more than 180 spans of up to 3."""
BATCH_TOKENS = 32
"""So few that a chunk has two examples."""

LETTERS = "abcdefghi"
OPTIONS = AnsweringOptions(max_answer_length=4, n_best_size=3)


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    """A tiny model that is asked in small chunks."""
    folder = build_tiny_model("bert", tmp_path_factory.mktemp("model"))
    engine = EngineOptions(device="cpu", dtype="float32", batch_tokens=BATCH_TOKENS)
    return load_answerer(str(folder), EVERY_SPAN, engine=engine)


@pytest.fixture(scope="module")
def recorded(answerer: Answerer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record of the model, written in three chunks."""
    chunks: list[Sequence[ExampleRow]] = []
    folder = tmp_path_factory.mktemp("record")
    evaluate_into(folder, answerer, DATA_SET, watch=chunks.append)
    assert len(chunks) == 3
    return folder


def contents(folder: Path) -> Mapping[str, bytes]:
    """The bytes of each file, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def record_of(*examples: Example) -> Record:
    """A record of these examples, asked with `OPTIONS`."""
    rows = tuple(row(each) for each in examples)
    return Record(Path("record"), replace(evaluation_of(*rows), options=OPTIONS), rows)


def predict_again(options: AnsweringOptions, *spans: FoundSpan) -> Prediction:
    """What other options make of the spans that were found in one window, null far below them."""
    record, candidates = (
        record_of(example(context=LETTERS)),
        span_candidates(FoundWindow(-9, spans)),
    )
    (prediction,) = rescore(record, candidates, options=options, scoring=OFFICIAL).predictions
    return prediction


def refusal_of(options: AnsweringOptions, *, normaliser: str = "squad-en") -> str:
    """Why a record cannot be scored by these rules."""
    candidates = span_candidates(FoundWindow())
    with pytest.raises(UsageError) as caught:
        rescore(record_of(example()), candidates, options=options, scoring=Scoring(normaliser))
    return str(caught.value)


def ceilings_of(record: Record, candidates: SpanCandidates) -> Mapping[str, Ceiling]:
    """The ceilings of an official record."""
    ceilings = find_limits(record, candidates).ceilings
    assert ceilings is not None
    return ceilings


def test_the_same_rules_give_the_same_bytes(recorded: Path, tmp_path: Path) -> None:
    record, candidates = read_record(recorded), read_candidates(recorded / "candidates.parquet")

    again = rescore(
        record,
        candidates,
        options=record.evaluation.options,
        scoring=Scoring(record.evaluation.normaliser),
    )
    write_rescored(tmp_path, again, candidates)

    assert contents(tmp_path) == contents(recorded)


@pytest.mark.parametrize(
    "options",
    [
        replace(EVERY_SPAN, max_answer_length=2),
        replace(EVERY_SPAN, null_threshold=-1.0),
        replace(EVERY_SPAN, null_rule="per-window"),
        replace(EVERY_SPAN, null_threshold=99.0, n_best_size=4),
        replace(EVERY_SPAN, null_threshold=99.0, max_answer_length=1, n_best_size=1),
    ],
)
def test_other_rules_give_what_an_evaluation_by_them_gives(
    answerer: Answerer, recorded: Path, tmp_path: Path, options: AnsweringOptions
) -> None:
    asked = Answerer(answerer.model, options)
    evaluated = evaluate_into(tmp_path / "evaluated", asked, DATA_SET)
    candidates = read_candidates(recorded / "candidates.parquet")

    again = rescore(read_record(recorded), candidates, options=options, scoring=OFFICIAL)
    written = write_rescored(tmp_path / "rescored", again, candidates)

    expected, found = contents(tmp_path / "evaluated"), contents(tmp_path / "rescored")
    # The candidates stay those of the longer search, and the evaluation names its time and files.
    answers = expected.keys() - {"candidates.parquet", "evaluation.json"}
    assert {name: found[name] for name in answers} == {name: expected[name] for name in answers}
    assert (written.scores, written.intervals) == (evaluated.scores, evaluated.intervals)
    assert written.options == evaluated.options


def test_what_was_written_is_read_as_the_record_of_the_new_rules(
    recorded: Path, tmp_path: Path
) -> None:
    candidates = read_candidates(recorded / "candidates.parquet")
    options = replace(EVERY_SPAN, max_answer_length=2, null_threshold=99.0)
    shorter = rescore(read_record(recorded), candidates, options=options, scoring=Scoring("xquad"))

    written = write_rescored(tmp_path, shorter, candidates)

    assert read_record(tmp_path) == Record(tmp_path, written, shorter.rows)
    kept = read_candidates(tmp_path / "candidates.parquet")
    np.testing.assert_equal(asdict(kept), asdict(candidates))


@pytest.mark.parametrize(
    ("threshold", "changed"),
    [
        (-2.0, {"b", "c"}),
        (-1.5, {"b", "c"}),
        (-1.0, {"c"}),
        (0.0, set()),
        (0.5, set()),
        (1.0, {"d"}),
        (2.0, {"d", "e"}),
    ],
)
def test_another_threshold_changes_the_answers_whose_margin_lies_between(
    threshold: float, changed: set[str]
) -> None:
    margins = {"a": -2.0, "b": -1.0, "c": 0.0, "d": 1.0, "e": 2.0}
    record = record_of(*(example(name, context=LETTERS) for name in margins))
    candidates = span_candidates(
        *(
            FoundWindow(margin, [FoundSpan(0, 0, 0.0)], example_id=name)
            for name, margin in margins.items()
        )
    )

    before, after = (
        rescore(record, candidates, options=options, scoring=OFFICIAL).predictions
        for options in (OPTIONS, replace(OPTIONS, null_threshold=threshold))
    )

    pairs = list(zip(before, after, strict=True))
    assert {old.example_id for old, new in pairs if old.text != new.text} == changed
    assert [old.null_margin for old, _ in pairs] == [new.null_margin for _, new in pairs]


def test_a_lower_limit_leaves_the_best_of_the_shorter_answers() -> None:
    spans = [FoundSpan(0, 3, 3.0), FoundSpan(2, 4, 2.0), FoundSpan(5, 5, 1.0)]

    texts = {
        limit: predict_again(replace(OPTIONS, max_answer_length=limit), *spans).text
        for limit in (4, 3, 2, 1)
    }

    assert texts == {4: "abcd", 3: "cde", 2: "f", 1: "f"}


def test_where_no_answer_is_short_enough_there_is_none() -> None:
    prediction = predict_again(replace(OPTIONS, max_answer_length=3), FoundSpan(0, 3, 3.0))

    assert (prediction.text, prediction.null_margin) == ("", math.inf)


def test_a_smaller_n_best_list_keeps_the_best_and_the_null_answer() -> None:
    spans = [FoundSpan(0, 0, 3.0), FoundSpan(1, 1, 2.0), FoundSpan(2, 2, 1.0)]

    prediction = predict_again(replace(OPTIONS, n_best_size=1), *spans)

    assert [answer.text for answer in prediction.n_best] == ["a", ""]


def test_longer_answers_than_the_record_holds_are_refused() -> None:
    assert refusal_of(replace(OPTIONS, max_answer_length=5)) == (
        "max_answer_length 5: the record holds spans of up to 4 tokens; "
        "evaluate again for longer ones"
    )


def test_more_answers_than_the_record_holds_are_refused() -> None:
    assert refusal_of(replace(OPTIONS, n_best_size=4)) == (
        "n_best_size 4: the record holds 3 spans of each window; evaluate again for more"
    )


def test_an_unknown_normaliser_names_the_nearest() -> None:
    assert refusal_of(OPTIONS, normaliser="mlqa_de").startswith(
        "there is no normaliser 'mlqa_de'; did you mean 'mlqa-de'? There are squad-en, "
    )


@pytest.mark.parametrize(("normaliser", "exact"), [("squad-en", 0.0), ("mlqa-de", 1.0)])
def test_another_normaliser_scores_by_its_rules_and_is_named(normaliser: str, exact: float) -> None:
    asked = example(context="der Hund", golds=("Hund",))
    found = FoundWindow(-1.0, [FoundSpan(0, 1, 1.0)], token_chars=((0, 3), (4, 8)))

    again = rescore(
        record_of(asked), span_candidates(found), options=OPTIONS, scoring=Scoring(normaliser)
    )

    assert again.evaluation.normaliser == normaliser
    assert [row.score.exact for row in again.rows if isinstance(row, ExampleRow)] == [exact]
    assert again.evaluation.scores.overall.exact == exact
    assert again.evaluation.intervals.overall[EXACT].estimate == exact


def test_what_the_rules_do_not_touch_stays_as_recorded() -> None:
    record = record_of(example(context=LETTERS, golds=("b",)))
    before = record.evaluation
    candidates = span_candidates(FoundWindow(0.0, [FoundSpan(1, 1, 5.0)]))
    options = replace(OPTIONS, n_best_size=1)

    after = rescore(record, candidates, options=options, scoring=Scoring("xquad")).evaluation

    assert before.scores != after.scores
    assert before == replace(
        after,
        scores=before.scores,
        intervals=before.intervals,
        options=before.options,
        normaliser=before.normaliser,
    )


def test_what_was_found_of_the_number_format_goes_with_the_old_rules() -> None:
    record, check = record_of(example(context=LETTERS)), PrecisionCheck(1, 1.0, 0.0, 0.0)
    checked = replace(record, evaluation=replace(record.evaluation, precision_check=check))

    again = rescore(checked, span_candidates(FoundWindow()), options=OPTIONS, scoring=OFFICIAL)

    assert again.evaluation.precision_check is None


def test_questions_that_were_cut_stay_known() -> None:
    record = record_of(example(context=LETTERS))
    record = replace(record, asked=(replace(record.rows[0], question_is_cut=True),))

    again = rescore(record, span_candidates(FoundWindow()), options=OPTIONS, scoring=OFFICIAL)

    assert again.rows[0].question_is_cut


def test_limits_state_what_the_candidates_could_score_at_best() -> None:
    short, long = (
        example(gold, context=LETTERS, golds=(gold,), title=gold) for gold in ("b", "cdefg")
    )
    candidates = span_candidates(
        FoundWindow(0.0, [FoundSpan(0, 0, 5.0), FoundSpan(1, 1, 4.0)], example_id="b"),
        FoundWindow(0.0, [FoundSpan(2, 5, 5.0)], example_id="cdefg"),
    )

    ceilings = ceilings_of(record_of(short, long), candidates)

    assert [ceilings[name].exact for name in ("window", "length", "n-best")] == [1.0, 0.5, 0.5]


def test_limits_state_the_scores_by_the_token_level_protocol() -> None:
    right, answered = (example(name, context=LETTERS, golds=("b",)) for name in "xy")
    candidates = span_candidates(
        FoundWindow(0.0, [FoundSpan(1, 1, 5.0)], example_id="x"),
        FoundWindow(5.0, [FoundSpan(1, 1, 5.0)], example_id="y"),
    )
    record = replace(record_of(right, answered), asked=(row(right, "b"), row(answered, "b")))

    limits = find_limits(record, candidates)

    # At a tie with null it abstains, where the official protocol answers.
    assert limits.token_level.totals is not None
    assert limits.token_level.totals.overall.exact == 0.5
    assert limits.difference.startswith(
        "haystack-token and official differ in exact match on 1 of 2 questions: 1 where one of "
        "them abstains"
    )


def test_limits_of_a_model_are_reported_for_every_example(recorded: Path) -> None:
    record, candidates = read_record(recorded), read_candidates(recorded / "candidates.parquet")

    limits, n_best = find_limits(record, candidates), ceilings_of(record, candidates)["n-best"]

    assert n_best.n == len(EXAMPLES)
    assert n_best.exact >= record.evaluation.scores.overall.exact
    assert limits.official == record.evaluation.scores
    assert limits.token_level.totals is not None
    assert limits.token_level.totals.overall.n + limits.token_level.dropped == len(EXAMPLES)


def test_the_token_level_protocol_answers_and_scores_by_its_own_rules() -> None:
    tied, longer = (example(name, context=LETTERS, golds=("bc",)) for name in "xy")
    candidates = span_candidates(
        FoundWindow(5.0, [FoundSpan(1, 2, 5.0)], example_id="x"),
        FoundWindow(0.0, [FoundSpan(1, 3, 5.0)], example_id="y"),
    )

    again = rescore_token_level(record_of(tied, longer), candidates)

    assert again.evaluation.protocol == "haystack-token"
    assert [each.text for each in again.predictions] == ["", "bcd"]
    assert again.evaluation.scores.overall == total_of(n=2, exact=0.0, f1=0.4)
    assert again.evaluation.intervals.overall[F1].estimate == pytest.approx(0.4)
    rows = [row for row in again.rows if isinstance(row, ExampleRow)]
    assert [(row.text, row.best_text, row.mistake) for row in rows] == [
        ("", "bc", "false null"),
        ("bcd", "bcd", "superset"),
    ]
    assert [row.best_score.exact for row in rows] == [1.0, 0.0]
    assert rows[0].causes == ("threshold",)


def test_examples_that_the_protocol_drops_are_excluded_by_name() -> None:
    kept = example("kept", context=LETTERS, golds=("b",))
    misplaced = example("misplaced", context=LETTERS, golds=(GoldAnswer("b", 5),))
    limited = Exclusion("beyond --limit 2", 3)
    record = record_of(kept, misplaced)
    before = replace(record.evaluation, questions_read=5, exclusions=(limited,), is_partial=True)
    windows = (
        FoundWindow(-1.0, [FoundSpan(1, 1, 5.0)], example_id=each.id) for each in (kept, misplaced)
    )
    candidates = span_candidates(*windows)

    again = rescore_token_level(replace(record, evaluation=before), candidates)
    there = Record(record.folder, again.evaluation, again.rows)
    back = rescore(there, candidates, options=OPTIONS, scoring=OFFICIAL).evaluation

    found = again.evaluation
    assert found.exclusions == (limited, Exclusion(MISPLACED_GOLD, 1))
    assert found.scores.overall == total_of(n=1, exact=1.0, f1=1.0)
    assert found.questions_read == found.scores.overall.n + sum(e.count for e in found.exclusions)
    assert [type(row) for row in again.rows] == [ExampleRow, DroppedRow]
    assert [each.text for each in again.predictions] == ["b", "b"]
    assert (back.exclusions, back.scores.overall.n) == ((limited,), 2)


def test_a_gold_out_of_all_windows_counts_as_no_answer_there() -> None:
    record = record_of(example(context=LETTERS, golds=("hi",)))
    held = FoundWindow(5.0, [FoundSpan(1, 1, 1.0)], token_chars=((0, 1), (1, 2)))

    again = rescore_token_level(record, span_candidates(held))

    (row,) = again.rows
    assert isinstance(row, ExampleRow)
    assert (row.mistake, row.groups["answerable"]) == ("correct", "no answer")
    assert again.evaluation.scores.has_answer is None


def test_where_every_example_is_dropped_there_is_nothing_to_score() -> None:
    record = record_of(example(context=LETTERS, golds=(GoldAnswer("b", 5),)))

    with pytest.raises(DataError, match="there are no questions to score"):
        rescore_token_level(record, span_candidates(FoundWindow()))


def test_the_way_back_from_the_token_level_protocol_gives_the_same_bytes(
    recorded: Path, tmp_path: Path
) -> None:
    record, candidates = read_record(recorded), read_candidates(recorded / "candidates.parquet")
    write_rescored(tmp_path / "there", rescore_token_level(record, candidates), candidates)

    there = read_record(tmp_path / "there")
    back = rescore(
        there,
        read_candidates(tmp_path / "there/candidates.parquet"),
        options=there.evaluation.options,
        scoring=Scoring(there.evaluation.normaliser),
    )
    write_rescored(tmp_path / "back", back, candidates)

    assert contents(tmp_path / "there") != contents(recorded)
    assert contents(tmp_path / "back") == contents(recorded)


def test_a_token_level_record_is_read_as_it_was_written(recorded: Path, tmp_path: Path) -> None:
    candidates = read_candidates(recorded / "candidates.parquet")
    again = rescore_token_level(read_record(recorded), candidates)

    written = write_rescored(tmp_path, again, candidates)

    assert read_record(tmp_path) == Record(tmp_path, written, again.rows)
    assert rescore_token_level(read_record(tmp_path), candidates).rows == again.rows


def test_limits_of_a_token_level_record_are_those_of_the_official_one_less_ceilings(
    recorded: Path,
) -> None:
    record, candidates = read_record(recorded), read_candidates(recorded / "candidates.parquet")
    again = rescore_token_level(record, candidates)

    limits = find_limits(Record(recorded, again.evaluation, again.rows), candidates)

    assert limits == replace(find_limits(record, candidates), ceilings=None)
    assert limits.official == record.evaluation.scores
    assert limits.token_level.totals == again.evaluation.scores


def test_limits_follow_the_normaliser_of_the_record() -> None:
    record = record_of(example(context="der Hund", golds=("Hund",)))
    record = replace(record, evaluation=replace(record.evaluation, normaliser="mlqa-de"))
    found = FoundWindow(-1.0, [FoundSpan(0, 0, 1.0)], token_chars=((0, 8),))

    assert ceilings_of(record, span_candidates(found))["tokenizer"].exact == 1.0


def test_a_normaliser_for_another_language_is_found_and_forgotten_with_it() -> None:
    record = record_of(example(context="\u5317\u4eac\u5e02"))
    candidates = span_candidates(FoundWindow())

    unfit = rescore(record, candidates, options=OPTIONS, scoring=OFFICIAL).evaluation
    fit = rescore(
        replace(record, evaluation=unfit), candidates, options=OPTIONS, scoring=Scoring("cmrc")
    ).evaluation

    assert [each.kind for each in unfit.findings] == ["normaliser for another language"]
    assert fit.findings == ()


def test_rules_that_stay_are_no_changes() -> None:
    assert describe_changes(evaluation(), replace(evaluation(), files={"a": "b"})) == ()


def test_every_rule_that_changed_is_reported_with_both_values() -> None:
    before = evaluation()
    options = AnsweringOptions(
        null_threshold=-1.5, null_rule="per-window", max_answer_length=10, n_best_size=5
    )

    after = replace(before, protocol="haystack-token", options=options, normaliser="mlqa-de")

    assert describe_changes(before, after) == (
        "protocol: official -> haystack-token",
        "null_rule: all-windows -> per-window",
        "null_threshold: 0.0 -> -1.5",
        "max_answer_length: 30 -> 10",
        "n_best_size: 20 -> 5",
        "normaliser: squad-en -> mlqa-de",
    )
