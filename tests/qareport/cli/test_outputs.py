"""No command replaces what it reads or a record's own files, or writes where another one does."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.builders import example, squad_json
from tests.command_line import run_qareport
from tests.locking import locked_elsewhere, refusal
from tests.report_builders import write_found
from tests.tiny_models import build_tiny_model

REPLACED = "is read, and would be replaced; name another output"
INSIDE_DATA = "lies inside data, which is read; name an output elsewhere"
A_RECORD_FILE = (
    "has the name of a file of records or cards, which nothing else must replace; name another file"
)
REFUSALS: Mapping[str, str] = {
    "evaluate model --data dev.json --output dev.json": f"dev.json: {REPLACED}",
    "evaluate model --data data --output data": f"data: {REPLACED}",
    "evaluate model --dataset data --output data/out": f"data/out: {INSIDE_DATA}",
    "evaluate model --data record/predictions.json --output record --overwrite": (
        f"record/predictions.json: {REPLACED}"
    ),
    "evaluate model --data out/report.html --output out --overwrite": (
        f"out/report.html: {REPLACED}"
    ),
    "verify record --run --data dev.json --output dev.json": f"dev.json: {REPLACED}",
    "rescore record --output record": f"record: {REPLACED}",
    "rescore record --output record --overwrite": f"record: {REPLACED}",
    "rescore record --output link --overwrite": f"link: {REPLACED}",
    "rescore link --output record --overwrite": f"record: {REPLACED}",
    "rescore record --output record/new": (
        "record/new: lies inside record, which is read; name an output elsewhere"
    ),
    "redact record --output record --overwrite": (
        "record: is the folder of the records or within it, where their texts would be lost or "
        "stay beside them; name a folder elsewhere"
    ),
    "redact nest --output . --overwrite": (
        "nest/inner: is the folder of the records or within it, where their texts would be lost "
        "or stay beside them; name a folder elsewhere"
    ),
    "suite suite.toml --output data": f"data: {REPLACED}",
    "suite suite.toml --output data/out": f"data/out: {INSIDE_DATA}",
    "suite suite.json --output .": f"suite.json: {REPLACED}",
    "report record --output record --overwrite": ("record: is a folder; name a file for the page"),
    "report record --output record/predictions.json --overwrite": (
        f"record/predictions.json: {A_RECORD_FILE}"
    ),
    "report record --output record/Evaluation.JSON": f"record/Evaluation.JSON: {A_RECORD_FILE}",
    "report record --output readme.md --overwrite": f"readme.md: {A_RECORD_FILE}",
    "report record --output card.json": f"card.json: {A_RECORD_FILE}",
    "report record --output recipe.json": f"recipe.json: {A_RECORD_FILE}",
    "card record --template record/README.md --no-run": f"record/README.md: {REPLACED}",
    "import record/card.toml --overwrite": f"record/card.toml: {REPLACED}",
    "import claims.json --output . --overwrite": f"claims.json: {REPLACED}",
    "lint --fix record/evaluation.json": (
        "record/evaluation.json: is not a card but a file of records or cards, and is not mended; "
        "name a README.md"
    ),
    "score dev.json answers.json --output dev.json --overwrite": f"dev.json: {REPLACED}",
    "score dev.json answers.json --output answers.json --overwrite": f"answers.json: {REPLACED}",
    "score dev.json answers.json --null-odds odds.json --output odds.json --overwrite": (
        f"odds.json: {REPLACED}"
    ),
    "score dev.json answers.json --output record/evaluation.json --overwrite": (
        f"record/evaluation.json: {A_RECORD_FILE}"
    ),
}
"""What command lines are told."""


def write_inputs(folder: Path) -> None:
    """Everything that the command lines name, with something in it that could be lost."""
    record = write_found(folder / "record")
    (record / "README.md").write_text("# Mine\n")
    (record / "card.toml").write_text('license = "mit"\n')
    (folder / "link").symlink_to(record)
    write_found(folder / "nest/inner")
    # Its redacted copy would take the place of the other.
    write_found(folder / "nest/nest/inner")
    (folder / "data").mkdir()
    (folder / "data/rows.json").write_text("[]")
    (folder / "out").mkdir()
    suite = 'models = [{ model = "m" }]\ndata = [{ data = "data" }]\n'
    for name in ("suite.toml", "suite.json"):
        (folder / name).write_text(suite)
    (folder / "dev.json").write_text(squad_json(example("q")))
    (folder / "answers.json").write_text('{"q": ""}')
    (folder / "odds.json").write_text('{"q": 1.0}')
    for name in ("claims.json", "readme.md", "out/report.html"):
        (folder / name).write_text("mine")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    write_inputs(folder)
    return folder


def contents(folder: Path) -> dict[Path, bytes]:
    """What is in every file below a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("line", REFUSALS)
