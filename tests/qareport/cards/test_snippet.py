"""The snippet of a card is the rule that was scored, runs alone, and holds names as mere text."""

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.cards.snippet import (
    ANSWERED,
    PASSAGE,
    UNANSWERED,
    run_snippet,
    run_usage,
    usage_snippet,
)
from qareport.errors import ModelError
from qareport.inference.answerer import load_answerer
from qareport.inference.options import NULL_RULES, PER_WINDOW, AnsweringOptions
from tests.answering_builders import FLOAT32
from tests.shared_data import MODEL, needs_shared
from tests.tiny_models import FAMILIES, build_tiny_model

DEFAULTS = AnsweringOptions()
QUESTIONS = [ANSWERED, UNANSWERED]


def told(answer: str) -> str:
    """An answer as the snippet prints it."""
    return answer or "no answer"


def assigned(code: str, name: str) -> object:
    """The literal that the code gives to a name at its outermost level."""
    for statement in ast.parse(code).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                return ast.literal_eval(value)
    raise AssertionError(name)


def run_here(code: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines that the code prints in this very process, which spares seconds of imports."""
    capsys.readouterr()
    exec(compile(code, str(folder), "exec"), {})  # noqa: S102 - our own template
    return capsys.readouterr().out.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_snippet_answers_as_qareport_does(
    family: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(build_tiny_model(family, tmp_path))
    asked = AnsweringOptions(max_answer_length=4)
    answerer = load_answerer(folder, asked, engine=FLOAT32)
    margins = [each.null_margin for each in answerer.answer(QUESTIONS, PASSAGE)]
    halfway = replace(asked, null_threshold=sum(margins) / 2)

    printed = [
        run_here(usage_snippet(folder, options=options), tmp_path, capsys)
        for options in (replace(asked, null_threshold=max(margins) + 1), halfway)
    ]

    expected = [
        [told(each.text) for each in replace(answerer, options=options).answer(QUESTIONS, PASSAGE)]
        for options in (replace(asked, null_threshold=max(margins) + 1), halfway)
    ]
    assert printed == expected
    assert expected[1].count("no answer") == 1


@pytest.mark.slow
@pytest.mark.parametrize("null_rule", NULL_RULES)
def test_margin_at_the_threshold_goes_by_the_null_rule(
    null_rule: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(build_tiny_model("bert", tmp_path))
    answerer = load_answerer(folder, DEFAULTS, engine=FLOAT32)
    margin = answerer.answer(ANSWERED, PASSAGE).null_margin
    options = AnsweringOptions(null_threshold=margin, null_rule=null_rule)

    printed = run_here(usage_snippet(folder, options=options), tmp_path, capsys)

    assert (printed[0] == "no answer") is (null_rule == PER_WINDOW.name)


@pytest.mark.slow
def test_usage_shows_the_id_and_runs_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_tiny_model("bert", tmp_path / "model")
    monkeypatch.chdir(tmp_path)
    answers = load_answerer("model", DEFAULTS, engine=FLOAT32).answer(QUESTIONS, PASSAGE)

    usage = run_usage("an-author/a-model", "model", DEFAULTS)

    assert usage.code == usage_snippet("an-author/a-model", options=DEFAULTS)
    assert usage.output.splitlines() == [told(each.text) for each in answers]
    assert list(usage.versions) == ["torch", "transformers"]


@pytest.mark.slow
@needs_shared
def test_real_model_answers_one_question_and_abstains_from_the_other() -> None:
    usage = run_usage("an-author/a-model", str(MODEL), DEFAULTS)

    assert usage.output == "1871\nno answer\n"


@pytest.mark.slow
def test_model_that_does_not_load_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        run_usage("an-author/a-model", str(tmp_path), DEFAULTS)

    message = str(caught.value)
    assert message.startswith(f"{tmp_path}: the usage snippet fails (")
    assert message.endswith("; mend the model's files until transformers alone can load and run it")
    assert "Error: " in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("raise ValueError('first\\nsecond')", "ValueError: first"),
        ("raise KeyError", "KeyError"),
        ("raise ValueError('a\\tb\\x1b[31mc')", "ValueError: a b [31mc"),
        ("raise ValueError('a' * 999)", f"ValueError: {'a' * 188}"),
        ("try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise OSError('last')", "OSError: last"),
        ("raise SystemExit(5)", "exit status 5"),
    ],
)
def test_failing_code_is_told_by_what_it_raised_last(code: str, cause: str) -> None:
    with pytest.raises(ModelError) as caught:
        run_snippet(code)

    assert str(caught.value).startswith(f"the usage snippet fails ({cause}); ")


def test_code_that_takes_too_long_is_stopped() -> None:
    code = "import time\ntime.sleep(60)"

    with pytest.raises(ModelError) as caught:
        run_snippet(code, timeout_seconds=0.2)

    assert str(caught.value) == (
        "the usage snippet took longer than 0.2 seconds; allow it more, or run it on a faster "
        "machine"
    )


def test_code_runs_in_an_empty_folder_and_keeps_its_letters() -> None:
    code = "import os\nprint(os.listdir(), '\N{SNOWMAN}')"

    result = run_snippet(code)

    assert result.output == "['snippet.py'] \N{SNOWMAN}\n"


@given(st.text())
def test_any_id_stays_text(model_id: str) -> None:
    code = usage_snippet(model_id, options=DEFAULTS)

    assert assigned(code, "model_id") == model_id


@pytest.mark.parametrize(
    "model_id",
    [
        'a"; import os; "',
        "a'\"\nb\\",
        'a"""b\r\n',
        "{threshold}",
        "\N{RIGHT-TO-LEFT OVERRIDE}a\N{LINE SEPARATOR}\0\ud800",
    ],
)
def test_hostile_id_adds_no_statement_and_hides_nothing(model_id: str) -> None:
    code = usage_snippet(model_id, options=DEFAULTS)

    usual = usage_snippet("a", options=DEFAULTS)
    assert assigned(code, "model_id") == model_id
    assert len(code.splitlines()) == len(usual.splitlines())
    assert code.replace("\n", "").isprintable()


def test_snippet_tells_the_recorded_options() -> None:
    options = AnsweringOptions(max_answer_length=7, null_threshold=-1.25, null_rule=PER_WINDOW.name)

    code = usage_snippet("a", options=options)

    assert "tokens[place : place + 7]" in code
    assert 'return "no answer" if starts[null] + ends[null] - score >= -1.25 else text' in code


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_snippet_is_as_ruff_wants_it(command: list[str], tmp_path: Path) -> None:
    script = tmp_path / "snippet.py"
    script.write_text(usage_snippet("an-author/a-model", options=DEFAULTS), encoding="utf-8")

    ran = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", str(script)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout
