"""What steers a terminal or hides in a text is printed in characters that are seen."""

import json
import sys
import unicodedata
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.data.printable import PrintableStream, one_line, printable, printable_streams

DRAWN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2") | frozenset(
    map(chr, (0x110BD, 0x110CD, *range(0x13430, 0x13440)))
)
"""Characters of formats that are drawn: Arabic number signs, Egyptian hieroglyphs."""
STEERING = [
    char
    for char in map(chr, range(sys.maxunicode + 1))
    if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    and char not in DRAWN | {*"\t\n"}
]


def test_every_control_and_format_character_is_escaped_as_in_json() -> None:
    wrong = [char for char in STEERING if printable(char) != json.dumps(char)[1:-1]]

    assert wrong == []


@pytest.mark.parametrize(
    "text",
    ["", "plain", "tab\tand\nlines\r\n", "naïve 日本語", "a\\u202e", "e\u0301" * 9, "1\u06dd2"],
)
def test_what_is_drawn_stays(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    "word", ["می\u200cخ", "PDF\u200cخ", "👨\u200d👩\u200d👧", "❤\ufe0f\u200d🔥", "क्\u200dष"]
)
def test_a_joiner_within_a_word_or_an_emoji_stays(word: str) -> None:
    assert printable(f"a {word} b") == f"a {word} b"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pay\u200dpal", r"pay\u200dpal"),
        ("می\u200c", r"می\u200c"),
        ("\u200dم", r"\u200dم"),
        ("م\u200c\u200cم", r"م\u200c\u200cم"),
        ("م \u200dم", r"م \u200dم"),
    ],
)
def test_a_joiner_that_joins_nothing_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_line_has_neither_end_nor_tab_within_it() -> None:
    assert one_line("a\nError: b\r\nc\rd\u2028e\tf") == r"a\nError: b\r\nc\rd\u2028e\tf"


@given(text=st.text())
def test_escaping_twice_changes_nothing(text: str) -> None:
    assert printable(printable(text)) == printable(text)


@given(text=st.text(st.characters(codec="utf-8")))
def test_json_reads_the_same_document(text: str) -> None:
    document = json.dumps({text: [text]}, ensure_ascii=False, indent=2)

    assert json.loads(printable(document)) == {text: [text]}


def test_what_libraries_print_is_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout, sys.stderr
    with printable_streams():
        sys.stdout.write("a\x1b[31mb\n")
        sys.stderr.writelines(["c\x9b2J\n"])

    assert (sys.stdout, sys.stderr) == before
    assert capsys.readouterr() == ("a\\u001b[31mb\n", "c\\u009b2J\n")


def test_a_progress_bar_of_a_library_still_moves() -> None:
    printed = StringIO()
    stream = PrintableStream(printed)

    for written in ("\r 10 % \x1b[31mname\r", "\x1b[A\x1b[A", "\x1b[Aname"):
        stream.write(written)

    assert printed.getvalue() == "\r 10 % \\u001b[31mname\\r\x1b[A\x1b[A\\u001b[Aname"


def test_github_actions_obeys_nothing_that_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = StringIO()
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", printed)
        with printable_streams():
            sys.stdout.write("::error file=a::b\n  ::add-mask::c\na::b ##[group]d\n## [e]\n")

    assert printed.getvalue() == (
        "\\u003a:error file=a::b\n  \\u003a:add-mask::c\na::b \\u0023#[group]d\n## [e]\n"
    )


def test_no_library_gets_past_a_stream_to_its_bytes() -> None:
    assert not hasattr(PrintableStream(sys.stdout), "buffer")


def test_a_stream_is_otherwise_what_it_was(tmp_path: object) -> None:
    with open(f"{tmp_path}/file", "w", encoding="latin-1", errors="replace") as file:  # noqa: PTH123
        stream = PrintableStream(file)

        assert stream.write("\x1b") == 1
        assert (stream.encoding, stream.errors) == ("latin-1", "replace")
        assert (stream.fileno(), stream.isatty(), stream.writable()) == (file.fileno(), False, True)


def test_what_was_put_in_the_place_of_a_stream_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = StringIO(), StringIO()
    with monkeypatch.context() as patch, printable_streams():
        patch.setattr(sys, "stdout", silent[0])
        patch.setattr(sys, "stderr", silent[1])
        patch.undo()
        sys.stdout, sys.stderr = silent

    kept = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    assert kept == silent


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_closed_stream_swallows_what_is_printed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, name, None)

    with printable_streams():
        assert vars(sys)[name].write("lost") == 4
