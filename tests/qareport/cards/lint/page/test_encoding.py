"""Damaged letters are found, and right ones of any script are not."""

import pytest

from tests.linting_builders import found_by


@pytest.mark.parametrize(
    ("damaged", "message"),
    [
        ("Timo MÃ¶ller", "letters are damaged: 'MÃ¶ller' should be 'Möller'"),
        ("Das kostet viel FÃ¼r", "letters are damaged: 'FÃ¼r' should be 'Für'"),
    ],
)
def test_damaged_letters_are_told_with_the_right_ones(damaged: str, message: str) -> None:
    (problem,) = found_by("encoding", f"# A\n{damaged}\n")

    assert (problem.line, problem.message) == (2, message)
    assert problem.mend is not None


@pytest.mark.parametrize(
    "text", ["Möller", "Straße 1", "日本語", "العربية", "naïve café", "🎉 5 €"]
)
def test_right_letters_are_sound(text: str) -> None:
    assert found_by("encoding", text) == []
