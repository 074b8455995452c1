"""Finds code blocks that are meant as JSON and cannot be parsed."""

import json
import re
from collections.abc import Iterator

from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.problems import Problem
from qareport.cards.text.markdown import CodeBlock

_KEY = re.compile(r'\s*"[^"\n]{1,100}"\s*:')
_PERCENT = re.compile(r'("[^"\n]{1,100}"\s*:\s*-?\d+(?:\.\d+)?)\s*%')
_DATA_LANGUAGES = frozenset({"", "json", "text", "txt", "plaintext"})
_PLACE_OF_FAULT = "Expecting"


def find_percent_signs(card: ReadCard) -> Iterator[Problem]:
    """Figures of data blocks with a percent sign, which is not JSON."""
    for block in _data_blocks(card):
        for offset in range(block.text.count("\n") + 1):
            line = card.lines[min(block.line + offset, len(card.lines)) - 1]
            if _PERCENT.search(line.text):
                yield Problem(
                    line.number,
                    f"{line.text.strip()!r} is not JSON because of its %",
                    "write the number alone",
                    mend=line.replaced(_PERCENT.sub(r"\1", line.text)),
                )


def find_broken_data(card: ReadCard) -> Iterator[Problem]:
    """Data blocks that do not parse for another reason."""
    for block in _data_blocks(card):
        text = _PERCENT.sub(r"\1", block.text)
        fault = _fault_of(text)
        if fault is not None:
            yield Problem(
                block.line + fault.lineno - 1,
                f"the data block is not JSON ({fault.msg})",
                "paste the file of results as it is",
            )


def _data_blocks(card: ReadCard) -> Iterator[CodeBlock]:
    """Blocks that call themselves JSON, or have lines with keys in double quotes."""
    for block in card.markdown.code_blocks:
        is_data = any(_KEY.match(line) for line in block.text.split("\n"))
        if block.language == "json" or (is_data and block.language in _DATA_LANGUAGES):
            yield block


def _fault_of(text: str) -> json.JSONDecodeError | None:
    """Why a text is neither JSON nor lines of keys and values; None where it is one of them."""
    stripped = text.strip()
    if not stripped.startswith(("{", "[")):
        return _fault_of_lines(text)
    try:
        # As texts, whole numbers may have any number of digits.
        json.loads(text, parse_int=str)
    except json.JSONDecodeError as fault:
        return fault
    except RecursionError:
        return json.JSONDecodeError("it is nested too deep", text, 0)
    return None


def _fault_of_lines(text: str) -> json.JSONDecodeError | None:
    for number, line in enumerate(text.split("\n")):
        entry = line.strip().rstrip(",")
        if not _KEY.match(entry):
            continue
        try:
            json.loads("{" + entry + "}", parse_int=str)
        except json.JSONDecodeError as fault:
            return json.JSONDecodeError(fault.msg, "\n" * number, number)
        except RecursionError:
            return json.JSONDecodeError("it is nested too deep", "\n" * number, number)
    return None
