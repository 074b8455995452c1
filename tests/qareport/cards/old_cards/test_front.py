"""The metadata of an old card goes to card.toml, normalised, or is named."""

import pytest

from qareport.cards.author_words import AuthorWords
from tests.import_builders import left_out_of, words_of


def front(text: str) -> str:
    """A card that is metadata alone."""
    return f"---\n{text}\n---\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("language: [German, en, en]", AuthorWords(languages=("de", "en"))),
        ("language: no", AuthorWords(languages=("no",))),
        ("license: Apache 2.0", AuthorWords(license="apache-2.0")),
        ("datasets: [squad_v2, me/x]", AuthorWords(datasets=("rajpurkar/squad_v2", "me/x"))),
        ("tags: [ours, exBERT]", AuthorWords(tags=("ours",))),
        ("base_model: [me/base]", AuthorWords(base_model="me/base")),
        ("co2_eq_emissions: {emissions: 12}", AuthorWords(co2_grams=12.0)),
        ("co2_eq_emissions: 3.5", AuthorWords(co2_grams=3.5)),
        ("thumbnail: https://x.org/a.png", AuthorWords(thumbnail="https://x.org/a.png")),
        (
            "datasets: squad_v2\nthumbnail: https://x.org/squad_v2.png",
            AuthorWords(datasets=("rajpurkar/squad_v2",), thumbnail="https://x.org/squad_v2.png"),
        ),
        (
            "license: other\nlicense_name: mine\nlicense_link: LICENSE",
            AuthorWords(license="other", license_name="mine", license_link="LICENSE"),
        ),
        (
            "base_model: a\nbase_model_relation: finetune",
            AuthorWords(base_model="a", base_model_relation="finetune"),
        ),
        ("tags:", AuthorWords()),
    ],
)
def test_values_go_to_their_keys(text: str, words: AuthorWords) -> None:
    assert words_of(front(text)) == words


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("language: noinfo", "2: language 'noinfo': is not a language with an ISO 639 code"),
        ("library_name: x", "2: library_name: cards say it themselves"),
        ("model-index: []", "2: model-index: its figures are claims"),
        ("widget: []", "2: widget: card.toml has no such key"),
        ("tags: [[x]]", "2: tags ['x']: is not text"),
        ("base_model: [a, b]", "2: base_model 'b': contradicts 'a', which is kept"),
        ("co2_eq_emissions: little", "2: co2_eq_emissions: is not a number of grams"),
        ("co2_eq_emissions: {emissions: true}", "2: co2_eq_emissions: is not a number of grams"),
        ("thumbnail: pic.png", "2: thumbnail 'pic.png': is not a URL"),
        ("thumbnail: [x]", "2: thumbnail: is not text"),
        (
            "thumbnail: https://x.org/germanquad.jpg",
            (
                "2: thumbnail 'https://x.org/germanquad.jpg': its file is named after "
                "deepset/germanquad"
            ),
        ),
        ("license: other", "2: license 'other': needs license_name and license_link"),
        ("base_model_relation: merge", "2: base_model_relation 'merge': needs base_model"),
        (
            "base_model: a\nbase_model_relation: odd",
            "3: base_model_relation 'odd': is not one of adapter, merge, quantized, finetune",
        ),
    ],
)
def test_what_has_no_place_is_named_with_its_line(text: str, reason: str) -> None:
    assert left_out_of(front(text)) == [reason]
