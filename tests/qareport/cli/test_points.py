"""Points of 100 are typed alike in every option, and nonsense is refused in one line."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import example
from tests.command_line import run_qareport
from tests.row_builders import row, write_record

OPTIONS = {
    "--min": ("check", "RECORD", "--min=f1="),
    "--max-drop": ("check", "RECORD", "--baseline=RECORD", "--max-drop=f1="),
    "--margin": ("compare", "RECORD", "RECORD", "--margin="),
    "--tolerance": ("verify", "RECORD", "--tolerance="),
}
NO_DIGITS = st.text().filter(lambda text: re.search("[0-9]", text) is None)
NOT_ASCII = st.text(min_size=1).filter(lambda text: not text.isascii())
OUT_OF_RANGE = st.one_of(
    st.floats(min_value=100, exclude_min=True),
    st.floats(max_value=0, exclude_max=True),
    st.just(float("nan")),
).map(repr)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with F1 100, and a card that says so."""
    folder = tmp_path_factory.mktemp("record")
    write_record(folder, row(example("n")))
    (folder / "README.md").write_text("F1: 100.00\n")
    return folder


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("points", ["80", "80%", "80 %"])
def test_points_are_understood_with_and_without_the_sign(
    record: Path, option: str, points: str
) -> None:
    run = run_qareport(*(each.replace("RECORD", str(record)) for each in arguments(option, points)))

    assert (run.exit_code, run.errors) == (0, "")


@pytest.mark.parametrize("option", OPTIONS)
@settings(max_examples=15)
@given(points=NO_DIGITS | NOT_ASCII | OUT_OF_RANGE)
def test_what_is_no_plain_number_in_range_is_refused_in_one_line(option: str, points: str) -> None:
    run = run_qareport(*arguments(option, points))

    assert (run.exit_code, run.output) == (2, "")
    assert run.errors.splitlines()[1:] == []
    assert f"{points!r} is not a number from 0 to 100, such as 80 or 80%" in run.errors


@pytest.mark.parametrize("option", ["--min", "--max-drop"])
def test_a_score_that_is_named_twice_is_refused_in_one_line(option: str) -> None:
    run = run_qareport(*arguments(option, "80"), f"{option}=f1=70")

    assert run.exit_code == 2
    assert run.errors == "Error: f1 is demanded 2 times; name it once\n"


def arguments(option: str, points: str) -> tuple[str, ...]:
    """The arguments of the command that has the option, with these points."""
    *before, last = OPTIONS[option]
    return (*before, f"{last}{points}")
