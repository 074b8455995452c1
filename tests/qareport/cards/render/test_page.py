"""A card says what its sources say, to the last byte, whatever these hold."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, reduce
from pathlib import Path
from types import MappingProxyType

import pytest
import yaml
from hypothesis import given
from markdown_it import MarkdownIt

from qareport.cards.author_words import Author, AuthorWords, FurtherReading, Passage
from qareport.cards.render.markdown import one_line
from qareport.cards.render.metadata import make_metadata
from qareport.cards.render.page import render_card
from qareport.cards.render.sources import CardRecord, CardSources
from qareport.cards.render.templates import shipped_templates
from qareport.cards.render.training_parts import NOT_HYPERPARAMETERS
from qareport.cards.text.card_text import CardText
from qareport.cards.text.merging import merge_cards
from qareport.data.findings import FindingGroup, Severity
from qareport.data.names import DataName
from qareport.data.types import Exclusion, Sampling
from tests.card_builders import NAMED, distilled, measured, read_by_the_hub
from tests.markdown_strategies import HOSTILE

GOLDEN = Path(__file__).parent / "golden"
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NOTHING = CardSources("nameless", has_hub_id=False, words=AuthorWords())

Planting = Callable[[CardSources, str], CardSources]


def kinds(card: CardText) -> list[tuple[str, str]]:
    """The parts of a page in order: their kinds and levels, but not their words."""
    return [(token.type, token.tag) for token in PARSER.parse(card.body)]


def frame(card: CardText) -> list[str]:
    """What divides a page: its markers, and the headings of its sections."""
    tokens = PARSER.parse(card.body)
    return [
        token.content if token.type == "html_block" else tokens[place + 1].content
        for place, token in enumerate(tokens)
        if token.type == "html_block" or (token.type, token.tag) == ("heading_open", "h2")
    ]


@cache
def plain_kinds() -> list[tuple[str, str]]:
    """The parts of a page with a harmless word in every field."""
    return kinds(render_card(with_text("plain"), "model_card"))


@cache
def plain_frame(template: str) -> list[str]:
    """What divides a page of harmless words."""
    return frame(render_card(distilled(), template))


def with_words(**changes: object) -> Callable[[CardSources], CardSources]:
    return lambda sources: replace(sources, words=sources.words.model_copy(update=changes))


def renamed(main: CardRecord, text: str) -> CardRecord:
    """The record with other people's text wherever it may hold some."""
    evaluation = main.evaluation
    groups = tuple(replace(group, group=text) for group in main.analysis.groups)
    return replace(
        main,
        folder=text,
        analysis=replace(main.analysis, groups=groups),
        evaluation=replace(
            evaluation,
            data=replace(evaluation.data, source=text),
            model=replace(evaluation.model, name=text, architecture=text),
            hardware=replace(evaluation.hardware, device_name=text),
            versions={text: text},
            exclusions=(Exclusion(text, 1),),
        ),
    )


PLAIN: Mapping[str, Planting] = MappingProxyType(
    {
        "model id": lambda sources, text: replace(sources, model_id=text),
        "summary": lambda sources, text: with_words(summary=text)(sources),
        "languages": lambda sources, text: with_words(languages=(text,))(sources),
        "licence": lambda sources, text: with_words(license=text)(sources),
        "base model": lambda sources, text: with_words(base_model=text)(sources),
        "author": lambda sources, text: with_words(authors=(Author(name=text, contact=text),))(
            sources
        ),
        "citation": lambda sources, text: with_words(citation=text)(sources),
        "section": lambda sources, text: with_words(
            sections=(Passage.model_construct(title=text, text="To the crew."),)
        )(sources),
        "link": lambda sources, text: with_words(
            links=(FurtherReading(text=text, url=f"https://example.org/{text}"),)
        )(sources),
        "tags": lambda sources, text: with_words(tags=(text,))(sources),
        "name of data": lambda sources, text: replace(
            sources,
            main=sources.main
            and replace(sources.main, named=NAMED.model_copy(update={"name": text})),
        ),
        "record": lambda sources, text: replace(
            sources, main=sources.main and renamed(sources.main, text)
        ),
        "usage": lambda sources, text: replace(
            sources, usage=replace(sources.usage, code=text, output=text) if sources.usage else None
        ),
        "picture": lambda sources, text: replace(
            sources, pictures=(replace(sources.pictures[0], summary=text),)
        ),
        "facts": lambda sources, text: replace(
            sources,
            training=sources.training
            and replace(
                sources.training,
                recipe_name=text,
                recipe={text: text},
                deviations=(text,),
                findings=(FindingGroup(text, Severity.WARNING, 1, text, (text,)),),
                versions={text: text},
                git_commit=text,
            ),
        ),
    }
)
"""Fields that hold plain text, with what plants some there."""
PROSE = ("overview", "intended_use", "limitations", "about")


