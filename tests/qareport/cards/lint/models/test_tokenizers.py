"""Names of models show their vocabularies."""

import pytest

from qareport.cards.lint.models.tokenizers import family_of
from tests.linting_builders import found_by, lines_of, with_metadata


@pytest.mark.parametrize(
    ("name", "vocabulary"),
    [
        ("FacebookAI/xlm-roberta-base", "XLM-RoBERTa"),
        ("our-lab/xlmr-large-squad2", "XLM-RoBERTa"),
        ("microsoft/Multilingual-MiniLM-L12-H384", "XLM-RoBERTa"),
        ("deepset/tinyroberta-squad2", "RoBERTa"),
        ("distilroberta-base", "RoBERTa"),
        ("microsoft/deberta-base", "RoBERTa"),
        ("microsoft/deberta-v3-base", "DeBERTa v2 or v3"),
        ("microsoft/mdeberta-v3-base", "mDeBERTa"),
        ("google-bert/bert-base-cased", "BERT, English cased"),
        ("google-bert/bert-base-uncased", "BERT, English uncased"),
        ("bert-base-multilingual-cased", "BERT, multilingual cased"),
        ("bert-base-multilingual-uncased", "BERT, multilingual uncased"),
        ("google/electra-base-discriminator", "BERT, English uncased"),
        ("prajjwal1/bert-medium", "BERT, English uncased"),
        ("nreimers/MiniLM-L6-H384-uncased", "BERT, English uncased"),
        ("deepset/gelectra-large", "German"),
        ("bert-base-german-cased", "of one language"),
        ("albert-base-v2", "ALBERT"),
        ("almanach/camembert-base", "CamemBERT"),
        ("xlnet-base-cased", "XLNet"),
    ],
)
def test_the_vocabulary_is_known_from_the_name(name: str, vocabulary: str) -> None:
    family = family_of(name)

    assert family is not None
    assert family.vocabulary == vocabulary


@pytest.mark.parametrize("name", ["", "our-lab/lamp", "bert-base", "gpt2"])
def test_a_name_may_say_nothing(name: str) -> None:
    assert family_of(name) is None


@pytest.mark.parametrize(
    ("student", "teacher", "count"),
    [
        ("a/roberta-base-squad2", "a/roberta-large-squad2", 0),
        ("a/tinyroberta-squad2", "a/roberta-large-squad2", 0),
        ("a/bert-medium-squad2", "a/bert-large-uncased-squad2", 0),
        ("a/bert-base-cased-squad2", "a/bert-large-uncased-squad2", 1),
        ("a/electra-base-squad2", "a/roberta-large-squad2", 1),
        ("a/roberta-base-squad2", "a/xlm-roberta-large-squad2", 1),
        ("a/bert-base-german-cased", "a/bert-base-chinese-qa", 0),
        ("a/lamp-squad2", "a/roberta-large-squad2", 0),
    ],
)
def test_teacher_and_student_share_a_vocabulary(student: str, teacher: str, count: int) -> None:
    text = f"# Card\n\nIts teacher is {teacher}.\n"

    assert lines_of("tokenizers", text, model_id=student) == [3] * count


def test_a_line_with_several_models_names_no_teacher() -> None:
    text = "The teacher of a/bert-base-cased-qa was a/xlm-roberta-large-qa or a/lamp-roberta-qa.\n"

    assert found_by("tokenizers", text, model_id="a/bert-base-cased-qa") == []


def test_the_base_model_counts_where_the_own_name_does_not() -> None:
    text = with_metadata("language: [en, multilingual]", "base_model: FacebookAI/roberta-base")

    (problem,) = found_by("english-only", text, model_id="a/lamp")

    assert problem.message == (
        "the language is multilingual, but 'FacebookAI/roberta-base' is of an English family"
    )
