"""An example to how much of the question's wording stands where the answer is."""

import re
from collections.abc import Mapping

from qareport.examining.golds import counted_golds
from qareport.examining.sentences import sentence_number, sentence_words
from qareport.records import Example
from qareport.scoring.normalising import tokenise

QUESTION_WORDS: Mapping[str, str] = {
    "how many/much": r"how\s+(?:many|much)",
    "how": "how",
    "what": "what",
    "which": "which",
    "who/whom/whose": "who(?:m|se)?",
    "when": "when",
    "where": "where",
    "why": "why",
}
"""Pattern of each group in lower case; of two that begin together the longer comes first."""

STOP_WORDS = frozenset(
    tokenise(
        "how many much what which who whom whose when where why "
        "about after all also and any are as at be because been before being between but by can "
        "could did do does during each for from had has have he her his if in into is it its may "
        "might more most not of on one or other our out over shall she should so some such than "
        "that their them then there these they this those through to under up was we were will "
        "with would you your"
    )
)
"""Question words and words that say little of a subject: our own list, normalised."""

_QUESTION_WORD = re.compile(
    r"\b(?:" + "|".join(f"({pattern})" for pattern in QUESTION_WORDS.values()) + r")\b"
)


def find_question_word(question: str) -> str | None:
    """The group of the earliest question word; None if there is none."""
    found = _QUESTION_WORD.search(question.lower())
    if found is None:
        return None
    return next(
        group
        for group, text in zip(QUESTION_WORDS, found.groups(), strict=True)
        if text is not None
    )


def lexical_overlap(example: Example) -> float | None:
    """Share of the question's distinct content words in the sentence where the first gold starts.

    Without a gold answer it is the sentence with the highest share; None without content words.
    """
    content_words = frozenset(tokenise(example.question)) - STOP_WORDS
    if not content_words:
        return None
    sentences = sentence_words(example.context)
    golds = counted_golds(example)
    if golds:
        number = sentence_number(example.context, golds[0].start)
        sentences = sentences[number : number + 1]
    shared = max((len(content_words & words) for words in sentences), default=0)
    return shared / len(content_words)
