"""Answer texts in, the forms in which answers are compared out."""

import re
import string
from collections import Counter
from collections.abc import Sequence

NORMALISER = "squad-en"
"""Name of the rules below: those of the official evaluate-v2.0.py."""

ARTICLES = ("a", "an", "the")
WHOLE_ARTICLES = re.compile(rf"\b(?:{'|'.join(ARTICLES)})\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(text: str) -> str:
    """The text in lower case without ASCII punctuation, English articles and extra whitespace."""
    # Punctuation goes before articles, as in the official script: "A-a" becomes "aa", not "".
    without_punctuation = text.lower().translate(_PUNCTUATION)
    return " ".join(WHOLE_ARTICLES.sub(" ", without_punctuation).split())


def tokenise(text: str) -> list[str]:
    """The words of the normalised text; none for an empty one."""
    return normalise(text).split()


def count_common(gold: Sequence[str], prediction: Sequence[str]) -> int:
    """How many words both have in common, a word as often as both have it."""
    return (Counter(gold) & Counter(prediction)).total()
