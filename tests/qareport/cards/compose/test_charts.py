"""A card has the charts that its records can fill, each with a sentence that tells it."""

from dataclasses import replace

from qareport.cards.author_words import AuthorWords
from qareport.cards.compose.charts import draw_charts
from qareport.cards.render.sources import CardSources
from tests.card_builders import distilled, measured


def names(sources: CardSources) -> list[str]:
    return [chart.path for chart in draw_charts(sources)]


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
    for chart in draw_charts(distilled()):
        assert chart.svg.startswith("<svg ")
        assert chart.summary
