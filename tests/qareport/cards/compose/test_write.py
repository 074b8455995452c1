"""A card stands in its folder as its records have it, and whatever differs is noticed."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qareport.cards.author_words import AuthorWords
from qareport.cards.compose import write as using
from qareport.cards.compose.gather import CardChoice
from qareport.cards.compose.stale_lines import compare_lines
from qareport.cards.compose.write import (
    RenderedCard,
    card_charts,
    find_changes,
    read_page,
    render,
    run_usage_in,
    show_usage,
    write_card,
)
from qareport.cards.render.page import render_card
from qareport.cards.render.sources import CardRecord, CardSources
from qareport.cards.render.templates import shipped_templates
from qareport.cards.snippet import Usage, usage_snippet
from qareport.cards.text.card_text import CARD_FILE as README
from qareport.cards.text.card_text import MAKING, split_card
from qareport.cards.text.merging import merge_cards
from qareport.errors import DataError, ModelError, OutputError, UsageError
from qareport.inference.identity import ModelIdentity
from qareport.inference.loading.checkpoints import find_checkpoint
from tests.answering_builders import evaluation
from tests.card_builders import distilled, measured, write_card_folder
from tests.tiny_models import build_tiny_model

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

ALONE = replace(measured(), evaluation=evaluation())


def rendered(folder: Path) -> RenderedCard:
    """The card of a folder, its code not run."""
    return render(CardChoice(folder), show_usage)


def falsified(page: str) -> Iterator[str]:
    """The page with one of its numbers changed, for each number."""
    for found in NUMBER.finditer(page):
        last = str((int(found.group()[-1]) + 1) % 10)
        yield page[: found.end() - 1] + last + page[found.end() :]


@pytest.mark.slow
@pytest.mark.parametrize("template", shipped_templates())
def test_every_changed_number_is_noticed(template: str) -> None:
    card = render_card(distilled(), template)

    pages = [split_card(page) for page in falsified(card.text)]
    unnoticed = [page for page in pages if not compare_lines(page, merge_cards(page, card))]

    assert len(pages) > 100
    assert unnoticed == []


def test_a_card_that_was_written_has_no_changes(tmp_path: Path) -> None:
    folder = write_card_folder(tmp_path)

    changed = write_card(folder, rendered(folder))

    assert {path.name for path in changed} >= {README, "card.json", "risk_coverage.svg"}
    assert find_changes(folder, rendered(folder)) == ""
    assert write_card(folder, rendered(folder)) == ()


def test_what_would_change_is_told_as_a_diff(tmp_path: Path) -> None:
    folder = write_card_folder(tmp_path)
    write_card(folder, rendered(folder))
    page = (folder / README).read_text()
    (folder / README).write_text(page.replace("exact match **50.00**", "exact match **51.00**"))
    (folder / MAKING).unlink()

    changes = find_changes(folder, rendered(folder))

    assert "-On data.json (18 questions) it reaches exact match **51.00**" in changes
    assert "+On data.json (18 questions) it reaches exact match **50.00**" in changes
    assert changes.endswith("card.json is missing\n")


def test_a_chart_that_was_changed_is_told(tmp_path: Path) -> None:
    folder = write_card_folder(tmp_path)
    write_card(folder, rendered(folder))
    (folder / "charts/risk_coverage.svg").write_text("<svg/>")

    assert find_changes(folder, rendered(folder)) == "charts/risk_coverage.svg differs\n"


def test_what_people_wrote_stays(tmp_path: Path) -> None:
    folder = write_card_folder(tmp_path)
    write_card(folder, rendered(folder))
    page = (folder / README).read_text()
    ours = page.replace(
        "<!-- qareport:begin results -->", "By hand.\n\n<!-- qareport:begin results -->"
    )
    (folder / README).write_text(ours.replace("---\n", "---\nmine: 1 # kept\n", 1))

    write_card(folder, rendered(folder))

    assert (folder / README).read_text() == ours.replace("---\n", "---\nmine: 1 # kept\n", 1)


def test_windows_line_ends_stay(tmp_path: Path) -> None:
    folder = write_card_folder(tmp_path)
    write_card(folder, rendered(folder))
    page = (folder / README).read_bytes().replace(b"\n", b"\r\n")
    (folder / README).write_bytes(page)

    assert find_changes(folder, rendered(folder)) == ""


def test_code_is_run_once_for_the_same_weights_and_code(tmp_path: Path) -> None:
    folder, runs = write_card_folder(tmp_path), []

    def run(model_id: str, measured: CardRecord) -> Usage:
        runs.append(model_id)
        alone = show_usage(model_id, measured)
        return Usage(alone.code, "tea\n", {"torch": "2"})

    write_card(folder, render(CardChoice(folder), run))
    again = render(CardChoice(folder), run)
    other = render(CardChoice(folder, model_id="acme/ships"), run)

    assert "It prints, with torch 2:\n\n```\ntea\n```" in again.page.body
    assert runs == [f"path/to/{tmp_path.name}", "acme/ships"]
    assert 'model_id = "acme/ships"' in other.page.body


def test_code_of_other_weights_is_run_again(tmp_path: Path) -> None:
    folder = write_card_folder(tmp_path)
    write_card(folder, rendered(folder))
    stored = json.loads((folder / MAKING).read_text())
    stored["weights_sha256"], stored["usage"]["output"] = "other", "stale"
    (folder / MAKING).write_text(json.dumps(stored))

    assert "stale" not in rendered(folder).page.body


def test_damaged_usage_is_refused(tmp_path: Path) -> None:
    folder = write_card_folder(tmp_path)
    write_card(folder, rendered(folder))
    (folder / MAKING).write_text("{}")

    with pytest.raises(
        DataError, match=r"card.json: was not written by `qareport card`; remove it"
    ):
        rendered(folder)


def test_a_folder_without_records_has_a_card_of_words(tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text('model_id = "acme/ships"\n')

    card = rendered(tmp_path)

    assert "# ships" in card.page.body
    assert set(card.files) == {MAKING}


def test_a_page_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / README).write_bytes(b"\xff")

    with pytest.raises(DataError, match="is not UTF-8"):
        read_page(tmp_path)


def test_a_page_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / README).mkdir()

    with pytest.raises(DataError, match="cannot be read"):
        read_page(tmp_path)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    folder = write_card_folder(tmp_path / "record")
    card = rendered(folder)
    (tmp_path / "file").write_text("")

    with pytest.raises(OutputError, match="cannot be made"):
        write_card(tmp_path / "file", card)


def test_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        rendered(tmp_path / "none")


def names(sources: CardSources) -> list[str]:
    return [chart.path for chart in card_charts(sources)]


def test_a_distilled_model_has_charts_of_models_and_margins() -> None:
    assert names(distilled()) == [
        "charts/models.svg",
        "charts/precision_recall.svg",
        "charts/risk_coverage.svg",
    ]


def test_without_margins_there_are_no_curves() -> None:
    main = measured()
    blind = replace(main, analysis=replace(main.analysis, margins=None))

    assert names(replace(distilled(), main=blind)) == ["charts/models.svg"]


def test_without_a_record_there_is_no_chart() -> None:
    assert names(CardSources("ships", has_hub_id=False, words=AuthorWords())) == []


def test_each_chart_is_a_picture_with_a_summary() -> None:
    for chart in card_charts(distilled()):
        assert chart.svg.startswith("<svg ")
        assert chart.summary


def of_model(name: str, revision: str | None = None, *, weights: Path | None = None) -> CardRecord:
    """The record of a model in a folder, or on the Hub, with the weights of a folder."""
    model: ModelIdentity = replace(ALONE.evaluation.model, name=name, revision=revision)
    if weights is not None:
        model = replace(model, weights_sha256=find_checkpoint(str(weights)).weights_sha256)
    return replace(ALONE, evaluation=replace(ALONE.evaluation, model=model))


def test_code_alone_shows_the_id() -> None:
    usage = show_usage("acme/ships", ALONE)

    assert usage.code == usage_snippet("acme/ships", options=ALONE.evaluation.options)
    assert (usage.output, usage.versions) == ("", {})


def test_a_model_that_is_gone_leaves_the_code_alone(tmp_path: Path) -> None:
    gone = of_model(str(tmp_path / "gone"))

    assert run_usage_in(tmp_path, "acme/ships", gone) == show_usage("acme/ships", gone)


@pytest.mark.parametrize("place", ["elsewhere", "record/model", "record"])
def test_the_model_is_found_by_its_name_or_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    found = build_tiny_model("bert", tmp_path / place)
    monkeypatch.setattr(using, "run_usage", lambda _, folder, __: Usage(folder, "", {}))
    recorded = of_model(str(tmp_path / "elsewhere"), weights=found)

    usage = run_usage_in(tmp_path / "record", "acme/ships", recorded)

    assert usage.code == str(found)


def test_code_is_not_run_with_other_weights_than_the_recorded_ones(tmp_path: Path) -> None:
    other = build_tiny_model("bert", tmp_path / "record")
    weights = find_checkpoint(str(other)).weights_sha256

    with pytest.raises(ModelError) as caught:
        run_usage_in(other, "acme/ships", of_model("gone"))

    assert str(caught.value) == (
        f"{other}: its weights (SHA-256 {weights[:12]}) are not those that the record states "
        f"({ALONE.evaluation.model.weights_sha256[:12]}); evaluate this model again, or put the "
        "recorded one back"
    )


@pytest.mark.slow
def test_the_model_that_is_found_answers(tmp_path: Path) -> None:
    build_tiny_model("bert", tmp_path)

    usage = run_usage_in(tmp_path, "acme/ships", of_model("gone", weights=tmp_path))

    assert usage.code == usage_snippet("acme/ships", options=ALONE.evaluation.options)
    assert len(usage.output.splitlines()) == 2
    assert set(usage.versions) == {"torch", "transformers"}


@pytest.mark.slow
def test_a_model_on_the_hub_is_asked_at_its_recorded_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    with pytest.raises(ModelError, match=r"acme/hub \(revision c0ffee\): not a folder"):
        run_usage_in(tmp_path, "acme/ships", of_model("acme/hub", "c0ffee"))
