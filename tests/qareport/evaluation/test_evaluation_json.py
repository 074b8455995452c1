"""A record comes back from its JSON as it was; other files are refused in one sentence."""

import json
import math
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.statistics.intervals import Bounds, ClusterUnit, Interval
from qareport.analysis.statistics.total_intervals import TotalsIntervals
from qareport.data.findings import FindingGroup, Severity
from qareport.data.json_format import seal_of
from qareport.data.types import Exclusion, Sampling, Totals
from qareport.errors import DataError, OutputError
from qareport.evaluation.evaluation_json import (
    PrecisionCheck,
    ScoringRules,
    Timing,
    read_evaluation,
    rules_of,
    write_evaluation,
)
from qareport.inference.options import AnsweringOptions
from tests.analysis_builders import interval
from tests.answering_builders import evaluation
from tests.builders import by_measure, total_of
from tests.changed_json import accepted_numbers

INSTANTS = st.datetimes(timezones=st.just(UTC))
FRACTIONS = st.floats(0, 1)
THRESHOLDS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.lists(st.text(), max_size=3)


def refusal(path: Path) -> str:
    """Why a file is not a record."""
    with pytest.raises(DataError) as caught:
        read_evaluation(path)
    return str(caught.value)


def written(folder: Path, **changes: object) -> Path:
    """A record with some keys changed or, where they are None, left out."""
    path = folder / "evaluation.json"
    write_evaluation(evaluation(), path)
    keys = {**json.loads(path.read_text()), **changes}
    kept = {key: value for key, value in keys.items() if value is not None}
    path.write_text(json.dumps({**kept, "sha256": seal_of(kept)}))
    return path


def kinds(of_all: object) -> Mapping[str, object]:
    """Scores or intervals of data in which every question has an answer."""
    return {"overall": of_all, "has_answer": of_all, "no_answer": None}


