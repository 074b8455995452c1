"""What people write of languages, licences and numbers to what card.toml holds."""

import re
from collections.abc import Mapping

import pycountry

from qareport.cards.lint.metadata.languages import SPECIAL
from qareport.cards.lint.metadata.licences import meant_licence

WORDS: Mapping[str, bool] = {"true": True, "false": False}
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_FLOAT = re.compile(r"[+-]?(?:\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})(?:[eE][+-]?\d{1,3})?")


def language_code(written: object) -> str | None:
    """The code of a language by its code or English name; None where there is no such language."""
    if written is False:
        # YAML takes an unquoted `no`, which is Norwegian, for this.
        return "no"
    if not isinstance(written, str):
        return None
    word = written.strip()
    if word.lower() in SPECIAL:
        return word.lower()
    return _lookup(word) or _lookup(word.title()) or _lookup(re.split(r"[-_]", word)[0])


def license_id(written: str) -> str:
    """The id of a licence on the Hub, as far as its name tells it."""
    return meant_licence(written) or re.sub(r"[\s_,]+", "-", written.strip().lower())


def number_or_text(written: str) -> str | int | float:
    """A number, or true or false, where people wrote one; else their text."""
    text = written.strip().strip("\"'")
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _lookup(word: str) -> str | None:
    """The code by a code, or else by a name: "en" is English, though a language is called En."""
    languages, code = pycountry.languages, word.lower()
    found = languages.get(alpha_2=code) or languages.get(alpha_3=code) or languages.get(name=word)
    if found is None:
        return None
    codes = dict(found)
    return str(codes.get("alpha_2", codes["alpha_3"]))
