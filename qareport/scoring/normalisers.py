"""The name of a normaliser in, the rules by which its data set compares answers out."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from qareport.errors import UsageError
from qareport.scoring.multilingual import (
    MLQA_ARTICLES,
    longest_run,
    normalise_cmrc,
    normalise_korquad,
    normalise_mlqa,
    normalise_mlqa_chinese,
    split_characters,
    split_cmrc,
)
from qareport.scoring.normalising import (
    ENGLISH_ARTICLES,
    NORMALISER,
    Articles,
    count_common,
    normalise,
)


@dataclass(frozen=True, slots=True)
class Normaliser:
    """How a gold answer and a prediction are compared.

    The defaults are what the other scripts took over from SQuAD's evaluate-v1.1.py.
    """

    name: str
    languages: tuple[str, ...]
    """Codes of the languages that the rules were made for; empty for any language."""
    normalise: Callable[[str], str]
    """A text to its form; texts match exactly when their forms are equal."""
    articles: Articles | None = None
    """The words that a form has lost; None where it keeps all words."""
    split: Callable[[str], list[str]] = str.split
    """A form to its tokens, which F1 counts."""
    count_shared: Callable[[Sequence[str], Sequence[str]], int] = count_common
    """How many tokens of a gold answer and of a prediction agree."""
    drops_empty_golds: bool = False
    """Whether gold answers with an empty form take no part."""
    f1_of_empty: float = 0.0
    """F1 of a gold answer and a prediction that both have no tokens."""


SQUAD_EN = Normaliser(
    NORMALISER,
    ("en",),
    normalise,
    articles=ENGLISH_ARTICLES,
    drops_empty_golds=True,
    f1_of_empty=1.0,
)
"""The rules of SQuAD's official evaluate-v2.0.py."""


def normaliser_named(name: str) -> Normaliser:
    """The normaliser of that name.

    Raises:
        UsageError: there is none.
    """
    if name not in NORMALISERS:
        (nearest,) = difflib.get_close_matches(name, NORMALISERS, n=1, cutoff=0.0)
        raise UsageError(
            f"there is no normaliser {name!r}; did you mean {nearest!r}? "
            f"There are {', '.join(NORMALISERS)}"
        )
    return NORMALISERS[name]


def _mlqa(language: str) -> Normaliser:
    articles = MLQA_ARTICLES.get(language)
    pattern = articles.pattern() if articles else None
    return Normaliser(
        f"mlqa-{language}",
        (language,),
        partial(normalise_mlqa, articles=pattern),
        articles=articles,
    )


NORMALISERS: Mapping[str, Normaliser] = {
    normaliser.name: normaliser
    for normaliser in (
        SQUAD_EN,
        # English rules for every language, on purpose: so says the README of XQuAD.
        Normaliser("xquad", (), normalise, articles=ENGLISH_ARTICLES),
        *(_mlqa(language) for language in ("en", "es", "de", "vi", "hi", "ar")),
        Normaliser("mlqa-zh", ("zh",), normalise_mlqa_chinese),
        Normaliser("korquad", ("ko",), normalise_korquad, split=split_characters),
        Normaliser("cmrc", ("zh",), normalise_cmrc, split=split_cmrc, count_shared=longest_run),
    )
}
"""By name."""
