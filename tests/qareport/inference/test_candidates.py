"""Candidates know the characters of their spans and the sums of their logits."""

from qareport.data.types import CharSpan
from tests.answering_builders import FoundSpan, FoundWindow, span_candidates


def test_a_span_is_found_in_the_tokens_of_its_window() -> None:
    candidates = span_candidates(
        FoundWindow(), FoundWindow(number=1, first_token=5, token_chars=((10, 12), (13, 17)))
    )

    assert candidates.char_span(1, 5, 6) == CharSpan(10, 17)


def test_scores_are_sums_of_both_logits() -> None:
    candidates = span_candidates(FoundWindow(2.0, [FoundSpan(0, 0, 1.0)]), ranks=1)
    candidates.null_end_logits[:] = 0.5
    candidates.n_best.end_logits[:] = 3.0

    assert candidates.null_scores.tolist() == [2.5]
    assert candidates.n_best.scores.tolist() == [[4.0]]
