"""Finds languages in the metadata that the Hub refuses."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

import pycountry

from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.metadata.schema import EACH, spell, values_at
from qareport.cards.lint.problems import Problem

SHORT = 2
"""Letters of a code of ISO 639-1; others have three."""
CODE = re.compile(r"[a-z]{2,3}")
SPECIAL = frozenset({"multilingual", "code"})
NAMES: Mapping[str, str] = {
    "arabic": "ar",
    "chinese": "zh",
    "deutsch": "de",
    "dutch": "nl",
    "english": "en",
    "español": "es",
    "finnish": "fi",
    "français": "fr",
    "french": "fr",
    "german": "de",
    "greek": "el",
    "hindi": "hi",
    "italian": "it",
    "japanese": "ja",
    "korean": "ko",
    "multi": "multilingual",
    "multi-lingual": "multilingual",
    "polish": "pl",
    "portuguese": "pt",
    "romanian": "ro",
    "russian": "ru",
    "spanish": "es",
    "swedish": "sv",
    "thai": "th",
    "turkish": "tr",
    "vietnamese": "vi",
}
"""Names that people write, with the codes that they surely mean."""
_HUB_SENTENCE = (
    '"{path}" with value "{said}" is not valid. It must be an ISO 639-1, 639-2 or 639-3 code '
    '(two/three letters), or a special value like "code", "multilingual".'
)


def find_unknown_languages(card: ReadCard) -> Iterator[Problem]:
    """Languages that are not ISO 639 codes."""
    values = card.front_matter.values
    patterns = (("language",), ("language", EACH))
    for found in (each for pattern in patterns for each in values_at(values, pattern)):
        said = found.value
        if not isinstance(said, str) or is_language(said):
            continue
        meant = meant_language(said)
        near = meant or _without_region(said)
        scalar = card.scalars.get(found.path)
        yield Problem(
            card.front_matter.line(found.path),
            f"{said!r} is not a language code" + (f"; did you mean {near!r}?" if near else ""),
            "write codes of ISO 639 in lower case, `multilingual` or `code`",
            hub_message=_HUB_SENTENCE.format(path=spell(found.path), said=said),
            mend=scalar.replaced(meant) if meant and scalar else None,
        )


def is_language(code: str) -> bool:
    """Whether the Hub takes this code."""
    return code in SPECIAL or (CODE.fullmatch(code) is not None and _is_iso_code(code))


def meant_language(said: str) -> str | None:
    """The code that another spelling surely means."""
    lower = said.strip().lower()
    return lower if is_language(lower) else NAMES.get(lower)


def _without_region(said: str) -> str | None:
    language = said.replace("_", "-").partition("-")[0].lower()
    return language if is_language(language) else None


@cache
def _is_iso_code(code: str) -> bool:
    """Whether ISO 639-1, -2 or -3 has a code; 639-2 also has those of families."""
    if len(code) == SHORT:
        return pycountry.languages.get(alpha_2=code) is not None
    return (
        pycountry.languages.get(alpha_3=code) is not None
        or pycountry.languages.get(bibliographic=code) is not None
        or pycountry.language_families.get(alpha_3=code) is not None
    )
