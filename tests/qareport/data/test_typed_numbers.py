"""Numbers that people type are plain digits in a range, or refused in a sentence with the range."""

from typing import Annotated

import pytest
from pydantic import Field

from qareport.data.toml_tables import Section, check_section, parse_toml
from qareport.data.typed_numbers import (
    COUNTS,
    LOGITS,
    SEEDS,
    AtLeastOne,
    Logits,
    Seed,
    WholeNumbers,
)
from qareport.errors import SectionError, UsageError

NO_NUMBERS = ("", " ", " 3", "3 ", "1_000", "0x10", "1e", "--1", "nan", "inf", "-Infinity", "1e400")
OTHER_SCRIPTS = ("\u0663", "\uff15", "\u00b2", "\u2167", "\u0967", "1\u200b", "\u22121")
NO_WHOLE = (*NO_NUMBERS, *OTHER_SCRIPTS, "1.0", "1e3")
HUGE = str(10**30)
LONGER = "9" * 5000


class Numbers(Section):
    """A table with a number of each kind."""

    count: AtLeastOne = 1
    seed: Seed = 0
    logits: Logits = 0.0
    share: Annotated[float, Field(ge=0, lt=1, strict=True)] = 0.0


@pytest.mark.parametrize(
    ("typed", "number"), [("1", 1), ("+1", 1), ("007", 7), ("2147483647", 2**31 - 1), (30, 30)]
)
def test_plain_digits_in_range_are_read(typed: str | int, number: int) -> None:
    assert COUNTS(typed) == number


def test_a_range_may_reach_below_zero() -> None:
    assert WholeNumbers(-5, 5)("-5") == -5


@pytest.mark.parametrize("typed", [*NO_WHOLE, "0", "-1", "2147483648", HUGE])
def test_all_else_is_no_whole_number(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        COUNTS(typed)

    assert str(caught.value) == f"{typed!r} is not a whole number from 1 to 2147483647"


def test_what_is_long_is_shown_in_part() -> None:
    with pytest.raises(UsageError) as caught:
        SEEDS(LONGER)

    assert str(caught.value) == (
        f"'{'9' * 39}... (5002 characters) is not a whole number from 0 to 4294967295"
    )


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0.5", 0.5),
        (".5", 0.5),
        ("-2", -2.0),
        ("+2.", 2.0),
        ("1e3", 1000.0),
        ("1e-400", 0.0),
        (7.5,) * 2,
    ],
)
def test_finite_decimals_are_read(typed: str | float, number: float) -> None:
    assert LOGITS(typed) == number


@pytest.mark.parametrize("typed", [*NO_NUMBERS, *OTHER_SCRIPTS, ".", "0,5", f"1{'0' * 400}"])
def test_all_else_is_no_finite_number(typed: str) -> None:
    with pytest.raises(UsageError, match=r"is not a finite number such as 0\.5, -2 or 1e3$"):
        LOGITS(typed)


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        (f"count = {HUGE}", f"less than or equal to 2147483647, not {HUGE}"),
        ("count = -1", "greater than or equal to 1, not -1"),
        ("count = 1.5", "a valid integer, not 1.5"),
        ("count = true", "a valid integer, not True"),
        ('count = "\u0663"', "a valid integer, not '\u0663'"),
        ("seed = 4294967296", "less than or equal to 4294967295, not 4294967296"),
        ("logits = nan", "a finite number, not nan"),
        ("logits = 1e400", "a finite number, not inf"),
        ('logits = "1"', "a valid number, not '1'"),
        ("share = nan", "less than 1, not nan"),
    ],
)
def test_numbers_in_toml_have_the_same_ranges(toml: str, sentence: str) -> None:
    with pytest.raises(SectionError) as caught:
        check_section(Numbers, parse_toml(toml))

    assert str(caught.value) == f"{toml.split(maxsplit=1)[0]}: Input should be {sentence}"
