"""What people write of languages, licences and numbers to what card.toml holds."""

import re
from collections.abc import Mapping

import pycountry

MULTILINGUAL = "multilingual"
LANGUAGE_WORDS = frozenset({MULTILINGUAL, "code"})
LICENSE_NAMES: Mapping[str, str] = {
    "apache": "apache-2.0",
    "apache-2": "apache-2.0",
    "apache2": "apache-2.0",
    "apache-license-2.0": "apache-2.0",
    "apache-license-version-2.0": "apache-2.0",
    "mit-license": "mit",
    "bsd-3": "bsd-3-clause",
    "bsd-2": "bsd-2-clause",
    "cc-by": "cc-by-4.0",
    "cc-by-sa": "cc-by-sa-4.0",
    "gplv3": "gpl-3.0",
    "gpl-v3": "gpl-3.0",
}
"""Names that people give to licences, and their ids on the Hub."""
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
    if word.lower() in LANGUAGE_WORDS:
        return word.lower()
    return _lookup(word) or _lookup(word.title()) or _lookup(re.split(r"[-_]", word)[0])


def license_id(written: str) -> str:
    """The id of a licence on the Hub, as far as its name tells it."""
    plain = re.sub(r"[\s_,]+", "-", written.strip().lower())
    return LICENSE_NAMES.get(plain, plain)


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
