"""Windows learn the answers that lie inside them; every example left out has a reason."""

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerFast

from qareport.data.types import Example, Exclusion, GoldAnswer
from qareport.errors import DataError
from tests.builders import example
from tests.tiny_models import FAMILIES
from trainer.preparing import labelling
from trainer.preparing.label_rules import covering_tokens
from trainer.preparing.labelling import LabelledWindows, label_windows
from trainer.recipe import Windows
from trainer.windows import TokenSpan

BERT = FAMILIES["bert"].tokenizer()
QUESTION_TOKENS = 1
CONTEXT_POSITION = QUESTION_TOKENS + 2
NULL = (TokenSpan(0, 0),)
LETTERS = "a b c d e f g h i j"
SHORT = Windows(max_seq_length=12, doc_stride=1)
"""Eight context tokens beside a question of one: a to h, then h to j."""


@pytest.fixture(params=FAMILIES)
def tokenizer(request: pytest.FixtureRequest) -> PreTrainedTokenizerFast:
    """The tokenizer of each family in turn."""
    return FAMILIES[request.param].tokenizer()


def labelled(
    *examples: Example,
    options: Windows = SHORT,
    fidelity: Literal["haystack", "corrected"] = "corrected",
    golds: Literal["first", "all"] = "first",
) -> LabelledWindows:
    """The windows of examples cut by BERT's tokenizer."""
    return label_windows(BERT, examples, options, fidelity=fidelity, golds=golds)


def targets(windows: LabelledWindows) -> list[tuple[TokenSpan, ...]]:
    """The right spans of each window, counted from the first context token; null stays."""
    return [
        tuple(
            span
            if span in NULL
            else TokenSpan(span.first - CONTEXT_POSITION, span.last - CONTEXT_POSITION)
            for span in window.targets
        )
        for window in windows.windows
    ]


def test_a_window_learns_the_first_gold_inside_it() -> None:
    one = example(context=LETTERS, golds=("j", "b c", "h"))

    assert targets(labelled(one)) == [(TokenSpan(1, 2),), (TokenSpan(2, 2),)]


def test_a_window_learns_all_distinct_golds_inside_it_where_the_recipe_says_so() -> None:
    one = example(context=LETTERS, golds=("j", "b c", "h", "b c", GoldAnswer(" b c ", 1)))

    assert targets(labelled(one, golds="all")) == [
        (TokenSpan(1, 2), TokenSpan(7, 7)),
        (TokenSpan(2, 2), TokenSpan(0, 0)),
    ]


def test_a_window_that_holds_no_gold_whole_learns_null() -> None:
    windows = labelled(example(context=LETTERS, golds=("g h i",)))

    assert targets(windows) == [NULL, NULL]
    assert windows.windows_without_answer == 2


def test_haystack_learns_the_first_gold_or_null() -> None:
    one = example(context=LETTERS, golds=("i", "a b"))

    windows = labelled(one, fidelity="haystack", golds="all")

    assert targets(windows) == [NULL, (TokenSpan(1, 1),)]
    assert windows.windows_without_answer == 1


def test_haystack_ends_an_answer_at_the_end_of_the_context_in_the_separator() -> None:
    one = example(context=LETTERS, golds=("i j",))

    windows = labelled(one, fidelity="haystack")

    last = windows.windows[1]
    assert targets(windows) == [NULL, (TokenSpan(1, 3),)]
    assert last.token_ids[last.targets[0].last] == BERT.sep_token_id


def test_an_answer_that_is_the_last_token_is_null_for_haystack() -> None:
    one = example(context=LETTERS, golds=("j",))

    assert targets(labelled(one, fidelity="haystack")) == [NULL, NULL]


def test_windows_of_unanswerable_examples_learn_null_and_are_not_counted() -> None:
    windows = labelled(example(context=LETTERS))

    assert targets(windows) == [NULL, NULL]
    assert windows.windows_without_answer == 0


