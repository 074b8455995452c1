"""The page of an old card goes to card.toml section by section; figures do not."""

import pytest

from qareport.cards.author_words import Author, AuthorWords, FurtherReading, Passage
from qareport.cards.old_cards.card import import_card
from qareport.cards.old_cards.pieces import NoteKind
from qareport.errors import DataError
from tests.import_builders import left_out_of, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# me/model\n\nIt reads.", AuthorWords(model_id="me/model", overview="It reads.")),
        ("Hello.\n\n## Overview\nMore.", AuthorWords(overview="Hello.\n\nMore.")),
        ("## About us\nWe mend.\n\n- all", AuthorWords(about="We mend.\n\n- all")),
        ("## Limitations\nMany.", AuthorWords(limitations="Many.")),
        ("Intended use\n---\nRead.", AuthorWords(intended_use="Read.")),
        ("## Training data\nRoofs.", AuthorWords(training_data="Roofs.")),
        ("## Hardware\n1x V100", AuthorWords(infrastructure="1x V100")),
        (
            "## Citation\n```bibtex\n@misc{a,\n}\n```",
            AuthorWords(citation="@misc{a,\n}"),
        ),
        (
            "## Usage\nAsk.\n\n### Second\nMore.",
            AuthorWords(
                sections=(
                    Passage(title="Usage", text="Ask."),
                    Passage(title="Second", text="More."),
                )
            ),
        ),
        (
            "## Links\n- [Roofs](https://roofs.org)\n- see [Walls](http://walls.org)",
            AuthorWords(
                links=(
                    FurtherReading(text="Roofs", url="https://roofs.org"),
                    FurtherReading(text="Walls", url="http://walls.org"),
                )
            ),
        ),
    ],
)
def test_sections_go_to_their_keys(text: str, words: AuthorWords) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("entry", "author"),
    [
        ("- Ada: `ada [at] x.org`", Author(name="Ada", contact="ada [at] x.org")),
        ("* Ada (ada@x.org)", Author(name="Ada", contact="ada@x.org")),
        ("1. [Ada L.](https://ada.org)", Author(name="Ada L.", contact="https://ada.org")),
        ("- **Ada** <ada@x.org>", Author(name="Ada", contact="ada@x.org")),
        ("- **Ada**", Author(name="Ada")),
        ("Ada", Author(name="Ada")),
    ],
)
def test_authors_are_read_with_their_contact(entry: str, author: Author) -> None:
    assert words_of(f"## Authors\n{entry}\n").authors == (author,)


def test_blank_lines_between_authors_are_none() -> None:
    authors = words_of("## Authors\n- Ada\n\n- Bea\n").authors

    assert [author.name for author in authors] == ["Ada", "Bea"]


def test_what_is_said_twice_is_kept_once() -> None:
    text = "# me/model\n\n**Language model:** me/model\n**Hardware:** **\n"

    assert words_of(text) == AuthorWords(model_id="me/model", overview="**Hardware:** **")
    assert left_out_of(text) == []


def test_lines_of_an_overview_go_to_their_keys_and_the_rest_stays() -> None:
    text = (
        "## Overview\n**Language model:** me/model  \n**Language:** English and German  \n"
        "**Training data:** Roofs\n**Licence**: MIT\n**Eval data:** Walls\n\nIt reads.\n"
    )

    assert words_of(text) == AuthorWords(
        model_id="me/model",
        languages=("en", "de"),
        training_data="Roofs",
        license="mit",
        overview="**Eval data:** Walls\n\nIt reads.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "```\nlr = 3e-5\nname = linear\n```",
        '```json\n{\n"lr": 3e-5,\n"name": "linear"\n}\n```',
        "- lr: 3e-5\n- name: linear",
        "| name | value |\n|---|---|\n| lr | 3e-5 |\n| name | linear |",
    ],
)
def test_hyperparameters_are_read_from_blocks_lists_and_tables(text: str) -> None:
    words = words_of(f"## Hyperparameters\n{text}\n")

    assert words.hyperparameters == {"lr": 3e-5, "name": "linear"}


