"""Finds what is wrong with a card by a table of rules, and mends what is mechanical."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from qareport.cards.lint.card import MAXIMUM_CHARACTERS, ReadCard, read_card
from qareport.cards.lint.figures import agreement, other_models, own_claims
from qareport.cards.lint.metadata import (
    hub_ids,
    languages,
    licences,
    tasks,
    value_types,
    yaml_faults,
)
from qareport.cards.lint.models import mentions, snippets, tokenizers
from qareport.cards.lint.page import broken, data_blocks, foreign, missing
from qareport.cards.lint.problems import Problem
from qareport.cards.text.card_text import apply_edits
from qareport.data.findings import Severity

ERROR, WARNING = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True, slots=True)
class Rule:
    """A severity, and the function that finds the problems of it."""

    severity: Severity
    find: Callable[[ReadCard], Iterable[Problem]]


HUB_RULES: Mapping[str, Rule] = {
    "yaml": Rule(ERROR, yaml_faults.find_broken_yaml),
    "python-object": Rule(ERROR, yaml_faults.find_python_objects),
    "duplicate-key": Rule(ERROR, yaml_faults.find_duplicate_keys),
    "value-type": Rule(ERROR, value_types.find_wrong_kinds),
    "missing-key": Rule(ERROR, value_types.find_missing_keys),
    "invented-value": Rule(ERROR, value_types.find_invented_values),
    "null-item": Rule(ERROR, value_types.find_null_items),
    "empty-value": Rule(ERROR, value_types.find_empty_values),
    "no-number": Rule(ERROR, value_types.find_numbers_without_value),
    "language": Rule(ERROR, languages.find_unknown_languages),
    "licence": Rule(ERROR, licences.find_unknown_licences),
    "licence-name": Rule(ERROR, licences.find_unnamed_licences),
    "dataset-id": Rule(ERROR, hub_ids.find_invalid_datasets),
    "base-model": Rule(ERROR, hub_ids.find_invalid_base_models),
    "base-model-relation": Rule(ERROR, hub_ids.find_invalid_relations),
    "task": Rule(ERROR, tasks.find_unknown_tasks),
}
"""What the Hub refuses."""
HUB_WARNINGS: Mapping[str, Rule] = {
    "no-metadata": Rule(WARNING, yaml_faults.find_missing_block),
}
"""What the Hub takes with a warning."""
METADATA_RULES: Mapping[str, Rule] = {
    "missing-metadata": Rule(WARNING, tasks.find_missing_metadata),
    "other-task": Rule(WARNING, tasks.find_other_tasks),
    "moved-dataset": Rule(WARNING, hub_ids.find_moved_datasets),
    "signature": Rule(WARNING, tasks.find_signatures),
    "single-precision": Rule(WARNING, value_types.find_single_precision),
}
FIGURE_RULES: Mapping[str, Rule] = {
    "contradiction": Rule(ERROR, agreement.find_contradictions),
    "parts": Rule(ERROR, agreement.find_unlike_parts),
    "exact-above-f1": Rule(ERROR, agreement.find_exact_above_f1),
    "null-scores": Rule(ERROR, agreement.find_unlike_null_scores),
    "range": Rule(ERROR, agreement.find_values_out_of_range),
    "scale": Rule(ERROR, agreement.find_mixed_scales),
    "total": Rule(ERROR, own_claims.find_other_totals),
    "counts": Rule(ERROR, own_claims.find_unlike_counts),
    "other-figures": Rule(ERROR, other_models.find_figures_of_others),
    "protocol": Rule(WARNING, other_models.find_other_protocols),
}
MODEL_RULES: Mapping[str, Rule] = {
    "model-name": Rule(ERROR, mentions.find_other_names),
    "snippet-model": Rule(ERROR, snippets.find_other_models),
    "tokenizers": Rule(ERROR, tokenizers.find_unlike_tokenizers),
    "english-only": Rule(ERROR, tokenizers.find_english_only_models),
    "unknown-model": Rule(WARNING, mentions.find_unknown_mentions),
    "removed-api": Rule(WARNING, snippets.find_removed_calls),
    "snippet-syntax": Rule(WARNING, snippets.find_broken_snippets),
}
PAGE_RULES: Mapping[str, Rule] = {
    "placeholder": Rule(ERROR, missing.find_placeholders),
    "no-model-id": Rule(WARNING, missing.find_unnamed_model),
    "encoding": Rule(WARNING, broken.find_damaged_letters),
    "anchor": Rule(WARNING, broken.find_dead_anchors),
    "missing-file": Rule(WARNING, broken.find_missing_files),
    "table-separator": Rule(WARNING, broken.find_tables_without_separator),
    "table-row": Rule(WARNING, broken.find_uneven_rows),
    "data-percent": Rule(WARNING, data_blocks.find_percent_signs),
    "data-block": Rule(WARNING, data_blocks.find_broken_data),
    "date": Rule(WARNING, foreign.find_dates),
    "foreign-picture": Rule(WARNING, foreign.find_foreign_pictures),
    "foreign-tag": Rule(WARNING, foreign.find_foreign_tags),
    "section": Rule(WARNING, missing.find_missing_sections),
    "subsets": Rule(WARNING, missing.find_missing_subsets),
    "revision": Rule(WARNING, missing.find_missing_revision),
    "seed": Rule(WARNING, missing.find_missing_seed),
    "versions": Rule(WARNING, missing.find_missing_versions),
}
RULES: Mapping[str, Rule] = {
    **HUB_RULES,
    **HUB_WARNINGS,
    **METADATA_RULES,
    **FIGURE_RULES,
    **MODEL_RULES,
    **PAGE_RULES,
}
"""All rules by name."""


def lint_card(text: str, *, folder: Path | None, model_id: str | None) -> tuple[Problem, ...]:
    """What is wrong with a card, by line; relative links are looked up in `folder`."""
    if len(text) > MAXIMUM_CHARACTERS:
        return (_too_long(len(text)),)
    return _apply(RULES, read_card(text, folder=folder, model_id=model_id))


def hub_errors(text: str) -> tuple[str, ...]:
    """Why the Hub refuses a card, in its own words; empty where it takes it."""
    return _hub_messages(HUB_RULES, text)


def hub_warnings(text: str) -> tuple[str, ...]:
    """What the Hub says to a card that it takes."""
    return _hub_messages(HUB_WARNINGS, text)


def _hub_messages(rules: Mapping[str, Rule], text: str) -> tuple[str, ...]:
    if len(text) > MAXIMUM_CHARACTERS:
        return ()
    problems = _apply(rules, read_card(text, folder=None, model_id=None))
    return tuple(each.hub_message for each in problems if each.hub_message is not None)


def _too_long(characters: int) -> Problem:
    return Problem(
        line=1,
        rule="too-long",
        severity=ERROR,
        message=f"the card has {characters} characters and is not read",
        remedy=f"keep it under {MAXIMUM_CHARACTERS}; results go into files beside it",
    )


def _apply(rules: Mapping[str, Rule], card: ReadCard) -> tuple[Problem, ...]:
    problems = (
        replace(problem, rule=name, severity=rule.severity)
        for name, rule in rules.items()
        for problem in rule.find(card)
    )
    return tuple(sorted(problems, key=lambda problem: (problem.line, problem.rule)))


ROUNDS = 20
"""At most; a mend can bring to light another, such as a quoted word that is not a code."""


@dataclass(frozen=True, slots=True)
class MendedCard:
    """A card after mending."""

    text: str
    mended: tuple[Problem, ...]
    """What was wrong; its lines are those of the card when each was found."""


def mend_card(text: str, *, model_id: str | None) -> MendedCard:
    """The card with all that is mechanical mended, and every other character as it was.

    Mending again mends nothing; a figure never changes.
    """
    mended: list[Problem] = []
    problems = apart(lint_card(text, folder=None, model_id=model_id))
    rounds = 0
    while problems and rounds < ROUNDS:
        mended.extend(problems)
        text = apply_edits(text, (problem.mend for problem in problems if problem.mend))
        problems = apart(lint_card(text, folder=None, model_id=model_id))
        rounds += 1
    return MendedCard(text, tuple(mended))


def apart(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems that can be mended in one go, since no two edits overlap."""
    chosen: list[Problem] = []
    end = 0
    for start, problem in sorted(
        ((each.mend.start, each) for each in problems if each.mend), key=lambda pair: pair[0]
    ):
        if problem.mend and start >= end:
            chosen.append(problem)
            end = problem.mend.end
    return tuple(chosen)
