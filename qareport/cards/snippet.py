"""Writes and runs the Python snippet of a card that shows how to use its model."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from qareport.errors import ModelError
from qareport.inference.options import NULL_RULES, AnsweringOptions


@dataclass(frozen=True, slots=True)
class Usage:
    """Code that asks a model, for people to copy."""

    code: str
    output: str
    """What it printed; empty where it was not run."""
    versions: Mapping[str, str]
    """Of the packages that it imports, where it was run."""


PASSAGE = "The old lighthouse was built in 1871. Its lamp burned oil until 1904."
"""Short enough for one window of any model."""
ANSWERED = "When was the lighthouse built?"
UNANSWERED = "How tall is the lighthouse?"
PACKAGES = ("torch", "transformers")
"""All that the snippet imports."""
LONGEST_RUN_SECONDS = 600.0
"""Our choice: large models take minutes to load."""
SHOWN_CAUSE = 200
"""Characters of the snippet's own error that are shown."""

_RAISED = re.compile(r"^[\w.]+(?:Error|Exception|Exit|Interrupt)\b.*", re.MULTILINE)
"""The line of a traceback that says what was raised; its message may go on below."""

_TEMPLATE = '''\
import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

model_id = {model_id}
tokenizer = AutoTokenizer.from_pretrained(model_id)
model = AutoModelForQuestionAnswering.from_pretrained(model_id).float()
config = model.config
has_types = config.model_type == "xlnet" or getattr(config, "type_vocab_size", 0) > 1


def answer(question: str, passage: str) -> str:
    """The best span of a short passage, unless "no answer" scores higher."""
    texts = [question, passage]
    if tokenizer.padding_side == "left":  # such models read the passage first
        texts.reverse()
    inputs = tokenizer(*texts, return_tensors="pt", return_token_type_ids=has_types)
    with torch.inference_mode():
        output = model(**inputs)
    starts, ends = output.start_logits[0].tolist(), output.end_logits[0].tolist()
    null = inputs.tokens().index(tokenizer.cls_token or tokenizer.bos_token)
    side, sides, chars = texts.index(passage), inputs.sequence_ids(), inputs[0].offsets
    tokens = [token for token in range(len(sides)) if sides[token] == side]
    spans = [  # of at most {max_answer_length} tokens
        (starts[first] + ends[last], passage[chars[first][0] : chars[last][1]].strip())
        for place, first in enumerate(tokens)
        for last in tokens[place : place + {max_answer_length}]
    ]
    score, text = max((span for span in spans if span[1]), key=lambda span: span[0])
    return "no answer" if starts[null] + ends[null] - score {sign} {threshold} else text


passage = {passage}
print(answer({answered}, passage))
print(answer({unanswered}, passage))
'''


@dataclass(frozen=True, slots=True)
class SnippetResult:
    """What a snippet printed."""

    output: str
    versions: Mapping[str, str]
    """Of the packages that it imports, by name."""


def usage_snippet(model_id: str, *, options: AnsweringOptions) -> str:
    """Plain Python that asks the model two questions by the recorded threshold and null rule.

    It needs torch and transformers only, and cuts no windows: its passage fits into one.
    """
    return _TEMPLATE.format(
        model_id=_literal(model_id),
        max_answer_length=options.max_answer_length,
        sign=NULL_RULES[options.null_rule].sign,
        threshold=options.null_threshold,
        passage=_literal(PASSAGE),
        answered=_literal(ANSWERED),
        unanswered=_literal(UNANSWERED),
    )


def run_usage(model_id: str, local: str, options: AnsweringOptions) -> Usage:
    """The snippet for a model's id, run with the model in `local`: a folder, or an id too.

    Raises:
        ModelError: the snippet fails or takes too long.
    """
    # It runs in another folder, from which a relative path would lead elsewhere.
    source = str(Path(local).resolve()) if Path(local).is_dir() else local
    try:
        result = run_snippet(usage_snippet(source, options=options))
    except ModelError as error:
        raise ModelError(f"{local}: {error}") from error
    return Usage(usage_snippet(model_id, options=options), result.output, result.versions)


def run_snippet(code: str, *, timeout_seconds: float = LONGEST_RUN_SECONDS) -> SnippetResult:
    """What the code prints, run by this interpreter in an empty folder of its own.

    Raises:
        ModelError: the code fails or takes too long.
    """
    with tempfile.TemporaryDirectory(prefix="qareport-snippet-") as folder:
        script = Path(folder, "snippet.py")
        script.write_text(code, encoding="utf-8", newline="\n")
        try:
            ran = subprocess.run(  # noqa: S603 - our own template, or code that the caller trusts
                [sys.executable, "-X", "utf8", script.name],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout_seconds,
                check=False,
                encoding="utf-8",
                errors="replace",
            )
        except subprocess.TimeoutExpired as error:
            raise ModelError(
                f"the usage snippet took longer than {timeout_seconds:g} seconds; allow it more, "
                "or run it on a faster machine"
            ) from error
    if ran.returncode:
        raise ModelError(
            f"the usage snippet fails ({_cause(ran)}); mend the model's files until transformers "
            "alone can load and run it"
        )
    return SnippetResult(ran.stdout, {name: version(name) for name in PACKAGES})


def _literal(text: str) -> str:
    """A Python literal of the text, in double quotes where that takes no escapes."""
    literal = repr(text)
    return literal if {'"', "'"} & {*text} else f'"{literal[1:-1]}"'


def _cause(ran: subprocess.CompletedProcess[str]) -> str:
    """What was raised last, on one line; the exit status where nothing was."""
    raised = _RAISED.findall(ran.stderr)
    cause = raised[-1] if raised else f"exit status {ran.returncode}"
    return "".join(char if char.isprintable() else " " for char in cause)[:SHOWN_CAUSE].strip()
