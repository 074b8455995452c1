"""Values are of the kinds that the Hub takes."""

import pytest

from tests.linting_builders import found_by, lines_of, with_metadata


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("license: no", "YAML reads 'no' as bool False"),
        ("license: 1.10", "YAML reads '1.10' as float 1.1"),
        ("license: 2026-11-22", "YAML reads '2026-11-22' as date 2026-11-22"),
        ("license: 12:30", "YAML reads '12:30' as int 750"),
    ],
)
def test_what_yaml_invents_is_shown_with_its_source(line: str, shown: str) -> None:
    (problem,) = found_by("invented-value", with_metadata(line))

    assert problem.message == f"'license' must be a string, but {shown}"


@pytest.mark.parametrize("line", ['license: "no"', "license: '1.10'", "widget: []", "other: 3"])
def test_strings_in_quotes_and_unknown_keys_are_sound(line: str) -> None:
    assert found_by("invented-value", with_metadata(line)) == []


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("x: .nan", 1),
        ("x: [.inf, {y: -.inf}]", 2),
        ("x: 1.5", 0),
    ],
)
def test_numbers_without_value_are_found_everywhere(line: str, count: int) -> None:
    assert lines_of("no-number", with_metadata(line)) == [2] * count


@pytest.mark.parametrize(
    ("value", "count"),
    [("82.9000015258789", 1), ("82.9", 0), ("79.8366040596311", 0), ("0.5", 0), ("1.0e+300", 0)],
)
def test_only_the_noise_of_single_precision_is_found(value: str, count: int) -> None:
    assert lines_of("single-precision", with_metadata(f"x: {value}")) == [2] * count


def test_the_rounded_figure_is_proposed() -> None:
    (problem,) = found_by("single-precision", with_metadata("x: 82.9000015258789"))

    assert problem.message == "'x' is 82.9000015258789, 82.9 in single precision"


def test_a_null_in_a_table_of_lists_is_found_but_not_mended() -> None:
    (problem,) = found_by("null-item", with_metadata("model-index:", "-", "- name: m"))

    assert problem.line == 3
