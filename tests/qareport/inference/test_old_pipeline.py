"""The removed pipeline's call: its arguments, its result, its rules."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from qareport.errors import UsageError
from qareport.inference.old_pipeline import (
    OldPipeline,
    PipelineAnswer,
    PipelineAnswers,
    load_pipeline,
)
from tests.answering_builders import FLOAT32
from tests.tiny_models import build_tiny_model

CONTEXT = (
    "The Normans gave their name to Normandy, a region in France, in the 10th century. "
    "They were descended from raiders from Denmark (Danes), Iceland and Norway."
)
QUESTION = "Who gave their name?"
WINDOW, STRIDE = 40, 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model("bert", tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def qa(folder: Path) -> OldPipeline:
    return load_pipeline(str(folder), engine=FLOAT32)


def by_the_rules(folder: Path, *, top_k: int, with_null: bool) -> list[PipelineAnswer]:
    """The answers as the five rules say them, over all pairs of tokens of one window after another.

    The rules are those of transformers 4's question-answering pipeline without word alignment.
    """
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForQuestionAnswering.from_pretrained(folder).eval()
    batch = tokenizer(
        QUESTION,
        CONTEXT,
        truncation="only_second",
        max_length=WINDOW,
        stride=STRIDE,
        return_overflowing_tokens=True,
    )
    answers: list[PipelineAnswer] = []
    lowest_null = 1.0
    for encoding in batch.encodings:
        ids, types = torch.tensor([encoding.ids]), torch.tensor([encoding.type_ids])
        with torch.no_grad():
            output = model(input_ids=ids, token_type_ids=types)
        context = [place for place, owner in enumerate(encoding.sequence_ids) if owner == 1]
        starts = probabilities(output.start_logits[0], [0, *context])
        ends = probabilities(output.end_logits[0], [0, *context])
        lowest_null = min(lowest_null, starts[0] * ends[0])
        pairs = [(i, j) for i in context for j in context if 0 <= j - i < 15]
        for i, j in sorted(pairs, key=lambda pair: -starts[pair[0]] * ends[pair[1]])[:top_k]:
            add(answers, starts[i] * ends[j], encoding.offsets[i][0], encoding.offsets[j][1])
    if with_null:
        answers.append(PipelineAnswer(score=lowest_null, start=0, end=0, answer=""))
    return sorted(answers, key=lambda answer: -answer["score"])[:top_k]


def probabilities(logits: Tensor, places: list[int]) -> dict[int, float]:
    return dict(zip(places, logits[places].double().softmax(0).tolist(), strict=True))


def add(answers: list[PipelineAnswer], score: float, start: int, end: int) -> None:
    """One more answer, or one more score of an answer with the same text."""
    text = CONTEXT[start:end]
    for answer in answers:
        if answer["answer"].lower() == text.lower():
            answer["score"] += score
            return
    answers.append(PipelineAnswer(score=score, start=start, end=end, answer=text))


def listed(answers: PipelineAnswers | list[PipelineAnswers]) -> list[PipelineAnswer]:
    """The answers to one question, however many there are."""
    both = answers if isinstance(answers, list) else [answers]
    return [answer for answer in both if isinstance(answer, dict)]


@pytest.mark.parametrize("with_null", [False, True])
@pytest.mark.parametrize("top_k", [1, 3, 12])
def test_answers_are_those_of_the_rules(
    qa: OldPipeline, folder: Path, *, top_k: int, with_null: bool
) -> None:
    answers = qa(
        question=QUESTION,
        context=CONTEXT,
        top_k=top_k,
        max_seq_len=WINDOW,
        doc_stride=STRIDE,
        handle_impossible_answer=with_null,
        align_to_words=False,
    )

    expected = by_the_rules(folder, top_k=top_k, with_null=with_null)
    found = listed(answers)
    assert [(each["answer"], each["start"], each["end"]) for each in found] == [
        (each["answer"], each["start"], each["end"]) for each in expected
    ]
    assert [each["score"] for each in found] == pytest.approx(
        [each["score"] for each in expected], rel=1e-4
    )


def test_one_surviving_answer_stands_alone(qa: OldPipeline) -> None:
    answer = qa(question=QUESTION, context=CONTEXT)

    assert isinstance(answer, dict)
    assert CONTEXT[answer["start"] : answer["end"]] == answer["answer"]


def test_several_questions_give_a_list_in_their_order(qa: OldPipeline) -> None:
    questions = [QUESTION, "Where is Normandy?"]

    together = qa(question=questions, context=CONTEXT)

    assert together == [qa(question=each, context=CONTEXT) for each in questions]


def test_mappings_stand_for_question_and_context(qa: OldPipeline) -> None:
    inputs = {"question": QUESTION, "context": CONTEXT}

    assert qa(inputs) == qa(question=QUESTION, context=CONTEXT)
    assert qa([inputs, inputs]) == [qa(inputs), qa(inputs)]


def test_the_null_answer_has_no_characters(qa: OldPipeline) -> None:
    answers = qa(question=QUESTION, context=CONTEXT, top_k=500, handle_impossible_answer=True)

    (null,) = (answer for answer in listed(answers) if not answer["answer"])
    assert (null["start"], null["end"]) == (0, 0)


def test_answers_are_widened_to_whole_words(qa: OldPipeline) -> None:
    # "Normandy" is more than one piece of the tiny vocabulary, so some spans begin inside it.
    aligned = qa(question=QUESTION, context="Normandy", top_k=9)
    cut = qa(question=QUESTION, context="Normandy", top_k=9, align_to_words=False)

    assert [each["answer"] for each in listed(aligned)] == ["Normandy"]
    assert len(listed(cut)) > 1


def test_equal_texts_add_their_scores(qa: OldPipeline) -> None:
    aligned = qa(question=QUESTION, context="Normandy", top_k=9)
    cut = qa(question=QUESTION, context="Normandy", top_k=9, align_to_words=False)

    assert [each["score"] for each in listed(aligned)] == [
        pytest.approx(sum(each["score"] for each in listed(cut)))
    ]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda qa: qa(question=QUESTION),
            "a question and its context are needed; give both by name",
        ),
        (
            lambda qa: qa(question="", context=CONTEXT),
            "question 1 of 1 is empty; give it a text or leave it out",
        ),
        (
            lambda qa: qa(question=[QUESTION] * 2, context=[CONTEXT]),
            "2 questions and 1 contexts; give as many of both, or one context for all",
        ),
        (
            lambda qa: qa({"question": QUESTION}),
            "an input has no 'context'; give question and context",
        ),
        (
            lambda qa: qa(question=QUESTION, context=CONTEXT, top_k=0),
            "top_k is 0; it must be at least 1",
        ),
        (
            lambda qa: qa(question=QUESTION, context=CONTEXT, doc_stride=500),
            "doc_stride is 500; windows of 384 tokens can share 0 to 383 of them",
        ),
    ],
)
def test_bad_calls_are_value_errors(
    qa: OldPipeline, call: Callable[[OldPipeline], object], sentence: str
) -> None:
    with pytest.raises(UsageError) as caught:
        call(qa)

    assert str(caught.value) == sentence
    assert isinstance(caught.value, ValueError)
