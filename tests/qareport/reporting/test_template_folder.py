"""Templates are found where they lie."""

from qareport.reporting.template_folder import template_folder


def test_templates_of_cards_and_reports_lie_in_one_folder() -> None:
    names = {entry.name for entry in template_folder().iterdir()}

    assert {"model_card.md.jinja", "report.html.jinja", "report"} <= names
