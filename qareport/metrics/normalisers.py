"""Lists the normalisers, by which gold answers and predictions are compared."""

import difflib
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from qareport.errors import UsageError, unknown_name

NORMALISER = "squad-en"
"""Name of the rules below: those of the official evaluate-v2.0.py."""


@dataclass(frozen=True, slots=True)
class Articles:
    """The articles of a language, which normalising removes."""

    words: tuple[str, ...]
    """In lower case."""
    boundary: str = r"\b"
    """What stands on both sides of an article, as a regular expression."""

    def pattern(self) -> re.Pattern[str]:
        """A pattern that matches the articles in a text in lower case."""
        return re.compile(f"{self.boundary}(?:{'|'.join(self.words)}){self.boundary}")


ENGLISH_ARTICLES = Articles(("a", "an", "the"))
_WHOLE_ARTICLES = ENGLISH_ARTICLES.pattern()
_PUNCTUATION = str.maketrans("", "", string.punctuation)

REMEMBERED_TEXTS = 1 << 16
"""Texts whose forms are kept: more than the gold answers and predictions of SQuAD's dev set, which
scores, causes and ceilings ask for again and again."""


@lru_cache(REMEMBERED_TEXTS)
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
    golds, predictions = {*gold}, {*prediction}
    if len(golds) == len(gold) or len(predictions) == len(prediction):
        # One of them has each word once, so they share each word once at most.
        return len(golds & predictions)
    return (Counter(gold) & Counter(prediction)).total()


@dataclass(frozen=True, slots=True)
class Normaliser:
    """How a gold answer and a prediction are compared.

    The defaults are what the other scripts took over from SQuAD's evaluate-v1.1.py.
    """

    name: str
    languages: tuple[str, ...]
    """Codes of the languages that the rules were made for; empty for any language."""
    normalise: Callable[[str], str]
    """Returns the form of a text; texts match exactly when their forms are equal."""
    script: str | None = None
    """The word with which Unicode begins the names of the letters of its languages, such as LATIN;
    None where the rules may be for any script."""
    articles: Articles | None = None
    """The articles that are removed; None where all words are kept."""
    split: Callable[[str], list[str]] = str.split
    """Splits a form into the tokens that F1 counts."""
    count_shared: Callable[[Sequence[str], Sequence[str]], int] = count_common
    """How many tokens of a gold answer and of a prediction agree."""
    drops_empty_golds: bool = False
    """Whether gold answers with an empty form are ignored."""
    f1_of_empty: float = 0.0
    """F1 of a gold answer and a prediction that both have no tokens."""


SQUAD_EN = Normaliser(
    NORMALISER,
    ("en",),
    normalise,
    script="LATIN",
    articles=ENGLISH_ARTICLES,
    drops_empty_golds=True,
    f1_of_empty=1.0,
)
"""The rules of SQuAD's official evaluate-v2.0.py."""


def normaliser_named(name: str) -> Normaliser:
    """The normaliser of that name.

    Raises:
        UsageError: there is no such normaliser.
    """
    if name not in NORMALISERS:
        raise UsageError(unknown_name(name, NORMALISERS, what="normaliser"))
    return NORMALISERS[name]


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
MLQA_SCRIPTS = {"hi": "DEVANAGARI", "ar": "ARABIC"}
"""By language, where it is not LATIN."""

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


@lru_cache(REMEMBERED_TEXTS)
def normalise_mlqa_chinese(text: str) -> str:
    """The same with spaces around every Chinese character."""
    return " ".join(_MLQA_CHINESE_TOKENS.findall(_without_punctuation(text.lower())))


@lru_cache(REMEMBERED_TEXTS)
def normalise_korquad(text: str) -> str:
    """The text in lower case without ASCII punctuation and extra whitespace; quotes are spaces."""
    return " ".join(text.translate(_KORQUAD_BLANKS).lower().translate(_ASCII_PUNCTUATION).split())


def split_characters(form: str) -> list[str]:
    """The characters of a normalised text; spaces do not count."""
    return list(form.replace(" ", ""))


@lru_cache(REMEMBERED_TEXTS)
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
    """How many tokens the longest run has that stands in both without a gap."""
    return difflib.SequenceMatcher(None, gold, prediction, autojunk=False).find_longest_match().size


def _without_punctuation(text: str) -> str:
    # Unicode takes ASCII marks such as "$" for symbols, the script for punctuation.
    kept = text.translate(_ASCII_PUNCTUATION)
    return "".join(each for each in kept if not unicodedata.category(each).startswith("P"))


def _mlqa(language: str) -> Normaliser:
    articles = MLQA_ARTICLES.get(language)
    pattern = articles.pattern() if articles else None
    return Normaliser(
        f"mlqa-{language}",
        (language,),
        lru_cache(REMEMBERED_TEXTS)(partial(normalise_mlqa, articles=pattern)),
        script=MLQA_SCRIPTS.get(language, "LATIN"),
        articles=articles,
    )


NORMALISERS: Mapping[str, Normaliser] = {
    normaliser.name: normaliser
    for normaliser in (
        SQUAD_EN,
        # English rules for every language, on purpose: so says the README of XQuAD.
        Normaliser("xquad", (), normalise, articles=ENGLISH_ARTICLES),
        *(_mlqa(language) for language in ("en", "es", "de", "vi", "hi", "ar")),
        Normaliser("mlqa-zh", ("zh",), normalise_mlqa_chinese, script="CJK"),
        Normaliser("korquad", ("ko",), normalise_korquad, script="HANGUL", split=split_characters),
        Normaliser(
            "cmrc",
            ("zh",),
            normalise_cmrc,
            script="CJK",
            split=split_cmrc,
            count_shared=longest_run,
        ),
    )
}
"""By name."""