def with_text(text: str) -> CardSources:
    """Sources with the text in every field that holds plain text."""
    return reduce(lambda sources, plant: plant(sources, text), PLAIN.values(), distilled())


@pytest.mark.parametrize("template", shipped_templates())
def test_a_card_with_everything_is_that_of_the_golden_file(template: str) -> None:
    card = render_card(distilled(), template)

    assert card.text == (GOLDEN / f"{template}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("template", shipped_templates())
def test_a_card_of_nothing_has_no_holes(template: str) -> None:
    card = render_card(NOTHING, template)

    assert "None" not in card.text
    assert "[More Information Needed]" not in card.text
    assert "nameless" in card.body
    assert yaml.safe_load(card.front_matter or "") == make_metadata(NOTHING)


@pytest.mark.parametrize("template", shipped_templates())
def test_a_card_is_merged_with_itself_to_itself(template: str) -> None:
    card = render_card(distilled(), template)

    assert merge_cards(card, card).text == card.text


@pytest.mark.parametrize("template", shipped_templates())
def test_the_hubs_own_client_reads_the_metadata(template: str) -> None:
    sources = distilled()

    read = read_by_the_hub(render_card(sources, template))

    said = {key: value for key, value in make_metadata(sources).items() if key != "model-index"}
    assert {key: read.get(key) for key in said} == said
    by_name = {result.metric_name: result.metric_value for result in read.eval_results or ()}
    assert by_name == {
        "Exact Match": 50.0,
        "F1": 61.1111,
        "Exact Match (HasAns)": 50.0,
        "F1 (HasAns)": 66.6667,
        "Exact Match (NoAns)": 50.0,
        "F1 (NoAns)": 50.0,
    }


# Rows of these names are in no table of hyperparameters.
@given(text=HOSTILE.filter(lambda text: one_line(text) and text not in NOT_HYPERPARAMETERS))
def test_no_plain_text_changes_the_shape_of_the_page(text: str) -> None:
    sources = with_text(text)

    card = render_card(sources, "model_card")

    assert kinds(card) == plain_kinds()
    metadata = make_metadata(sources)
    assert yaml.safe_load(card.front_matter or "") == metadata


@pytest.mark.parametrize("template", shipped_templates())
@given(text=HOSTILE.filter(one_line))
def test_no_prose_reaches_beyond_its_section(template: str, text: str) -> None:
    card = render_card(with_words(**dict.fromkeys(PROSE, text))(distilled()), template)

    assert frame(card) == plain_frame(template)


def test_names_of_data_sets_are_the_authors_first() -> None:
    named = DataName(source="data.json", id="acme/ships", name="Our ships")
    sources = replace(distilled(), main=replace(measured(), named=named))

    card = render_card(sources, "model_card")

    assert "## Results on Our ships" in card.body
    assert "name: Our ships" in (card.front_matter or "")


def test_data_without_a_name_on_the_hub_stays_out_of_the_metadata() -> None:
    sources = replace(distilled(), main=measured(named=None), other_data=())

    card = render_card(sources, "model_card")

    assert "## Results on data.json" in card.body
    assert "model-index" not in (card.front_matter or "")


def test_a_partial_record_is_marked() -> None:
    main = measured()
    partial = replace(
        main.evaluation,
        is_partial=True,
        exclusions=(Exclusion("--limit", 4),),
        sampling=Sampling("first", 18, seed=None),
    )

    card = render_card(replace(distilled(), main=replace(main, evaluation=partial)), "model_card")

    assert "(18 questions, PARTIAL)" in card.body
    assert "PARTIAL: 4 of 18 questions were left out (--limit)." in card.body
    assert "--limit 18" in card.body
