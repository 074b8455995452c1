"""Windows are those of run_qa, know their place in the context, and have one null token."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import Int32
from tokenizers import Encoding, Regex, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Replace
from tokenizers.pre_tokenizers import WhitespaceSplit
from tokenizers.processors import TemplateProcessing
from transformers import PreTrainedTokenizerFast

from qareport.errors import ModelError
from qareport.inference import windows as windows_module
from qareport.inference.options import AnsweringOptions
from qareport.inference.pair_layout import encode
from qareport.inference.windows import Window, cut_windows, make_windows
from tests.answering_builders import windows_of
from tests.builders import example
from tests.tiny_models import FAMILIES

QUESTION = "  Who gave the name?"
CONTEXT = "The Normans, 911 of them, came  from Denmark\n(Danes) and Köln."
SHORT = AnsweringOptions(max_seq_length=24, doc_stride=4)
LONG = AnsweringOptions(max_seq_length=512, doc_stride=4)
BERT = FAMILIES["bert"].tokenizer()


@pytest.fixture(params=FAMILIES)
def tokenizer(request: pytest.FixtureRequest) -> PreTrainedTokenizerFast:
    """The tokenizer of each family in turn."""
    return FAMILIES[request.param].tokenizer()


def starting_with(token: str) -> PreTrainedTokenizerFast:
    """A tokenizer of words that puts `token` before question and context, as its BOS token."""
    backend = Tokenizer(WordLevel({token: 0, "a": 1, "b": 2}, unk_token=token))
    backend.pre_tokenizer = WhitespaceSplit()
    backend.post_processor = TemplateProcessing(
        single=f"{token} $A", pair=f"{token} $A $B", special_tokens=[(token, 0)]
    )
    return PreTrainedTokenizerFast(tokenizer_object=backend, bos_token=token)


def tokens_of(tokenizer: PreTrainedTokenizerFast, window: Window) -> list[str]:
    """All tokens of a window."""
    return [*map(str, tokenizer.convert_ids_to_tokens(window.token_ids.tolist()))]


def null_tokens(tokenizer: PreTrainedTokenizerFast, windows: list[Window]) -> set[str]:
    """The tokens at the null positions of windows."""
    return {tokens_of(tokenizer, window)[window.null_position] for window in windows}


def whole_context(tokenizer: PreTrainedTokenizerFast, context: str) -> Int32[np.ndarray, "_ 2"]:
    """The characters of every token of a context."""
    (window,) = windows_of(tokenizer, example(context=context), options=LONG)
    return window.token_chars


# The call is that of prepare_validation_features in run_qa.py of transformers.
def test_windows_are_those_of_run_qa(tokenizer: PreTrainedTokenizerFast) -> None:
    windows = windows_of(tokenizer, example(question=QUESTION, context=CONTEXT), options=SHORT)

    pad_on_right = tokenizer.padding_side == "right"
    texts = (QUESTION.lstrip(), CONTEXT)
    expected = tokenizer(
        *(texts if pad_on_right else texts[::-1]),
        truncation="only_second" if pad_on_right else "only_first",
        max_length=24,
        stride=4,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
    )
    assert len(windows) > 1
    assert [window.token_ids.tolist() for window in windows] == expected["input_ids"]
    for index, window in enumerate(windows):
        in_context = np.array(expected.sequence_ids(index)) == int(pad_on_right)
        offsets = np.array(expected["offset_mapping"][index])[in_context]
        assert window.context_position == in_context.argmax()
        assert window.token_chars.tolist() == offsets.tolist()


def test_context_comes_first_where_padding_is_left() -> None:
    tokenizer = FAMILIES["xlnet"].tokenizer()

    (window,) = windows_of(tokenizer, example(question="a", context="b"), options=LONG)

    assert tokens_of(tokenizer, window) == ["▁", "b", "<sep>", "▁a", "<sep>", "<cls>"]
    assert (window.context_position, window.null_position) == (0, 5)


def test_windows_count_the_tokens_of_the_whole_context(tokenizer: PreTrainedTokenizerFast) -> None:
    windows = windows_of(tokenizer, example(question=QUESTION, context=CONTEXT), options=SHORT)

    whole = whole_context(tokenizer, CONTEXT)
    for window in windows:
        stop = window.first_token + len(window.token_chars)
        np.testing.assert_array_equal(window.token_chars, whole[window.first_token : stop])


@given(
    words=st.integers(0, 60),
    max_seq_length=st.integers(12, 40),
    doc_stride=st.integers(0, 20),
    question_words=st.integers(0, 40),
)
def test_windows_share_their_stride_and_miss_no_token(
    words: int, max_seq_length: int, doc_stride: int, question_words: int
) -> None:
    options = AnsweringOptions(max_seq_length, min(doc_stride, max_seq_length - 11))
    one = example(question="q " * question_words, context="a " * words)

    windows = windows_of(BERT, one, options=options)

    stops = [window.first_token + len(window.token_chars) for window in windows]
    assert [window.number for window in windows] == list(range(len(windows)))
    assert windows[0].first_token == 0
    assert stops[-1] == words
    assert max(len(window) for window in windows) <= max_seq_length
    for (before, after), stop in zip(pairwise(windows), stops, strict=False):
        assert stop - after.first_token == options.doc_stride
        assert before.first_token < after.first_token


def test_windows_of_one_example_stand_in_a_row() -> None:
    examples = [example(name, context="a " * words) for name, words in (("x", 30), ("y", 1))]

    windows = windows_of(BERT, *examples, options=SHORT)

    places = [(window.example_id, window.number) for window in windows]
    assert places == [("x", 0), ("x", 1), ("y", 0)]


def test_each_text_becomes_tokens_once(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[str] = []

    def count(whole: Tokenizer, texts: Sequence[str]) -> list[Encoding]:
        encoded.extend(texts)
        return encode(whole, texts)

    monkeypatch.setattr(windows_module, "encode", count)
    examples = [example(name, f"Who is {name}?", context=CONTEXT * 9) for name in "xyz"]

    windows = cut_windows(BERT, examples, SHORT)

    assert len(windows) > len(examples)
    assert encoded.count(CONTEXT * 9) == 1
    assert [encoded.count(each.question) for each in examples] == [1, 1, 1]


def test_an_empty_context_is_one_window_without_context_tokens(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    (window,) = windows_of(tokenizer, example(context=""), options=SHORT)

    assert window.token_chars.shape == (0, 2)


def test_settings_of_an_earlier_call_do_not_leak() -> None:
    tokenizer = FAMILIES["bert"].tokenizer()
    tokenizer.backend_tokenizer.enable_truncation(5, strategy="only_first")
    tokenizer.backend_tokenizer.enable_padding(length=64)
    one = example(question="a b c", context=CONTEXT)

    windows = windows_of(tokenizer, one, options=SHORT)

    clean = windows_of(BERT, one, options=SHORT)
    assert [window.token_ids.tolist() for window in windows] == [
        each.token_ids.tolist() for each in clean
    ]


@pytest.mark.parametrize(
    ("family", "null_token"),
    [("bert", "[CLS]"), ("albert", "[CLS]"), ("roberta", "<s>"), ("xlnet", "<cls>")],
)
def test_null_token_is_the_cls_token_wherever_it_stands(family: str, null_token: str) -> None:
    tokenizer = FAMILIES[family].tokenizer()

    windows = windows_of(tokenizer, example(context=CONTEXT), options=SHORT)

    assert null_tokens(tokenizer, windows) == {null_token}
    assert {window.null_position for window in windows} == (
        {len(window) - 1 for window in windows} if family == "xlnet" else {0}
    )


@pytest.mark.parametrize(
    ("family", "literal", "place"),
    [("bert", "[CLS]", 0), ("roberta", "<s>", 0), ("xlnet", "<cls>", -1)],
)
def test_a_literal_null_token_in_a_text_is_not_taken_for_it(
    family: str, literal: str, place: int
) -> None:
    tokenizer = FAMILIES[family].tokenizer()
    one = example(question=f"{literal} a", context=f"{literal} b {literal}")

    (window,) = windows_of(tokenizer, one, options=LONG)

    assert tokens_of(tokenizer, window).count(literal) == 4
    assert window.null_position == range(len(window))[place]


def test_a_literal_separator_in_the_question_does_not_move_the_context() -> None:
    one = example(question="a </s></s> b", context="</s> Denmark")

    (window,) = windows_of(FAMILIES["roberta"].tokenizer(), one, options=LONG)

    start, end = window.token_chars[0, 0], window.token_chars[-1, 1]
    assert one.context[start:end] == one.context


def test_null_token_is_the_bos_token_where_there_is_no_cls_token() -> None:
    tokenizer = starting_with("<bos>")

    windows = windows_of(tokenizer, example(question="a", context="b"), options=LONG)

    assert null_tokens(tokenizer, windows) == {"<bos>"}


def with_template(pair: str) -> PreTrainedTokenizerFast:
    """A tokenizer of words that puts question and context together so."""
    words = {word: number for number, word in enumerate(("[CLS]", "[SEP]", "a", "b", "c"))}
    backend = Tokenizer(WordLevel(words, unk_token=[*words][-1]))
    backend.pre_tokenizer = WhitespaceSplit()
    special = [(word, words[word]) for word in ("[CLS]", "[SEP]")]
    backend.post_processor = TemplateProcessing(single="$A", pair=pair, special_tokens=special)
    return PreTrainedTokenizerFast(tokenizer_object=backend, bos_token=special[0][0])


@pytest.mark.parametrize(
    "pair", ["[CLS] $B [SEP] $A [SEP]", "[SEP] $B $A [CLS]", "[CLS] $A:0 $B:1 [SEP]:1 [SEP]"]
)
def test_a_template_may_put_the_texts_in_any_order(pair: str) -> None:
    tokenizer = with_template(pair)
    one = example(question="a b", context="b c a " * 20)

    windows = windows_of(tokenizer, one, options=SHORT)

    expected = with_template(pair)(
        one.question,
        one.context,
        truncation="only_second",
        max_length=SHORT.max_seq_length,
        stride=SHORT.doc_stride,
        return_overflowing_tokens=True,
    )
    assert [window.token_ids.tolist() for window in windows] == expected["input_ids"]
    for window in windows:
        place = window.context_position
        of_context = window.token_ids[place : place + len(window.token_chars)].tolist()
        first = window.first_token
        assert of_context == window.context.ids[first : first + len(of_context)]


@pytest.mark.parametrize("pair", ["[CLS] $A [SEP] $B [SEP] $A", "[CLS] $A $A $B", "[CLS] $B $B $A"])
def test_a_template_without_each_text_once_is_refused(pair: str) -> None:
    one = example(question="a b", context="b c a")

    with pytest.raises(ModelError, match="does not put question and context side by side, each"):
        windows_of(with_template(pair), one, options=SHORT)


def test_a_context_whose_beginning_alone_makes_no_tokens_has_its_layout() -> None:
    tokenizer = FAMILIES["bert"].tokenizer()
    tokenizer.backend_tokenizer.normalizer = Replace(Regex("b+$"), "")
    one = example(question="a", context=f"{'b' * 30}a")

    (window,) = windows_of(tokenizer, one, options=LONG)

    assert window.token_ids.tolist() == tokenizer(one.question, one.context)["input_ids"]


def test_a_tokenizer_without_null_token_is_refused() -> None:
    tokenizer = starting_with("<bos>")
    tokenizer.bos_token = None

    with pytest.raises(ModelError) as caught:
        make_windows(tokenizer, [example(context="b")], ["a"], options=LONG)

    assert str(caught.value) == (
        "the tokenizer puts neither a CLS nor a BOS token beside question and context, so nothing "
        "can say 'no answer'; use a model whose tokenizer does"
    )
