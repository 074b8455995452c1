"""A student must read the tokens that its teachers read, and say "no answer" as they do."""

from dataclasses import replace

from transformers import BertTokenizer, PreTrainedTokenizerFast

from tests.builders import example
from tests.tiny_models import PADDING, byte_pair_tokenizer
from tests.trainer.planning.planning_builders import (
    EXAMPLES,
    outline,
    planned_run,
    recipe,
)
from trainer.planning.checks.tokenizers import check_null_token, check_tokenizers
from trainer.planning.outlines import ModelOutline
from trainer.preparing.cutting import cut_examples
from trainer.starting.vocabulary import trim_vocabulary

OTHER_PADDING = "[MASK]"


def trimmed(whole: ModelOutline) -> ModelOutline:
    """The outline with the tokens of the examples only."""
    texts = [text for each in EXAMPLES for text in (each.question, each.context)]
    student = trim_vocabulary(whole.model, whole.tokenizer, texts)
    return ModelOutline("student", student.model, student.tokenizer, student.kept_ids)


def test_equal_tokenizers_pass() -> None:
    assert list(check_tokenizers(planned_run())) == []


def test_the_pair_of_a_published_card_is_refused() -> None:
    student = outline("roberta", name="roberta-base")
    teacher = outline("xlm-roberta", name="deepset/xlm-roberta-large-squad2")

    [failure] = list(check_tokenizers(planned_run(student=student, teacher=teacher)))

    assert failure == (
        "student 'roberta-base' (roberta, 350 tokens) and teacher "
        "'deepset/xlm-roberta-large-squad2' (xlm-roberta, 184 tokens) have different vocabularies, "
        "so the same ids are other text to each; choose a teacher of the student's family"
    )


def test_families_may_differ_where_vocabularies_agree() -> None:
    student, teacher = outline("electra"), outline("bert", name="teacher")

    assert list(check_tokenizers(planned_run(student=student, teacher=teacher))) == []


def test_one_vocabulary_used_in_two_ways_is_refused() -> None:
    uncased = outline("bert", name="uncased")
    vocabulary = uncased.tokenizer.get_vocab()
    cased = outline("bert", BertTokenizer(vocab=vocabulary, do_lower_case=False), name="cased")

    [failure] = list(check_tokenizers(planned_run(student=uncased, teacher=cased)))

    assert failure == (
        "student 'uncased' and teacher 'cased': their tokenizers cut 'The Normans gave their name "
        "to Normandy, a region in France,' into other tokens; choose a teacher of the "
        "student's family, or give both the same tokenizer files"
    )


def test_definitions_may_differ_where_texts_are_cut_alike() -> None:
    student, teacher = outline("bert"), outline("bert", name="teacher")
    student.tokenizer.backend_tokenizer.enable_padding(length=4)

    assert list(check_tokenizers(planned_run(student=student, teacher=teacher))) == []


def test_examples_longer_than_a_window_do_not_matter() -> None:
    long = example("long", context=f"{'The Normans gave their name to Normandy. ' * 40}Denmark")
    student, teacher = outline("bert"), outline("bert", name="teacher")
    cut_examples(student.tokenizer, [long], recipe().windows)
    run = replace(planned_run(student=student, teacher=teacher), examples=(long,))

    assert list(check_tokenizers(run)) == []


def test_other_special_tokens_are_refused() -> None:
    student, teacher = outline("bert"), outline("bert", name="teacher")
    teacher.tokenizer.pad_token = OTHER_PADDING

    [failure] = list(check_tokenizers(planned_run(student=student, teacher=teacher)))

    assert failure == (
        "student 'student' and teacher 'teacher': the pad_token of one is '[PAD]' and of the other "
        "'[MASK]'; choose a teacher of the student's family"
    )


def test_a_trimmed_student_is_compared_by_its_tokens() -> None:
    teacher = outline("bert", name="teacher")

    failures = check_tokenizers(planned_run(student=trimmed(teacher), teacher=teacher))

    assert list(failures) == []


def test_a_trimmed_student_with_wrong_ids_is_refused() -> None:
    teacher = outline("bert", name="teacher")
    student = trimmed(teacher)
    mixed_up = replace(student, kept_ids=tuple(reversed(student.kept_ids or ())))

    failures = list(check_tokenizers(planned_run(student=mixed_up, teacher=teacher)))

    assert len(failures) == 1
    assert "have different vocabularies" in failures[0]


def test_the_teacher_of_layers_is_compared_too() -> None:
    plan = recipe(intermediate={})
    other = outline("roberta", name="other")

    failures = list(check_tokenizers(planned_run(plan=plan, layer_teacher=other)))

    assert len(failures) == 1
    assert "teacher 'other' (roberta, 350 tokens)" in failures[0]


def test_the_same_null_token_passes() -> None:
    assert list(check_null_token(planned_run())) == []


def test_a_null_token_elsewhere_is_refused() -> None:
    student, teacher = outline("bert"), outline("xlnet", name="teacher")
    short = replace(
        planned_run(student=student, teacher=teacher),
        examples=(example(question="Norman", context="Norman"),),
    )

    [failure] = list(check_null_token(short))

    assert failure == (
        "student 'student' and teacher 'teacher': one says 'no answer' by token '[CLS]' at 0 and "
        "the other by token '<cls>' at 8; choose a teacher of the student's family"
    )


def test_a_tokenizer_without_null_token_is_refused() -> None:
    bare = PreTrainedTokenizerFast(
        tokenizer_object=byte_pair_tokenizer([PADDING]), pad_token=PADDING
    )
    student = outline("roberta", bare)

    [failure] = list(check_null_token(planned_run(student=student, teacher=outline("bert"))))

    assert failure == (
        "student 'student' and teacher 'student': the tokenizer puts neither a CLS nor a BOS token "
        "beside question and context, so nothing can say 'no answer'; use a model whose tokenizer "
        "does"
    )


def test_without_examples_there_is_no_null_token_to_compare() -> None:
    empty = replace(planned_run(), examples=())

    assert list(check_null_token(empty)) == []
