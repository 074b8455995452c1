"""The words around a figure tell its measure and its questions, or that it is something else."""

import pytest

from qareport.cards.claims.claims import COUNT, Subset
from qareport.cards.claims.reading.labels import measure_label, subject_of, subset_of
from qareport.data.types import EXACT, F1

ALL = None


@pytest.mark.parametrize(
    ("text", "measure", "subset"),
    [
        ("exact", EXACT, ALL),
        ("Exact Match", EXACT, ALL),
        ("exact_match", EXACT, ALL),
        ("EM (%)", EXACT, ALL),
        ("F1-score", F1, ALL),
        ("HasAns_f1", F1, Subset.HAS_ANSWER),
        ("EM on unanswerable questions", EXACT, Subset.NO_ANSWER),
        ("n", COUNT, ALL),
        ("NoAns_total", COUNT, Subset.NO_ANSWER),
        ("number of questions", COUNT, ALL),
        ("SQuAD 2.0 dev EM", EXACT, ALL),
    ],
)
def test_a_label_tells_measure_and_questions(
    text: str, measure: str, subset: Subset | None
) -> None:
    label = measure_label(text)

    assert label is not None
    assert (label.measure, label.subset) == (measure, subset)


@pytest.mark.parametrize(
    "text", ["best_f1", "best_exact_thresh", "n_epochs", "exact F1", "95 % interval", "", "hasans"]
)
def test_a_label_with_other_words_names_no_measure(text: str) -> None:
    assert measure_label(text) is None


def test_a_text_of_both_kinds_of_questions_is_of_neither() -> None:
    assert subset_of("answerable and unanswerable questions") is None


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("The teacher reaches", "teacher"),
        ("state of the art", "state-of-the-art"),
        ("the scores at the best threshold", "best threshold"),
        ("Recovered gap, exact: 25 %", "recovered gap"),
        ("our model", None),
    ],
)
def test_words_for_other_figures_are_noticed(text: str, subject: str | None) -> None:
    assert subject_of(text) == subject
