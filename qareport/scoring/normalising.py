"""Answer texts in, the forms in which answers are compared out."""

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

NORMALISER = "squad-en"
"""Name of the rules below: those of the official evaluate-v2.0.py."""


@dataclass(frozen=True, slots=True)
class Articles:
    """Words that say nothing of an answer."""

    words: tuple[str, ...]
    """In lower case."""
    boundary: str = r"\b"
    """What stands on both sides of an article, as a regular expression."""

    def pattern(self) -> re.Pattern[str]:
        """What finds the articles in a text in lower case."""
        return re.compile(f"{self.boundary}(?:{'|'.join(self.words)}){self.boundary}")


ENGLISH_ARTICLES = Articles(("a", "an", "the"))
_WHOLE_ARTICLES = ENGLISH_ARTICLES.pattern()
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(text: str) -> str:
    """The text in lower case without ASCII punctuation, English articles and extra whitespace."""
    # Punctuation goes before articles, as in the official script: "A-a" becomes "aa", not "".
    without_punctuation = text.lower().translate(_PUNCTUATION)
    return " ".join(_WHOLE_ARTICLES.sub(" ", without_punctuation).split())


def tokenise(text: str) -> list[str]:
    """The words of the normalised text; none for an empty one."""
    return normalise(text).split()


def count_common(gold: Sequence[str], prediction: Sequence[str]) -> int:
    """How many words both have in common, a word as often as both have it."""
    return (Counter(gold) & Counter(prediction)).total()