@given(
    fraction=FRACTIONS,
    threshold=st.floats(allow_nan=False, allow_infinity=False),
    started=INSTANTS,
    texts=TEXTS,
)
def test_a_record_is_read_as_it_was_written(
    fraction: float, threshold: float, started: datetime, texts: list[str]
) -> None:
    bounded = interval(Bounds(low=fraction, high=1.0, level=0.95))
    intervals = by_measure(exact=bounded, f1=interval())
    record = replace(
        evaluation(),
        scores=Totals(total_of(9, fraction, fraction), None, total_of(9, fraction, fraction)),
        intervals=TotalsIntervals(intervals, None, intervals),
        options=AnsweringOptions(null_threshold=threshold),
        exclusions=tuple(Exclusion(text, 1) for text in texts),
        timing=Timing(started, fraction, fraction, 1),
        findings=(FindingGroup("kind", Severity.WARNING, 1, "remedy", tuple(texts)),),
        files=dict.fromkeys(texts, "hash"),
        precision_check=PrecisionCheck(9, fraction, -fraction, fraction),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "evaluation.json"
        write_evaluation(record, path)

        assert read_evaluation(path) == record


def test_a_record_without_engine_was_made_by_torch(tmp_path: Path) -> None:
    hardware = {"device": "cpu", "device_name": "a CPU", "dtype": "float32", "batch_tokens": 64}

    assert read_evaluation(written(tmp_path, hardware=hardware)).hardware.engine == "torch"


def test_a_record_without_null_rule_was_made_by_that_of_run_qa(tmp_path: Path) -> None:
    options = {"max_seq_length": 64, "doc_stride": 8, "null_threshold": -1.5}

    record = read_evaluation(written(tmp_path, options=options))

    assert record.options == AnsweringOptions(
        max_seq_length=64, doc_stride=8, null_threshold=-1.5, null_rule="all-windows"
    )


def test_a_record_without_a_check_of_its_precision_has_none(tmp_path: Path) -> None:
    assert read_evaluation(written(tmp_path)).precision_check is None


def test_a_record_is_json_for_people_and_other_programs(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"

    write_evaluation(evaluation(), path)

    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["format"] == 3
    assert content["scores"]["overall"] == {"n": 1, "measures": {"exact": 1.0, "f1": 1.0}}
    assert content["scores"]["no_answer"] is None
    assert datetime.fromisoformat(content["timing"]["started"]) == datetime(2026, 1, 2, tzinfo=UTC)
    assert path.read_text().endswith("}\n")


def test_the_json_states_how_its_intervals_were_made(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"

    write_evaluation(evaluation(), path)

    intervals = json.loads(path.read_text())["intervals"]
    assert intervals["overall"]["exact"] == {
        "estimate": 0.5,
        "bounds": None,
        "n": 1,
        "clusters": 1,
        "effective_clusters": 1.0,
        "unit": "paragraph",
        "method": "jackknife of whole clusters with Student's t",
    }
    assert intervals["no_answer"] is None


@pytest.mark.parametrize(
    ("number", "accepted"),
    [
        (True, set()),
        ("1", set()),
        (math.inf, set()),
        (-1, {"estimate", "low", "high", "null_threshold"}),
        (10**30, {"seconds", "examples_per_second", "effective_clusters", "null_threshold"}),
    ],
)
def test_numbers_out_of_their_ranges_are_refused(
    tmp_path: Path, number: object, accepted: set[str]
) -> None:
    path = tmp_path / "evaluation.json"
    bounded = interval(Bounds(low=0.5, high=1.0, level=0.95))
    intervals = by_measure(exact=bounded, f1=bounded)
    record = replace(
        evaluation(),
        intervals=TotalsIntervals(intervals, intervals, None),
        exclusions=(Exclusion("beyond", 1),),
        findings=(FindingGroup("kind", Severity.WARNING, 1, "remedy", ()),),
        precision_check=PrecisionCheck(9, 0.5, 0.0, 0.0),
        sampling=Sampling("random", 1, seed=None),
    )
    write_evaluation(record, path)

    found = accepted_numbers(path, number, lambda: read_evaluation(path))

    assert found - {"exact_difference", "f1_difference"} == accepted


def test_another_format_number_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, format=4)

    assert refusal(path) == (
        f"{path}: is a record of qareport of format 4, but this qareport reads 1, 2, 3; "
        "run `qareport evaluate --output` again with this version"
    )


def test_a_record_of_format_1_is_read(tmp_path: Path) -> None:
    exclusions = [{"reason": "beyond --limit 1", "count": 2}]
    path = written(
        tmp_path,
        format=1,
        scores=kinds({"n": 1, "exact": 1.0, "f1": 1.0}),
        exclusions=exclusions,
        is_partial=True,
    )

    assert read_evaluation(path) == replace(
        evaluation(),
        exclusions=(Exclusion("beyond --limit 1", 2),),
        is_partial=True,
        sampling=Sampling("first", 1, seed=None),
    )


def bootstrapped(clusters: int, *, method: str = "percentile bootstrap") -> dict[str, object]:
    """An interval as format 2 had it."""
    return {
        "estimate": 0.5,
        "bounds": {"low": 0.25, "high": 0.75, "level": 0.95},
        "n": 9,
        "clusters": clusters,
        "left_out": 0,
        "bootstrap": {
            "unit": "article",
            "clusters": 9,
            "resamples": 9,
            "seed": 0,
            "method": method,
        },
    }


def test_intervals_of_format_2_keep_their_bounds_and_their_method(tmp_path: Path) -> None:
    path = written(tmp_path, format=2, intervals=kinds({"f1": bootstrapped(3)}))

    found = read_evaluation(path).intervals.overall["f1"]

    assert found == Interval(
        estimate=0.5,
        bounds=Bounds(0.25, 0.75, level=0.95),
        n=9,
        clusters=3,
        effective_clusters=3.0,
        unit=ClusterUnit.ARTICLE,
        method="percentile bootstrap",
    )


@pytest.mark.parametrize("intervals", [None, "wide", kinds("wide"), kinds({"f1": "wide"})])
def test_intervals_that_format_2_did_not_have_are_refused(
    tmp_path: Path, intervals: object
) -> None:
    path = written(tmp_path, format=2, intervals=intervals)

    assert refusal(path).startswith(f"{path}: is not a record of qareport (intervals.overall")


def test_a_record_of_format_2_that_was_changed_by_hand_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, format=2, intervals=kinds({"f1": bootstrapped(3)}))
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "sha256": seal_of(content)}))
    assert read_evaluation(path).intervals.overall["f1"].n == 9
    path.write_text(path.read_text().replace('"n": 9', '"n": 8'))

    assert "was changed after it was written" in refusal(path)


