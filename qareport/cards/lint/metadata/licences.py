"""Finds licences in the metadata that the Hub refuses."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.problems import Problem

_IDS = (
    "apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m "
    "bigscience-bloom-rail-1.0 bigcode-openrail-m afl-3.0 artistic-2.0 bsl-1.0 bsd "
    "bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc cc0-1.0 cc-by-2.0 cc-by-2.5 "
    "cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 "
    "cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 "
    "cc-by-nc-sa-4.0 cdla-sharing-1.0 cdla-permissive-1.0 cdla-permissive-2.0 wtfpl ecl-2.0 "
    "epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2 agpl-3.0 gfdl gpl gpl-2.0 gpl-3.0 lgpl "
    "lgpl-2.1 lgpl-3.0 isc h-research intel-research lppl-1.3c ms-pl apple-ascl apple-amlr "
    "mpl-2.0 odc-by odbl openmdw-1.0 openmdw-1.1 openrail++ osl-3.0 postgresql ofl-1.1 ncsa "
    "unlicense zlib pddl lgpl-lr deepfloyd-if-license fair-noncommercial-research-license "
    "llama2 llama3 llama3.1 llama3.2 llama3.3 llama4 grok2-community gemma unknown other"
)
LICENCES = tuple(_IDS.split())
"""All ids of the Hub."""
ALIASES: Mapping[str, str] = {
    "apache": "apache-2.0",
    "apache2": "apache-2.0",
    "apache20": "apache-2.0",
    "apachelicense20": "apache-2.0",
    "apachelicenseversion20": "apache-2.0",
    "mitlicense": "mit",
    "themitlicense": "mit",
    "ccby": "cc-by-4.0",
    "ccby4": "cc-by-4.0",
    "ccbysa": "cc-by-sa-4.0",
    "ccbysa4": "cc-by-sa-4.0",
    "gpl2": "gpl-2.0",
    "gpl3": "gpl-3.0",
    "gplv2": "gpl-2.0",
    "gplv3": "gpl-3.0",
    "agplv3": "agpl-3.0",
    "lgplv3": "lgpl-3.0",
    "bsd3": "bsd-3-clause",
    "bsd2": "bsd-2-clause",
    "cc0": "cc0-1.0",
}
"""Other names, in small letters and digits only, with what they surely mean."""
_EXPECTED = ", ".join(LICENCES)
_BY_LETTERS = {re.sub(r"[^a-z0-9+]", "", each): each for each in LICENCES}


def find_unknown_licences(card: ReadCard) -> Iterator[Problem]:
    """Licences that are not ids of the Hub."""
    said = card.front_matter.values.get("license")
    if not isinstance(said, str) or said in LICENCES:
        return
    meant = meant_licence(said)
    near = meant or next(iter(get_close_matches(said.lower(), LICENCES, n=1)), None)
    scalar = card.scalars.get(("license",))
    yield Problem(
        card.front_matter.line(("license",)),
        f"{said!r} is not a licence id of the Hub" + (f"; did you mean {near!r}?" if near else ""),
        "write an id, or `other` with license_name and license_link",
        hub_message=f'"license" must be one of [{_EXPECTED}]',
        mend=scalar.replaced(meant) if meant and scalar else None,
    )


def find_unnamed_licences(card: ReadCard) -> Iterator[Problem]:
    """Licence `other` without the name and link that say which."""
    values = card.front_matter.values
    if values.get("license") != "other":
        return
    for key in ("license_name", "license_link"):
        if key not in values:
            yield Problem(
                card.front_matter.line(("license",)),
                f"licence 'other' needs {key}",
                f"add the key {key}",
                hub_message=f'"{key}" is required',
            )


def meant_licence(said: str) -> str | None:
    """The id that another spelling surely means; None where it may mean several."""
    letters = re.sub(r"[^a-z0-9+]", "", said.lower())
    return _BY_LETTERS.get(letters) or ALIASES.get(letters)
