"""Candidates are those of the examples that they are read with, or refused."""

from collections.abc import Sequence

import pytest

from qareport.errors import DataError
from qareport.evaluation.record.windows_fit import require_windows_of
from tests.answering_builders import LETTERS, FoundWindow, span_candidates
from tests.builders import example

EXAMPLES = (example("a", context="abcdefghi"), example("b", context="abcdefghijkl"))
A, B = FoundWindow(example_id="a"), FoundWindow(example_id="b")
GAP = "leaves out tokens before it"


def later(first_token: int) -> FoundWindow:
    """A window of the second example that begins with that token."""
    return FoundWindow(example_id="b", number=1, first_token=first_token)


@pytest.mark.parametrize("windows", [(A, B), (A, B, later(3)), (A, B, later(9)), (A, B, later(0))])
def test_windows_that_cover_their_contexts_are_accepted(windows: Sequence[FoundWindow]) -> None:
    require_windows_of(EXAMPLES, span_candidates(*windows))


@pytest.mark.parametrize(
    ("windows", "sentence"),
    [
        ((B, A), "it has windows of id 'b' where the examples have those of id 'a'"),
        ((A,), "it has no windows where the examples have those of id 'b'"),
        ((A, B, A), "it has windows of id 'a' where the examples have no more"),
        ((A, FoundWindow()), "it has windows of id 'q' where the examples have those of id 'b'"),
        ((A, later(1)), f"the window in row 1, id 'b', {GAP}"),
        ((A, B, later(10)), f"the window in row 2, id 'b', {GAP}"),
        ((A, B, later(2**31 - 1)), f"the window in row 2, id 'b', {GAP}"),
        (
            (FoundWindow(example_id="a", token_chars=(*LETTERS, (9, 10))), B),
            "the window in row 0, id 'a', has a token beyond the context",
        ),
    ],
)
def test_windows_of_something_else_are_refused(
    windows: Sequence[FoundWindow], sentence: str
) -> None:
    with pytest.raises(DataError) as caught:
        require_windows_of(EXAMPLES, span_candidates(*windows))

    assert str(caught.value) == sentence
