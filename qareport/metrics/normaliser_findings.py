"""Finds contexts in a script, and gold answers, that a normaliser does not fit.

Only the script is looked at, so languages in Latin letters are not distinguished.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from qareport.data.findings import Finding, FindingGroup, Severity, group_findings
from qareport.data.types import Example
from qareport.metrics.normalisers import NORMALISERS, Normaliser

SAMPLED_CONTEXTS = 200
"""How many contexts are looked at, spread evenly over the examples."""

OTHER_LANGUAGE = "normaliser for another language"

VANISHING_GOLD = "gold answer normalises to nothing"


def note_language(
    findings: Sequence[FindingGroup], examples: Sequence[Example], normaliser: Normaliser
) -> tuple[FindingGroup, ...]:
    """The findings with the check of the script redone for this normaliser, its finding first."""
    finding = check_language(examples, normaliser)
    others = (group for group in findings if group.kind != OTHER_LANGUAGE)
    return (*group_findings([finding] if finding else []), *others)


def check_language(examples: Sequence[Example], normaliser: Normaliser) -> Finding | None:
    """A finding when most letters of the contexts are in a script that the rules are not for."""
    step = max(1, len(examples) // SAMPLED_CONTEXTS)
    script = main_script(example.context for example in examples[::step])
    if script is None or _fits(normaliser, script):
        return None
    fitting = [other.name for other in NORMALISERS.values() if _fits(other, script)]
    return Finding(
        kind=OTHER_LANGUAGE,
        severity=Severity.WARNING,
        location="contexts",
        message=(
            f"most of their letters are {script} in Unicode, "
            f"but the normaliser {normaliser.name!r} is for {', '.join(normaliser.languages)}"
        ),
        remedy=f"choose a normaliser for the language of the answers: {' or '.join(fitting)}",
    )


def main_script(texts: Iterable[str]) -> str | None:
    """The script of more than half of the letters, None when no script has so many."""
    letters: Counter[str] = Counter()
    for character, uses in Counter("".join(texts)).items():
        if character.isalpha():
            letters[unicodedata.name(character, "unnamed").split()[0]] += uses
    if not letters:
        return None
    ((script, uses),) = letters.most_common(1)
    return script if 2 * uses > letters.total() else None


def note_normaliser(
    findings: Sequence[FindingGroup], examples: Sequence[Example], normaliser: Normaliser
) -> tuple[FindingGroup, ...]:
    """The findings with all checks of this module redone for this normaliser."""
    return note_vanishing_golds(note_language(findings, examples, normaliser), examples, normaliser)


def note_vanishing_golds(
    findings: Sequence[FindingGroup], examples: Sequence[Example], normaliser: Normaliser
) -> tuple[FindingGroup, ...]:
    """The findings with the check of gold answers redone for this normaliser, its finding last."""
    others = (group for group in findings if group.kind != VANISHING_GOLD)
    return (*others, *group_findings(_vanishing_golds(examples, normaliser)))


def _fits(normaliser: Normaliser, script: str) -> bool:
    """Whether the rules may be for the script."""
    return normaliser.script in {None, script}


def _vanishing_golds(examples: Sequence[Example], normaliser: Normaliser) -> Iterator[Finding]:
    fate = (
        "the metric drops such a gold answer"
        if normaliser.drops_empty_golds
        else "only a prediction that normalises to nothing too matches it"
    )
    for example in examples:
        for answer in example.gold_answers:
            # The reader of the data has reported empty texts.
            if answer.text.strip() and not normaliser.normalise(answer.text):
                yield Finding(
                    kind=VANISHING_GOLD,
                    severity=Severity.WARNING,
                    location=f"question {example.id!r}",
                    message=f"gold answer {answer.text!r} normalises to nothing",
                    remedy=f"nothing to do if it is meant so: {fate}",
                )