def test_a_language_model_without_an_owner_is_the_one_that_training_began_with() -> None:
    assert words_of("**Language model:** roberta-base") == AuthorWords(base_model="roberta-base")


def test_a_teacher_named_in_a_sentence_is_one() -> None:
    words = words_of("## Details\n- Distilled. me/large was used as the teacher model.\n")

    assert words.teacher == "me/large"
    assert words.sections == (
        Passage(title="Details", text="- Distilled. me/large was used as the teacher model."),
    )


def test_a_sentence_of_two_models_names_no_teacher() -> None:
    assert words_of("me/small was taught by the teacher me/large.").teacher is None


@pytest.mark.parametrize(
    "figures",
    [
        "```\nEM: 79.5\n```",
        "| EM |\n|---|\n| 79.5 |",
        "It has 79.5 EM.",
        "On SQuAD 2.0:\n\n```\nEM: 79.5\n```",
        "On SQuAD 2.0:\n```\nEM: 79.5\n```",
    ],
)
def test_figures_are_claims_and_no_words(figures: str) -> None:
    imported = import_card(f"## Results\n\n{figures}\n\nGood.\n")

    assert imported.words == AuthorWords(sections=(Passage(title="Results", text="Good."),))
    assert [claim.value for claim in imported.claims] == [79.5]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# My model", "1: title 'My model': cards are named by model_id"),
        ("**Published**: May", "1: date 'May': dates of cards go stale; records have their own"),
        ("```\nEM: 79.5\n```", "1: 'EM: 79.5': states figures, which are claims"),
        ("EM: 79.5", "1: 'EM: 79.5': states figures, which are claims"),
        (
            "![x](https://x.org/germanquad.png)",
            (
                "1: '![x](https://x.org/germanquad.png)': shows a picture that is named after "
                "deepset/germanquad"
            ),
        ),
        ("## Hyperparameters\nmany", "2: 'many': is not a hyperparameter with its value"),
        (
            "## Hyperparameters\na = 1\nb = 2\na = 3",
            "4: hyperparameters.a 3: contradicts 1, which is kept",
        ),
        ("## Citation\nCite us.", "2: 'Cite us.': is not BibTeX"),
        ("## Links\n- [x](file.md)", "2: '[x](file.md)': is not a link to a page"),
        ("## Authors\nWe are:\n\n- Ada", "2: 'We are:': is not an author"),
        ("## Authors\n- **", "2: '**': names no author"),
        ("## Empty", "1: section 'Empty': nothing is left in it"),
        ("## About", "1: section 'About': nothing is left in it"),
    ],
)
def test_what_has_no_place_is_named_with_its_line(text: str, reason: str) -> None:
    assert left_out_of(text) == [reason]


def test_a_long_line_is_named_by_its_beginning() -> None:
    (note,) = left_out_of("EM: 79.5 " + "and so on " * 20)

    assert len(note) < 130
    assert "..." in note


def test_every_piece_that_is_kept_is_named_once() -> None:
    notes = import_card("---\nlicense: mit\n---\n## About\nWe.\n\n## Use\nAsk.\n").notes

    assert [(note.line, note.kind, note.text) for note in notes] == [
        (2, NoteKind.KEPT, "license: mit"),
        (4, NoteKind.KEPT, "about: We."),
        (7, NoteKind.KEPT, "sections: Use"),
    ]


def test_a_card_that_is_empty_says_nothing() -> None:
    assert import_card("").words == AuthorWords()
    assert import_card("---\n---\n").notes == ()


@pytest.mark.parametrize(
    "text", ["\x00", "a" * 10**5, "\ufeff", "|" * 300, "> " * 300, "🎉\r\n한국"]
)
def test_strange_texts_are_taken_over(text: str) -> None:
    assert import_card(text).claims == ()


def test_metadata_that_is_not_yaml_is_reported() -> None:
    with pytest.raises(DataError, match="is not YAML"):
        import_card("---\na: [\n---\n")