def test_output_that_would_destroy_something_is_refused(
    inputs: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.chdir(inputs)
    before = contents(inputs)

    run = run_qareport(*line.split())

    assert (run.exit_code, run.errors) == (1, f"Error: {REFUSALS[line]}\n")
    assert contents(inputs) == before


def test_data_beside_the_record_is_no_obstacle(tmp_path: Path) -> None:
    model = build_tiny_model("bert", tmp_path / "model")
    (tmp_path / "dev.json").write_text(squad_json(example("q")))

    run = run_qareport(
        *("evaluate", model, "--data", tmp_path / "dev.json", "--output", tmp_path, "--no-report")
    )

    assert run.exit_code == 0, run.errors


WRITERS: Mapping[str, Sequence[str]] = {
    "evaluate": (
        *("evaluate", "model", "--data", "dev.json", "--output", "taken"),
        *("--device", "cpu", "--dtype", "float32"),
    ),
    "rescore": ("rescore", "record", "--output", "taken"),
    "redact": ("redact", "record", "--output", "taken"),
    "suite": ("suite", "suite.toml", "--output", "taken"),
    "report": ("report", "taken"),
    "card": ("card", "taken", "--no-run"),
    "import": ("import", "card.md", "--output", "taken"),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_folder_that_another_process_writes_into_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writer: str
) -> None:
    write_inputs(tmp_path)
    build_tiny_model("bert", tmp_path / "model")
    (tmp_path / "card.md").write_text("# Mine\n")
    monkeypatch.chdir(tmp_path)
    if writer in {"report", "card"}:
        (tmp_path / "record").rename(tmp_path / "taken")

    with locked_elsewhere(tmp_path / "taken") as process:
        before = contents(tmp_path)
        run = run_qareport(*WRITERS[writer])
        after = contents(tmp_path)

    assert run.exit_code == 1
    assert run.errors.removeprefix("Error: ").startswith(refusal(Path("taken"), process))
    assert after == before


def test_looking_at_a_card_locks_nothing(tmp_path: Path) -> None:
    record = write_found(tmp_path / "record")

    with locked_elsewhere(record):
        run = run_qareport("card", record, "--diff")

    assert run.exit_code == 0


@pytest.mark.parametrize("command", [("report",), ("card", "--no-run")])
def test_folder_that_is_not_there_is_not_made(tmp_path: Path, command: Sequence[str]) -> None:
    run = run_qareport(command[0], tmp_path / "typo", *command[1:])

    assert run.exit_code != 0
    assert not (tmp_path / "typo").exists()


@pytest.mark.parametrize("name", ["charts", ".lock"])
def test_card_is_not_written_through_a_link(tmp_path: Path, name: str) -> None:
    record = write_found(tmp_path / "record")
    (tmp_path / "elsewhere").mkdir()
    (record / name).symlink_to(tmp_path / "elsewhere")

    run = run_qareport("card", record, "--no-run")

    assert run.exit_code == 1
    assert run.errors == (
        f"Error: {record / name}: is a symbolic link, and nothing is written through one; remove "
        "it\n"
    )
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert not (record / "README.md").exists()


def test_page_at_a_link_replaces_the_link_alone(tmp_path: Path) -> None:
    record = write_found(tmp_path / "record")
    (tmp_path / "mine.html").write_text("mine")
    (record / "report.html").symlink_to(tmp_path / "mine.html")

    run = run_qareport("report", record, "--overwrite")

    assert run.exit_code == 0
    assert not (record / "report.html").is_symlink()
    assert (tmp_path / "mine.html").read_text() == "mine"


def test_words_of_the_author_are_left_by_redact(tmp_path: Path) -> None:
    record = write_found(tmp_path / "record")
    (record / "card.toml").write_text('license = "mit"\n')
    run_qareport("redact", record, "--output", tmp_path / "bare")
    (tmp_path / "bare/card.toml").write_text('license = "apache-2.0"\n')

    run_qareport("redact", record, "--output", tmp_path / "bare", "--overwrite")

    assert (tmp_path / "bare/card.toml").read_text() == 'license = "apache-2.0"\n'


def test_redacted_records_do_not_go_through_a_link(tmp_path: Path) -> None:
    write_found(tmp_path / "records/one")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare/one").symlink_to(tmp_path / "elsewhere")

    run = run_qareport("redact", tmp_path / "records", "--output", tmp_path / "bare")

    assert run.errors == (
        f"Error: {tmp_path / 'bare/one'}: is a symbolic link, and nothing is written through one; "
        "remove it\n"
    )
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_records_of_a_suite_do_not_go_through_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_tiny_model("bert", tmp_path / "m")
    write_inputs(tmp_path)
    (tmp_path / "suite.toml").write_text(
        'models = [{ model = "m" }]\ndata = [{ data = "dev.json" }]\n'
        'engine = { device = "cpu", dtype = "float32" }\n'
    )
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "results").mkdir()
    (tmp_path / "results/m").symlink_to(tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path)

    run_qareport("suite", "suite.toml", "--output", "results")

    (pair,) = json.loads((tmp_path / "results/suite.json").read_text())["pairs"]
    assert pair["error"] == (
        "results/m: is a symbolic link, and nothing is written through one; remove it"
    )
    assert list((tmp_path / "elsewhere").iterdir()) == []