@pytest.mark.parametrize("scores", [None, "high", kinds("high"), kinds({"n": 1, "exact": 1.0})])
def test_scores_that_format_1_did_not_have_are_refused(tmp_path: Path, scores: object) -> None:
    path = written(tmp_path, format=1, scores=scores)

    assert refusal(path).startswith(f"{path}: is not a record of qareport (scores.overall")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"scores": kinds({"n": 1, "measures": {"exact": 2.5, "f1": 1.0}})}, "scores.overall.mea"),
        ({"scores": kinds({"n": -3, "measures": {"exact": 0.5, "f1": 1.0}})}, "scores.overall.n"),
        ({"protocol": "bogus"}, "protocol"),
        ({"questions_read": -1}, "questions_read"),
    ],
)
def test_a_value_out_of_its_range_is_refused(
    tmp_path: Path, change: Mapping[str, object], found: str
) -> None:
    path = written(tmp_path, **change)

    assert refusal(path).startswith(f"{path}: is not a record of qareport ({found}")


def test_a_record_that_was_changed_by_hand_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"
    write_evaluation(evaluation(), path)
    path.write_text(path.read_text().replace('"is_partial": false', '"is_partial": true'))

    assert refusal(path) == (
        f"{path}: was changed after it was written ('sha256' is not the hash of the rest); "
        "run `qareport evaluate --output` again"
    )


def test_blanks_and_the_order_of_keys_are_no_change(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"
    write_evaluation(evaluation(), path)
    turned = dict(reversed(json.loads(path.read_text()).items()))
    path.write_text(json.dumps(turned))

    assert read_evaluation(path) == evaluation()


# A newer format may have other keys: the message is about its number, not about a missing key.
def test_another_format_number_is_reported_even_where_keys_differ(tmp_path: Path) -> None:
    path = written(tmp_path, format=4, scores=None)

    assert refusal(path) == (
        f"{path}: is a record of qareport of format 4, but this qareport reads 1, 2, 3; "
        "run `qareport evaluate --output` again with this version"
    )


def test_a_missing_key_is_reported(tmp_path: Path) -> None:
    path = written(tmp_path, scores=None)

    assert refusal(path) == (
        f"{path}: is not a record of qareport (scores: Field required); "
        "write one with `qareport evaluate --output`"
    )


def test_the_path_of_a_wrong_value_is_reported(tmp_path: Path) -> None:
    path = written(tmp_path, timing={"started": "yesterday"})

    assert refusal(path).startswith(f"{path}: is not a record of qareport (timing.started: ")


def test_a_file_that_is_not_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"
    path.write_text("{")

    assert refusal(path) == (
        f"{path}: not valid JSON at line 1, column 2 (Expecting property name enclosed in double "
        "quotes); the file may be cut off: get or write it again"
    )


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.json"

    assert refusal(path) == f"{path}: not found; check the path"


def test_a_path_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file/evaluation.json"

    with pytest.raises(OutputError, match=r"cannot be written \(Not a directory\)$"):
        write_evaluation(evaluation(), path)


def test_the_official_protocol_follows_the_options() -> None:
    asked = replace(evaluation(), options=AnsweringOptions(null_threshold=1.5))

    assert rules_of(asked) == ScoringRules("official", "squad-en", 1.5)


def test_the_null_rule_per_window_withholds_the_threshold_too() -> None:
    asked = replace(evaluation(), options=AnsweringOptions(null_rule="per-window"))

    assert rules_of(asked).withholds_threshold


def test_the_token_level_protocol_has_its_own_threshold() -> None:
    options = AnsweringOptions(null_threshold=1.5)

    rules = rules_of(replace(evaluation(), protocol="haystack-token", options=options))

    assert (rules.null_threshold, rules.withholds_threshold) == (0, True)
