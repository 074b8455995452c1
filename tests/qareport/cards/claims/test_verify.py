"""A card is held against the records beside it, and each of its figures gets a verdict."""

from dataclasses import replace
from pathlib import Path

import pytest

from qareport.cards.claims.verdicts import Outcome
from qareport.cards.claims.verify import read_card, read_evidence, verify_card
from qareport.errors import DataError
from qareport.evaluation.record.reader import find_records
from qareport.evaluation.record.writer import EXAMPLES as EXAMPLES_FILE
from tests.builders import example
from tests.rescoring_builders import EXAMPLES, OPTIONS, WINDOWS, write_found
from tests.row_builders import row, write_record

CONTEXT = "c d e f g"
RIGHT = row(example("a", context=CONTEXT, golds=("c",)), "c")
WRONG = row(example("b", context=CONTEXT, golds=("c",)), "d")
"""Exact match 50, F1 50, of two questions with an answer."""


def card(folder: Path, text: str) -> Path:
    """A card in a folder."""
    folder.mkdir(exist_ok=True)
    path = folder / "README.md"
    path.write_text(text)
    return path


def test_records_beside_and_below_a_card_are_found_nearest_first(tmp_path: Path) -> None:
    folders = [tmp_path, tmp_path / "b", tmp_path / "a" / "x" / "y"]
    for folder in [*folders, tmp_path / "a" / "x" / "y" / "far"]:
        write_record(folder, RIGHT)

    assert find_records(tmp_path) == tuple(folders)


def test_each_figure_of_a_card_gets_a_verdict(tmp_path: Path) -> None:
    path = card(tmp_path, "EM: 50.0\n\nF1: 51.0\n\nHasAns F1: 50.00, NoAns F1: 3.5\n")
    write_record(tmp_path / "record", RIGHT, WRONG)

    verdicts = verify_card(read_evidence(path, ()))

    assert [(each.claim.line, each.outcome) for each in verdicts] == [
        (1, Outcome.CONFIRMED),
        (3, Outcome.CONTRADICTED),
        (5, Outcome.CONFIRMED),
        (5, Outcome.NOT_CHECKABLE),
    ]


def test_a_wrong_figure_of_a_group_is_contradicted_by_that_group(tmp_path: Path) -> None:
    rows = "| answer length: 1 | 1 | 100.00 | 99.00 |\n| answer length: 10+ | 1 | 0.00 | 0.00 |\n"
    path = card(tmp_path, f"| Group | n | EM | F1 |\n|---|---|---|---|\n{rows}")
    write_record(
        tmp_path / "record",
        replace(RIGHT, groups={"answer length": "1"}),
        replace(WRONG, groups={"answer length": "10+"}),
    )

    verdicts = verify_card(read_evidence(path, ()))

    (wrong,) = (each for each in verdicts if each.outcome is not Outcome.CONFIRMED)
    assert (wrong.claim.subject, wrong.claim.text, wrong.measured) == (
        "answer length: 1",
        "99.00",
        100.0,
    )


def test_named_records_count_instead_of_those_beside_the_card(tmp_path: Path) -> None:
    path = card(tmp_path / "card", "EM: 50.0\n")
    write_record(path.parent / "near", RIGHT)
    far = write_record(tmp_path / "far", RIGHT, WRONG)

    (verdict,) = verify_card(read_evidence(path, [far]))

    assert (verdict.outcome, verdict.record) == (Outcome.CONFIRMED, str(far))


def test_the_authors_names_of_data_files_are_read_beside_the_card(tmp_path: Path) -> None:
    path = card(tmp_path, "On XQuAD the EM is 100.\n")
    record = write_record(tmp_path / "record", RIGHT)
    before = verify_card(read_evidence(path, ()))
    source = read_evidence(path, [record]).records[0].evaluation.data.source
    (tmp_path / "card.toml").write_text(f'[[data]]\nsource = "{source}"\nid = "google/xquad"\n')

    after = verify_card(read_evidence(path, ()))

    assert [each.outcome for each in (*before, *after)] == [
        Outcome.NOT_CHECKABLE,
        Outcome.CONFIRMED,
    ]


def test_a_tolerance_is_handed_on(tmp_path: Path) -> None:
    path = card(tmp_path, "EM: 50.04\n")
    write_record(tmp_path / "record", RIGHT, WRONG)

    (verdict,) = verify_card(read_evidence(path, (), tolerance=0.05))

    assert verdict.outcome is Outcome.CONFIRMED


def test_a_figure_by_other_rules_is_explained(tmp_path: Path) -> None:
    path = card(tmp_path, "EM: 50.0\n")
    write_found(tmp_path / "record", EXAMPLES, WINDOWS, OPTIONS)

    (verdict,) = verify_card(read_evidence(path, ()))

    assert verdict.outcome is Outcome.CONTRADICTED
    assert verdict.explanation == (
        "50.00 points too high; equals the haystack-token protocol's 50.00"
    )


def test_a_record_that_was_changed_is_refused(tmp_path: Path) -> None:
    path = card(tmp_path, "EM: 50.0\n")
    record = write_record(tmp_path / "record", RIGHT)
    (record / EXAMPLES_FILE).write_bytes(b"")

    with pytest.raises(DataError, match="changed since"):
        read_evidence(path, ())


def test_a_card_is_read_with_its_own_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_bytes(b"a\r\nb\n")

    assert read_card(path).text == "a\r\nb\n"


def test_a_card_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    with pytest.raises(DataError, match=r"README\.md: cannot be read"):
        read_card(path)
    path.write_bytes(b"\xff\xfe")

    with pytest.raises(DataError, match=r"README\.md: is not UTF-8"):
        read_card(path)
