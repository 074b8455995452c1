"""Each kind of vocabulary keeps what cuts its texts the same way, and little more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import BPE, Unigram, WordPiece

from tests.tiny_models import FAMILIES, SENTENCES
from trainer.starting.tokenizer_definitions import TokenizerDefinition, read_definition

DEFINITIONS = {
    family: read_definition(FAMILIES[family].tokenizer().backend_tokenizer)
    for family in ("bert", "roberta", "xlm-roberta")
}


def cut(definition: TokenizerDefinition, text: str) -> Tokenizer:
    """The tokenizer of the tokens that the text needs."""
    used = set(build(definition).encode(text).tokens)
    needed = definition.model.needed(used | {token.content for token in definition.added_tokens})
    kept = [token for token in definition.ids() if token in needed]
    return build(definition.cut({token: index for index, token in enumerate(kept)}))


def build(definition: TokenizerDefinition) -> Tokenizer:
    """The tokenizer of a definition."""
    return Tokenizer.from_str(definition.model_dump_json())


@pytest.mark.parametrize("family", DEFINITIONS)
@given(text=st.text(alphabet="".join(SENTENCES) + "<[##▁", max_size=40))
def test_any_text_is_cut_the_same_way(family: str, text: str) -> None:
    definition = DEFINITIONS[family]

    trimmed, whole = cut(definition, text).encode(text), build(definition).encode(text)

    assert (trimmed.tokens, trimmed.offsets) == (whole.tokens, whole.offsets)


def test_word_pieces_keep_characters_that_start_and_continue_words() -> None:
    tokens = ["[UNK]", "a", "##a", "ab", "##ab", "#", "##"]
    whole = Tokenizer(WordPiece({token: index for index, token in enumerate(tokens)}))

    trimmed = cut(read_definition(whole), "")

    assert set(trimmed.get_vocab()) == {"[UNK]", "a", "##a", "#"}


def test_byte_pairs_keep_all_ways_to_a_token() -> None:
    # "abc" is joined from "ab" and "c" or from "a" and "bc"; "d" is joined with nothing in use.
    tokens = ["a", "b", "c", "d", "ab", "bc", "abc", "cd"]
    merges = [("a", "b"), ("b", "c"), ("ab", "c"), ("a", "bc"), ("c", "d")]
    whole = Tokenizer(BPE({token: index for index, token in enumerate(tokens)}, merges))

    trimmed = cut(read_definition(whole), "abc")

    assert set(trimmed.get_vocab()) == {"a", "b", "c", "d", "ab", "bc", "abc"}
    assert trimmed.encode("abc").tokens == ["abc"]
    assert trimmed.encode("bcd").tokens == ["bc", "d"]


def test_byte_pairs_keep_the_unknown_token() -> None:
    whole = Tokenizer(BPE({"a": 0, "<unk>": 1, "aa": 2}, [("a", "a")], unk_token="<unk>"))  # noqa: S106

    trimmed = cut(read_definition(whole), "a")

    assert trimmed.encode("ab").tokens == ["a", "<unk>"]


def test_unigram_keeps_what_an_unknown_character_costs() -> None:
    # An unknown "b" costs ten more than "zz", 30: "a" and "b" are less likely than "ab".
    pieces = [("<unk>", 0.0), ("zz", -20.0), ("a", -1.0), ("ab", -15.0), ("cc", -1.0)]
    definition = read_definition(Tokenizer(Unigram(pieces, unk_id=0)))

    trimmed = cut(definition, "ab")

    assert set(trimmed.get_vocab()) == {"<unk>", "zz", "a", "ab"}
    assert trimmed.encode("ab").tokens == ["ab"]


def test_unigram_keeps_bytes_where_it_falls_back_to_them() -> None:
    pieces = [("<unk>", 0.0), ("aa", -1.0), ("a", -1.0), ("<0xC3>", -2.0), ("<0xA9>", -2.0)]
    whole = Tokenizer(Unigram(pieces, unk_id=0, byte_fallback=True))

    trimmed = cut(read_definition(whole), "a")

    assert set(trimmed.get_vocab()) == {"<unk>", "a", "<0xC3>", "<0xA9>"}
    assert trimmed.encode("aé").tokens == ["a", "<0xC3>", "<0xA9>"]


def test_unigram_keeps_characters_with_and_without_a_blank() -> None:
    pieces = [("<unk>", 0.0), ("▁", -1.0), ("▁a", -1.0), ("b", -1.0), ("▁ab", -0.5)]

    trimmed = cut(read_definition(Tokenizer(Unigram(pieces, unk_id=0))), "")

    assert set(trimmed.get_vocab()) == {"<unk>", "▁", "▁a", "b"}


def test_unigram_moves_the_unknown_token() -> None:
    pieces = [("aa", -1.0), ("<unk>", 0.0), ("a", -2.0)]

    trimmed = cut(read_definition(Tokenizer(Unigram(pieces, unk_id=1))), "a")

    assert trimmed.encode("b").tokens == ["b"]
    assert trimmed.encode("b").ids == [trimmed.token_to_id("<unk>")] == [0]


def test_unigram_needs_no_unknown_token() -> None:
    trimmed = cut(read_definition(Tokenizer(Unigram([("a", -1.0), ("aa", -1.0)]))), "a")

    assert trimmed.encode("a").tokens == ["a"]
