"""Renders a card: its metadata and its page, every part in a managed block."""

from qareport.analysis.analyse import worst_groups
from qareport.cards.author_words import AuthorWords
from qareport.cards.render import reproduction, score_parts, training_parts
from qareport.cards.render.filling import render_template
from qareport.cards.render.metadata import make_metadata
from qareport.cards.render.sources import CardRecord, CardSources
from qareport.cards.render.view import CardView
from qareport.cards.text.card_text import CardText, join_card
from qareport.cards.text.metadata import dump_metadata
from qareport.evaluation.evaluation_json import rules_of
from qareport.evaluation.training_json import TrainingFacts
from qareport.report.number_format import count, model_label
from qareport.report.tables.analysis import (
    abstention_table,
    groups_table,
    mistakes_table,
    thresholds_table,
)
from qareport.report.tables.floor_and_ceilings import floor_and_ceilings_table
from qareport.report.tables.plain_table import PlainTable
from qareport.report.tables.scores import below_floor_notes

SHOWN_GROUPS = 8
"""Of the weakest; the report has all."""


def render_card(sources: CardSources, template: str) -> CardText:
    """The card; equal sources give equal bytes.

    Raises:
        DataError: metadata cannot have a value.
        UsageError: there is no such template, or it cannot be filled.
    """
    body = render_template(template, {"card": make_view(sources)})
    return join_card(dump_metadata(make_metadata(sources)), body)


def make_view(sources: CardSources) -> CardView:
    """All that a template gets."""
    main, words, facts, usage = sources.main, sources.words, sources.training, sources.usage
    analysis = main.analysis if main else None
    return CardView(
        model_id=sources.model_id,
        title=sources.model_id.rpartition("/")[2],
        summary=words.summary,
        main=score_parts.score_view(main) if main else None,
        at_a_glance=_at_a_glance(sources),
        overview=words.overview,
        usage=usage,
        usage_versions=training_parts.versions_text(usage.versions if usage else {}),
        results=score_parts.results_table(main) if main else None,
        results_notes=score_parts.results_notes(main) if main else (),
        floor_and_ceilings=floor_and_ceilings_table(analysis) if analysis else None,
        floor_notes=below_floor_notes(analysis.totals) if analysis else (),
        other_rules=score_parts.other_rules_table(sources),
        robustness=score_parts.robustness_table(sources),
        seeds=score_parts.seeds_table(sources),
        against=score_parts.against_table(sources),
        against_notes=score_parts.against_notes(sources),
        abstention=abstention_table(analysis) if analysis else None,
        thresholds=_thresholds(main) if main else None,
        weak_groups=_weak_groups(main) if main else None,
        mistakes=mistakes_table(analysis.mistakes) if analysis else None,
        pictures=sources.pictures,
        training_data=training_parts.training_data_table(facts, words),
        training_notes=training_parts.training_notes(facts),
        hyperparameters=training_parts.hyperparameters_table(facts, words),
        hyperparameters_note=training_parts.hyperparameters_note(facts),
        hyperparameter_lines="\n".join(training_parts.flat_lines(facts, words)),
        stages=training_parts.stages_table(facts),
        losses=training_parts.losses_table(facts),
        deviations=facts.deviations if facts else (),
        provenance=training_parts.provenance_table(facts, words),
        intended_use=words.intended_use,
        limitations=words.limitations,
        environment=reproduction.environment_table(sources),
        commands=reproduction.commands(sources),
        hashes=reproduction.hashes_table(sources),
        citation=words.citation,
        authors=words.authors,
        about=words.about,
        links=words.links,
        sections=words.sections,
        language=", ".join(words.languages) or None,
        training_text=training_parts.training_text(facts, words),
        infrastructure=_infrastructure(facts, words),
        teacher=_teacher(facts, words),
        performance=score_parts.performance(main) if main else None,
    )


def _at_a_glance(sources: CardSources) -> PlainTable:
    """The facts for a reader with one minute, without the unknown ones."""
    words, main, facts = sources.words, sources.main, sources.training
    model = main.evaluation.model if main else None
    rows = {
        "Languages": ", ".join(words.languages),
        "Licence": words.license_name or words.license or "",
        "Starts from": words.base_model or "",
        "Teacher": _teacher(facts, words) or "",
        "Training data": training_parts.training_text(facts, words) or "",
        "Architecture": model.architecture if model else "",
        "Parameters": count(model.parameters) if model else "",
        "Vocabulary": count(model.tokenizer.vocabulary_size) if model else "",
    }
    return PlainTable(
        ("At a glance", ""),
        tuple((name, value) for name, value in rows.items() if value),
    )


def _thresholds(main: CardRecord) -> PlainTable | None:
    evaluation = main.evaluation
    rules = rules_of(evaluation)
    return thresholds_table(main.analysis, rules)


def _weak_groups(main: CardRecord) -> PlainTable | None:
    groups = worst_groups(main.analysis, SHOWN_GROUPS)
    return groups_table(groups) if groups else None


def _teacher(facts: TrainingFacts | None, words: AuthorWords) -> str | None:
    if words.teacher is not None or facts is None:
        return words.teacher
    teacher = facts.models.get("teacher")
    return model_label(teacher) if teacher else None


def _infrastructure(facts: TrainingFacts | None, words: AuthorWords) -> str | None:
    if words.infrastructure is not None or facts is None:
        return words.infrastructure
    return f"{facts.machine.processes} x {facts.machine.device_name}"
