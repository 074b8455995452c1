"""Answer texts of many languages in, the forms in which their data sets compare them out.

The rules are those of the scripts of MLQA, KorQuAD 1.0 and CMRC 2018, their oddities included.
"""

import difflib
import re
import string
import unicodedata
from collections.abc import Mapping, Sequence

from qareport.scoring.normalising import ENGLISH_ARTICLES, Articles

MLQA_ARTICLES: Mapping[str, Articles] = {
    "en": ENGLISH_ARTICLES,
    "es": Articles(("un", "una", "unos", "unas", "el", "la", "los", "las")),
    "de": Articles(
        (
            *("ein", "eine", "einen", "einem", "eines", "einer"),
            *("der", "die", "das", "den", "dem", "des"),
        )
    ),
    "vi": Articles(("của", "là", "cái", "chiếc", "những")),
    # The script also has a branch for the start of a word; it can never match, so these two
    # letters go wherever they stand.
    "ar": Articles(("ال",), boundary=""),
}
"""By language; Hindi and Chinese have none."""

_CJK = "\u4e00-\u9fa5"
"""What MLQA and CMRC take for Chinese characters, as a range of a regular expression."""
_MLQA_CHINESE_TOKENS = re.compile(rf"[{_CJK}]|[^{_CJK}\s]+")
_CMRC_TOKENS = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+|[^\w\s]")
_ASCII_PUNCTUATION = str.maketrans("", "", string.punctuation)
_KORQUAD_MARKS = "'\"<>()《》〈〉‘’"  # noqa: RUF001 - the script's marks
_CMRC_MARKS = "-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』"  # noqa: RUF001 - the script's marks
_KORQUAD_BLANKS = str.maketrans(_KORQUAD_MARKS, " " * len(_KORQUAD_MARKS))
_CMRC_DELETIONS = str.maketrans("", "", _CMRC_MARKS)


def normalise_mlqa(text: str, *, articles: re.Pattern[str] | None) -> str:
    """The text in lower case without punctuation, articles and extra whitespace."""
    plain = _without_punctuation(text.lower())
    return " ".join((articles.sub(" ", plain) if articles else plain).split())


def normalise_mlqa_chinese(text: str) -> str:
    """The same with spaces around every Chinese character."""
    return " ".join(_MLQA_CHINESE_TOKENS.findall(_without_punctuation(text.lower())))


def normalise_korquad(text: str) -> str:
    """The text in lower case without ASCII punctuation and extra whitespace; quotes are spaces."""
    return " ".join(text.translate(_KORQUAD_BLANKS).lower().translate(_ASCII_PUNCTUATION).split())


def split_characters(form: str) -> list[str]:
    """The characters of a normalised text; spaces do not count."""
    return list(form.replace(" ", ""))


def normalise_cmrc(text: str) -> str:
    """The text in lower case without outer whitespace and the marks of the script."""
    return text.lower().strip().translate(_CMRC_DELETIONS)


def split_cmrc(form: str) -> list[str]:
    """Chinese characters one by one, runs of other word characters, and single marks.

    The script leaves what is not Chinese to the word tokeniser of nltk, which has finer rules for
    English: "don't" is "do" and "n't" there, and "don", "'" and "t" here.
    """
    return _CMRC_TOKENS.findall(form)


def longest_run(gold: Sequence[str], prediction: Sequence[str]) -> int:
    """How many tokens the longest stretch has that stands in both without a gap."""
    return difflib.SequenceMatcher(None, gold, prediction, autojunk=False).find_longest_match().size


def _without_punctuation(text: str) -> str:
    # Unicode takes ASCII marks such as "$" for symbols, the script for punctuation.
    kept = text.translate(_ASCII_PUNCTUATION)
    return "".join(each for each in kept if not unicodedata.category(each).startswith("P"))