def test_windows_carry_tokens_types_positions_and_ids() -> None:
    (first, second) = labelled(example("id", context=LETTERS)).windows

    tokens = ["[CLS]", "q", "[SEP]", "h", "i", "j", "[SEP]"]
    assert (first.id, second.id) == ("id#0", "id#1")
    assert BERT.convert_ids_to_tokens(second.token_ids.tolist()) == tokens
    assert second.type_ids.tolist() == [0, 0, 0, 1, 1, 1, 1]
    assert second.token_ids.dtype == second.type_ids.dtype == np.int32
    assert (second.null_position, second.context_position, second.context_size) == (0, 3, 3)


def test_examples_read_are_examples_kept_and_named_exclusions() -> None:
    windows = labelled(
        example("misplaced", context=LETTERS, golds=(GoldAnswer("b", 0),)),
        example("blank", context=LETTERS, golds=(GoldAnswer(" ", 1),)),
        example("unseen", context="a\u200b b", golds=(GoldAnswer("\u200b", 1),)),
        example("kept", context=LETTERS, golds=("b",)),
    )

    assert {window.id for window in windows.windows} == {"kept#0", "kept#1"}
    assert windows.examples_read == 4
    assert windows.exclusions == (
        Exclusion("gold answers blank or not at their offsets", 2),
        Exclusion("gold answers without tokens", 1),
    )


def test_cut_questions_are_findings() -> None:
    (finding,) = labelled(example("whole"), example("long", "q " * 30, context="a")).findings

    assert (finding.kind, finding.count) == ("question cut", 1)


def test_repeated_ids_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        labelled(example("twice"), example("twice"))

    assert str(caught.value) == (
        "id 'twice' occurs a second time among the training examples; "
        "give every question its own id"
    )


def test_empty_contexts_have_a_window_too() -> None:
    (window,) = labelled(example(context="")).windows

    assert (window.context_size, window.targets) == (0, NULL)


def test_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    examples = [example(str(index), context=LETTERS, golds=("b",)) for index in range(5)]
    at_once = labelled(*examples)

    monkeypatch.setattr(labelling, "EXAMPLES_AT_ONCE", 2)

    assert [window.id for window in labelled(*examples).windows] == [
        window.id for window in at_once.windows
    ]


@pytest.mark.parametrize("stride", ["overlap", "step"])
def test_labels_are_the_tokens_of_the_answer(
    tokenizer: PreTrainedTokenizerFast, stride: Literal["overlap", "step"]
) -> None:
    context = "The Normans,  911 of them, came from Denmark (Danes) and 诺曼底."
    options = Windows(max_seq_length=30, doc_stride=8, stride=stride, max_question_length=6)

    whole = tokenizer(context, add_special_tokens=False).encodings[0]
    for answer in ("The", "Normans", "911", "Denmark (Danes)", "诺曼底", "."):
        one = example(question="Who?", context=context, golds=(answer,))
        windows = label_windows(tokenizer, [one], options, fidelity="corrected", golds="all")

        tokens = covering_tokens(one.gold_answers[0], np.array(whole.offsets, dtype=np.int32))
        assert tokens is not None
        answer_ids = whole.ids[tokens.first : tokens.last + 1]
        answered = [
            (window, window.targets[0])
            for window in windows.windows
            if window.targets[0].first != window.null_position
        ]
        assert answered
        for window, span in answered:
            stop = window.context_position + window.context_size
            assert window.context_position <= span.first <= span.last < stop
            assert window.token_ids[span.first : span.last + 1].tolist() == answer_ids


@given(
    first=st.integers(0, 39), size=st.integers(1, 12), stride=st.sampled_from(["overlap", "step"])
)
def test_every_window_that_holds_the_answer_whole_learns_it(
    first: int, size: int, stride: Literal["overlap", "step"]
) -> None:
    context = " ".join("a" * 40)
    answer = " ".join("a" * min(size, 40 - first))
    one = example(context=context, golds=(GoldAnswer(answer, 2 * first),))
    options = Windows(max_seq_length=16, doc_stride=3, stride=stride, max_question_length=2)

    windows = labelled(one, options=options)

    step = 3 if stride == "step" else 9
    last = first + min(size, 40 - first) - 1
    for index, spans in enumerate(targets(windows)):
        start = step * index
        whole = start <= first and last < start + windows.windows[index].context_size
        assert spans == ((TokenSpan(first - start, last - start),) if whole else NULL)
