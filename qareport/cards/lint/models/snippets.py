"""Finds code snippets that load another model or do not run."""

import ast
import re
import warnings
from collections.abc import Iterator, Mapping

from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.model_names import is_same_model
from qareport.cards.lint.problems import Problem
from qareport.cards.text.markdown import CodeBlock

_ID = r"""["']([\w.-]+/[\w.-]+|[A-Za-z]\w*(?:-\w+)+)["']"""
_MODEL_VARIABLE = r"\b(?:model|tokenizer|checkpoint)\w{0,40}\s{0,4}=\s{0,4}"
_LOADED = re.compile(
    rf"from_pretrained\(\s*{_ID}"
    rf"|{_MODEL_VARIABLE}{_ID}"
    rf"|\b(?:load_answerer|load_pipeline)\(\s*{_ID}"
    r"|\bqareport (?:evaluate|ask) ([\w.-]+/[\w.-]+)(?![\w./-])"
)
REMOVED: Mapping[str, re.Pattern[str]] = {
    "transformers' question-answering pipeline": re.compile(
        r"""pipeline\(\s*(?:task\s*=\s*)?["']question-answering["']"""
        r"""|task\s*=\s*["']question-answering["']|\bQuestionAnsweringPipeline\b"""
    ),
    "FARM": re.compile(r"^\s*(?:from|import) farm\b", re.MULTILINE),
    "the reader of Haystack 1": re.compile(r"\b(?:FARMReader|TransformersReader)\b"),
}
"""What no present version of these libraries has."""
_PYTHON = frozenset({"python", "py", "python3"})
_NOT_PYTHON = re.compile(r"^([ \t]*)[!%].*$", re.MULTILINE)
_PROMPTS = re.compile(r"^[ \t]*(?:>>>|\.\.\.) ?", re.MULTILINE)


def find_other_models(card: ReadCard) -> Iterator[Problem]:
    """Snippets that load a model which is not the card's."""
    if not card.own_ids:
        return
    for block, number, text in _code_lines(card):
        for found in _LOADED.finditer(text):
            name = next(group for group in found.groups() if group)
            if not any(is_same_model(name, own) for own in card.own_ids):
                yield Problem(
                    block.line + number,
                    f"the snippet loads {name!r}, but the card is of {card.own_ids[0]!r}",
                    f"load {card.own_ids[0]}",
                )


def find_removed_calls(card: ReadCard) -> Iterator[Problem]:
    """Snippets that call what is gone."""
    for block, number, text in _code_lines(card):
        for name, pattern in REMOVED.items():
            if pattern.search(text):
                yield Problem(
                    block.line + number,
                    f"the snippet uses {name}, which is removed",
                    "load tokenizer and model with their Auto classes, or use "
                    "qareport.load_answerer",
                )


def find_broken_snippets(card: ReadCard) -> Iterator[Problem]:
    """Snippets of Python that Python does not read."""
    for block in card.markdown.code_blocks:
        if block.language.lower() in _PYTHON:
            fault = _syntax_fault(block.text)
            if fault is not None:
                yield Problem(
                    block.line + max(fault.lineno or 1, 1) - 1,
                    f"the snippet is not Python ({fault.msg})",
                    "run every snippet before publishing it",
                )


def _code_lines(card: ReadCard) -> Iterator[tuple[CodeBlock, int, str]]:
    for block in card.markdown.code_blocks:
        for number, text in enumerate(block.text.split("\n")):
            yield block, number, text


def _syntax_fault(text: str) -> SyntaxError | None:
    """Why a text is not Python; prompts and commands of notebooks do not count."""
    source = _NOT_PYTHON.sub(r"\1pass", text)
    if ">>>" in text:
        lines = [line for line in text.split("\n") if _PROMPTS.match(line)]
        source = _PROMPTS.sub("", "\n".join(lines))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except SyntaxError as fault:
        return fault
    except (ValueError, RecursionError, MemoryError) as error:
        return SyntaxError(str(error))
    return None
