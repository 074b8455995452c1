"""A folder that a stranger made runs no code unasked, and chooses no file outside itself."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from qareport.cards.claims.verify import read_evidence
from qareport.cards.compose import write as using
from qareport.cards.compose.card_json import read_making
from qareport.cards.compose.gather import CardChoice, gather
from qareport.cards.compose.write import (
    find_changes,
    read_page,
    render,
    run_own_usage_in,
    show_usage,
    write_card,
)
from qareport.cards.render.sources import CardRecord
from qareport.cards.snippet import Usage
from qareport.cards.text.card_text import CARD_FILE, MAKING
from qareport.data.own_key import FILE_VARIABLE
from qareport.errors import DataError, OutputError
from tests.card_builders import measured, write_card_folder

OWN_WORDS = '{% extends "model_card.md.jinja" %}{% block citation %}Ours.{% endblock %}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_card_folder(tmp_path / "theirs")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A record of the same model by other rules, outside the folder."""
    return write_card_folder(tmp_path / "mine")


def write(choice: CardChoice) -> None:
    """Writes a card as its user wants it."""
    write_card(choice.folder, render(choice, show_usage))


def disown(folder: Path) -> None:
    """Makes card.json one that was written without the user's key."""
    content = json.loads((folder / MAKING).read_text())
    del content["mark"]
    (folder / MAKING).write_text(json.dumps(content))


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the models whose code was run."""
    found: list[str] = []

    def run(_folder: Path, model_id: str, _measured: CardRecord) -> Usage:
        found.append(model_id)
        return Usage("", "ran", {})

    monkeypatch.setattr(using, "run_usage_in", run)
    return found


def test_the_code_of_ones_own_record_is_run(tmp_path: Path, runs: list[str]) -> None:
    remarks: list[str] = []
    own = replace(measured(), is_own=True)

    usage = run_own_usage_in(tmp_path, remarks.append, "acme/ships", own)

    assert (usage.output, runs, remarks) == ("ran", ["acme/ships"], [])


def test_the_code_of_a_foreign_record_is_shown_alone(tmp_path: Path, runs: list[str]) -> None:
    remarks: list[str] = []
    foreign = replace(measured(), is_own=False)

    usage = run_own_usage_in(tmp_path, remarks.append, "acme/ships", foreign)

    assert (usage, runs) == (show_usage("acme/ships", foreign), [])
    (remark,) = remarks
    assert remark == (
        f"{tmp_path / 'student'}: its usage code is shown without being run, since it was not "
        "written with your key; add --run if you trust its model"
    )


def test_the_remark_says_what_is_wrong_with_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("lost")
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "key"))
    remarks: list[str] = []

    run_own_usage_in(tmp_path, remarks.append, "acme/ships", replace(measured(), is_own=False))

    assert "since there is no key by which it could be known as yours" in remarks[0]
    assert f"({tmp_path / 'key'}: is not a key of qareport (64 hexadecimal digits)" in remarks[0]


def test_a_gathered_record_says_whose_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_own() -> bool:
        main = gather(CardChoice(folder)).sources.main
        return main is not None and main.is_own

    ours = is_own()
    monkeypatch.setenv(FILE_VARIABLE, str(folder / "other key"))

    assert (ours, is_own()) == (True, False)


def test_ones_own_card_names_what_it_likes(folder: Path, other: Path, tmp_path: Path) -> None:
    template = tmp_path / "mine.md.jinja"
    template.write_text(OWN_WORDS)
    write(CardChoice(folder, (other,), template=str(template)))

    again = render(CardChoice(folder), show_usage)

    assert "By other rules" in again.page.body
    assert "Ours." in again.page.body
    assert find_changes(folder, again) == ""


def test_a_strangers_card_names_no_record_outside_its_folder(folder: Path, other: Path) -> None:
    write(CardChoice(folder, (other,)))
    disown(folder)

    with pytest.raises(DataError) as caught:
        render(CardChoice(folder), show_usage)

    outside = folder / "../mine"
    assert str(caught.value) == (
        f"{folder / MAKING}: names {outside}, which is outside its folder, and was not written "
        f"with your key; if you mean it, run `qareport card {folder} --record {outside}`"
    )


def test_a_strangers_card_names_no_template_outside_its_folder(
    folder: Path, tmp_path: Path
) -> None:
    template = tmp_path / "mine.md.jinja"
    template.write_text(OWN_WORDS)
    write(CardChoice(folder, template=str(template)))
    disown(folder)

    with pytest.raises(DataError, match=r"--template .*/theirs/../mine\.md\.jinja`$"):
        render(CardChoice(folder), show_usage)


@pytest.mark.parametrize("named", ["/etc/passwd", "link.md.jinja", "sub/../../mine.md.jinja"])
def test_no_spelling_of_a_path_leads_out(folder: Path, tmp_path: Path, named: str) -> None:
    (tmp_path / "mine.md.jinja").write_text(OWN_WORDS)
    (folder / "link.md.jinja").symlink_to(tmp_path / "mine.md.jinja")
    write(CardChoice(folder))
    content = json.loads((folder / MAKING).read_text())
    (folder / MAKING).write_text(json.dumps({**content, "template": named}))

    with pytest.raises(DataError, match="is outside its folder"):
        render(CardChoice(folder), show_usage)


def test_a_strangers_card_may_name_what_is_inside_its_folder(folder: Path) -> None:
    (folder / "theirs.md.jinja").write_text(OWN_WORDS)
    write(CardChoice(folder, template=str(folder / "theirs.md.jinja")))
    disown(folder)

    assert "Ours." in render(CardChoice(folder), show_usage).page.body


def test_what_the_user_types_is_taken_over(folder: Path, other: Path) -> None:
    write(CardChoice(folder, (other,)))
    disown(folder)

    write(CardChoice(folder, (other,)))

    assert find_changes(folder, render(CardChoice(folder), show_usage)) == ""


def test_a_card_is_verified_with_the_records_that_the_user_types(folder: Path, other: Path) -> None:
    write(CardChoice(folder, (other,)))
    disown(folder)

    with pytest.raises(DataError, match="is outside its folder"):
        read_evidence(folder / CARD_FILE)
    evidence = read_evidence(folder / CARD_FILE, [other])

    assert evidence.made_of is not None
    assert [each.folder for each in evidence.records] == [other]


def test_a_card_of_another_key_is_not_stale_for_that(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(CardChoice(folder))
    monkeypatch.setenv(FILE_VARIABLE, str(folder.parent / "other key"))

    rendered = render(CardChoice(folder), show_usage)

    assert find_changes(folder, rendered) == ""
    made = json.loads((folder / MAKING).read_text())
    (folder / MAKING).write_text(json.dumps({**made, "model_id": "acme/other"}))
    assert "card.json differs\n" in find_changes(folder, rendered)


def test_a_card_is_made_without_a_key_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.parent / "key").write_text("lost")
    monkeypatch.setenv(FILE_VARIABLE, str(folder.parent / "key"))

    write(CardChoice(folder))

    assert "mark" not in json.loads((folder / MAKING).read_text())
    assert read_making(folder) is not None


@pytest.mark.parametrize("name", ["README.md", "card.toml", "card.json", "training.json"])
def test_no_file_that_is_read_is_a_link_out_of_the_folder(
    folder: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "secret").write_text("secret")
    (folder / name).symlink_to(tmp_path / "secret")

    with pytest.raises(DataError) as caught:
        render(CardChoice(folder), show_usage)

    assert str(caught.value) == (
        f"{folder / name}: is a link that leads out of {folder}; put the file itself there"
    )


@pytest.mark.parametrize("is_folder", [False, True])
def test_no_record_is_a_link_out_of_the_folder(
    folder: Path, other: Path, *, is_folder: bool
) -> None:
    if is_folder:
        (folder / "more").symlink_to(other)
    else:
        (folder / "more").mkdir()
        (folder / "more/evaluation.json").symlink_to(other / "evaluation.json")

    with pytest.raises(DataError, match=r"more/evaluation\.json: is a link that leads out of"):
        gather(CardChoice(folder))


def test_a_link_to_a_record_in_the_folder_is_followed(folder: Path) -> None:
    write_card_folder(folder / "runs/one")
    (folder / "latest").symlink_to("runs/one")

    assert len(gather(CardChoice(folder)).records) == 3


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of the user's own, elsewhere."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "risk_coverage.svg").write_text("mine")
    return folder


def test_no_folder_of_charts_is_reached_through_a_link(folder: Path, pictures: Path) -> None:
    (folder / "charts").symlink_to(pictures)
    rendered = render(CardChoice(folder), show_usage)

    with pytest.raises(OutputError, match="charts: is a symbolic link, and nothing is written"):
        write_card(folder, rendered)

    assert [path.read_text() for path in pictures.iterdir()] == ["mine"]
    assert read_page(folder) is None


def test_a_link_in_the_place_of_a_chart_is_replaced(folder: Path, pictures: Path) -> None:
    chart = folder / "charts/risk_coverage.svg"
    chart.parent.mkdir()
    chart.symlink_to(pictures / chart.name)

    write_card(folder, render(CardChoice(folder), show_usage))

    assert not chart.is_symlink()
    assert (pictures / chart.name).read_text() == "mine"
