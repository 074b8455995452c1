"""Refuses a student whose tokenizer differs from its teachers'; it would learn noise.

A published card describes such a pair, a RoBERTa student with an XLM-R teacher, whose ids would
have meant other text to each.
"""

from collections.abc import Callable, Iterator, Sequence

from qareport.data.types import Example
from qareport.errors import ModelError
from qareport.inference.windows import Window, unbounded
from trainer.planning.outlines import ModelOutline
from trainer.planning.planned_run import PlannedRun
from trainer.preparing.cutting import cut_examples

COMPARED_EXAMPLES = 100
"""Cut by both tokenizers, where their definitions differ."""
SHOWN_CHARACTERS = 60
SPECIAL_ROLES = ("cls_token", "sep_token", "bos_token", "eos_token", "pad_token", "unk_token")
"""Special tokens that windows may contain."""

Difference = Callable[[ModelOutline, ModelOutline, Sequence[Example]], str | None]
"""Describes how a student's tokenizer differs from a teacher's on some examples, if it does."""


def check_tokenizers(run: PlannedRun) -> Iterator[str]:
    """The first way in which the student's tokenizer differs from that of each teacher."""
    student = run.models.student
    for teacher in run.models.teachers:
        sample = run.examples[:COMPARED_EXAMPLES]
        differences = (differ(teacher, student, sample) for differ in DIFFERENCES)
        yield from [difference for difference in differences if difference][:1]


def check_null_token(run: PlannedRun) -> Iterator[str]:
    """Teachers whose null token is another one than the student's, or stands elsewhere."""
    models, sample = run.models, run.examples[:1]
    for teacher in models.teachers if sample else ():
        try:
            windows = [
                (one, cut_examples(one.tokenizer, sample, run.recipe.windows).windows[0])
                for one in (models.student, teacher)
            ]
        except ModelError as error:
            yield f"{_pair(teacher, models.student)}: {error}"
            continue
        own, expected = (_null(*pair) for pair in windows)
        if own != expected:
            yield (
                f"{_pair(teacher, models.student)}: one says 'no answer' by {own} and the other by "
                f"{expected}; choose a teacher of the student's family"
            )


def _differ_in_vocabulary(
    teacher: ModelOutline, student: ModelOutline, _: Sequence[Example]
) -> str | None:
    known, own = teacher.tokenizer.get_vocab(), student.tokenizer.get_vocab()
    if student.kept_ids is None:
        is_same = own == known
    else:
        is_same = all(known.get(token) == student.kept_ids[index] for token, index in own.items())
    if is_same:
        return None
    return (
        f"student {student.name!r} ({_describe(student)}) and teacher {teacher.name!r} "
        f"({_describe(teacher)}) have different vocabularies, so the same ids are other text to "
        "each; choose a teacher of the student's family"
    )


def _differ_in_special_tokens(
    teacher: ModelOutline, student: ModelOutline, _: Sequence[Example]
) -> str | None:
    own, expected = student.tokenizer.special_tokens_map, teacher.tokenizer.special_tokens_map
    for role in SPECIAL_ROLES:
        # One that is named by a single tokenizer is in no window of the other.
        if role in own and role in expected and own[role] != expected[role]:
            return (
                f"{_pair(teacher, student)}: the {role} of one is {own[role]!r} and of the other "
                f"{expected[role]!r}; choose a teacher of the student's family"
            )
    return None


def _differ_in_cutting(
    teacher: ModelOutline, student: ModelOutline, examples: Sequence[Example]
) -> str | None:
    own, expected = unbounded(student.tokenizer), unbounded(teacher.tokenizer)
    if own.to_str() == expected.to_str():
        return None
    for each in examples:
        ours, theirs = (one.encode(each.question, each.context) for one in (own, expected))
        if (ours.tokens, ours.offsets) != (theirs.tokens, theirs.offsets):
            return (
                f"{_pair(teacher, student)}: their tokenizers cut "
                f"{each.context[:SHOWN_CHARACTERS]!r} into other tokens; choose a teacher of the "
                "student's family, or give both the same tokenizer files"
            )
    return None


DIFFERENCES: tuple[Difference, ...] = (
    _differ_in_vocabulary,
    _differ_in_special_tokens,
    _differ_in_cutting,
)


def _pair(teacher: ModelOutline, student: ModelOutline) -> str:
    return f"student {student.name!r} and teacher {teacher.name!r}"


def _describe(outline: ModelOutline) -> str:
    return f"{outline.model.config.model_type}, {len(outline.tokenizer)} tokens"


def _null(outline: ModelOutline, window: Window) -> str:
    position = window.null_position
    token = outline.tokenizer.convert_ids_to_tokens(int(window.token_ids[position]))
    return f"token {token!r} at {position}"
