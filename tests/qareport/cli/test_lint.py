"""`qareport lint` prints problems, mends what is mechanical, and fails on errors."""

import json
from pathlib import Path

import pytest

from qareport.cli.lint import lint
from qareport.errors import CheckError
from tests.card_faults.full_card import FULL
from tests.command_line import run_qareport

FAULTY = FULL.replace("license: cc-by-4.0", "license: Apache 2").replace("seed 7", "a seed")
UNKNOWN = FULL.replace("license: cc-by-4.0", "license: free")
WARNED = FULL.replace("- extractive-qa", "- exbert")


def write_card(folder: Path, text: str) -> Path:
    path = folder / "README.md"
    path.write_bytes(text.encode())
    return path


def test_a_sound_card_has_nothing_to_say_of(tmp_path: Path) -> None:
    path = write_card(tmp_path, FULL)

    printed = run_qareport("lint", path)

    assert (printed.exit_code, printed.output, printed.errors) == (0, "nothing found\n", "")


def test_problems_are_printed_with_place_rule_and_remedy(tmp_path: Path) -> None:
    path = write_card(tmp_path, FAULTY)

    printed = run_qareport("lint", path)

    assert printed.exit_code == 3
    assert printed.output == (
        f"{path}:3: error: licence: 'Apache 2' is not a licence id of the Hub; did you mean "
        "'apache-2.0'?; write an id, or `other` with license_name and license_link\n"
        "1 error, 0 warnings; --fix mends 1\n"
    )
    assert printed.errors == f"Error: {path}: 1 problem to mend before publishing\n"


def test_a_folder_stands_for_its_card(tmp_path: Path) -> None:
    path = write_card(tmp_path, UNKNOWN)

    printed = run_qareport("lint", tmp_path)

    assert printed.exit_code == 3
    assert printed.output.startswith(f"{path}:3: error: licence: 'free'")


def test_warnings_fail_only_when_strict(tmp_path: Path) -> None:
    path = write_card(tmp_path, WARNED)

    lenient, strict = run_qareport("lint", path), run_qareport("lint", path, "--strict")

    assert (lenient.exit_code, strict.exit_code) == (0, 3)
    assert lenient.output == strict.output
    assert lenient.output.endswith("0 errors, 1 warning\n")


def test_mending_is_told_and_done_once(tmp_path: Path) -> None:
    path = write_card(tmp_path, FAULTY.replace("\n", "\r\n"))

    first, second = run_qareport("lint", path, "--fix"), run_qareport("lint", path, "--fix")

    assert first.exit_code == second.exit_code == 0
    assert first.output == (
        f"{path}:3: mended: licence: 'Apache 2' is not a licence id of the Hub; did you mean "
        "'apache-2.0'?\nnothing found\n"
    )
    assert second.output == "nothing found\n"
    expected = FAULTY.replace("Apache 2", "apache-2.0").replace("\n", "\r\n")
    assert path.read_bytes() == expected.encode()


def test_a_card_in_which_nothing_can_be_mended_is_not_written(tmp_path: Path) -> None:
    path = write_card(tmp_path, UNKNOWN)
    before = path.stat().st_mtime_ns

    run_qareport("lint", path, "--fix")

    assert path.stat().st_mtime_ns == before
    assert list(tmp_path.iterdir()) == [path]


def test_json_has_everything(tmp_path: Path) -> None:
    path = write_card(tmp_path, FAULTY)

    printed = run_qareport("lint", path, "--format", "json")

    assert json.loads(printed.output) == {
        "card": str(path),
        "mended": [],
        "problems": [
            {
                "line": 3,
                "rule": "licence",
                "severity": "error",
                "message": "'Apache 2' is not a licence id of the Hub; did you mean 'apache-2.0'?",
                "remedy": "write an id, or `other` with license_name and license_link",
                "can_be_mended": True,
            }
        ],
    }


def test_the_name_of_the_model_can_be_told(tmp_path: Path) -> None:
    path = write_card(tmp_path, FULL)

    printed = run_qareport("lint", path, "--model-id", "our-lab/another-roberta-squad2")

    assert printed.exit_code == 3
    assert ": error: model-name: the title is 'lantern-roberta-squad2'" in printed.output


def test_files_are_looked_up_beside_the_card(tmp_path: Path) -> None:
    path = write_card(tmp_path, FULL.replace("https://example.org/notes", "notes.md"))
    missing = run_qareport("lint", path)
    (tmp_path / "notes.md").write_text("notes", encoding="utf-8")

    assert ": warning: missing-file: there is no file 'notes.md'" in missing.output
    assert run_qareport("lint", path).output == "nothing found\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"\xff\xfe", "is not UTF-8 (invalid start byte); save it as UTF-8"),
    ],
)
def test_a_card_that_cannot_be_read_is_an_error(
    content: bytes | None, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "card.md"
    if content is not None:
        path.write_bytes(content)

    printed = run_qareport("lint", path)

    assert (printed.exit_code, printed.errors) == (1, f"Error: {path}: {sentence}\n")


def test_several_problems_are_counted(tmp_path: Path) -> None:
    path = write_card(tmp_path, UNKNOWN.replace("language: en", "language: xx"))

    with pytest.raises(CheckError, match="2 problems to mend before publishing"):
        lint(path)
