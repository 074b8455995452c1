"""Whatever a card holds, linting ends in problems and never in an error."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.cards.lint.card import MAXIMUM_CHARACTERS
from qareport.cards.lint.rules import hub_errors, lint_card, mend_card

KEYS = st.sampled_from(
    ["language", "license", "datasets", "tags", "model-index", "name", "results", "metrics"]
)
LEAVES = st.sampled_from(
    ["x", "null", "no", "1.10", ".nan", "2026-11-22", "!!int 3", "!!python/name:os", "&a b", "*a"]
) | st.text(max_size=8)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")
        | st.dictionaries(KEYS, inner, max_size=3).map(
            lambda table: "{" + ", ".join(f"{key}: {value}" for key, value in table.items()) + "}"
        )
    ),
    max_leaves=6,
)
MARKS = st.sampled_from(["|", "---", "```", "#", "[", "](", "<a", "\r", "\x00", "%", '"f1": ', "5"])


@given(st.lists(st.tuples(KEYS, VALUES), max_size=5), st.text(max_size=30))
def test_any_metadata_can_be_linted(lines: list[tuple[str, str]], body: str) -> None:
    metadata = "\n".join(f"{key}: {value}" for key, value in lines)
    text = f"---\n{metadata}\n---\n{body}"

    problems = lint_card(text, folder=None, model_id=None)

    assert all(1 <= each.line <= text.count("\n") + 2 for each in problems)
    assert all("\n" not in each.message for each in problems)
    assert isinstance(hub_errors(text), tuple)
    once = mend_card(text, model_id=None).text
    assert mend_card(once, model_id=None).text == once


@given(st.lists(st.text(max_size=12) | MARKS, max_size=20).map("".join))
def test_any_text_can_be_linted(text: str) -> None:
    problems = lint_card(text, folder=None, model_id="a/b")

    assert problems == tuple(sorted(problems, key=lambda each: (each.line, each.rule)))


@pytest.mark.parametrize(
    "text",
    [
        "---\na: &a [*a]\n---\n",
        "---\na: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]\n---\n",
        "---\n" + "[" * 5000 + "\n---\n",
        "---\n? [a, b]\n: c\n---\n",
        "---\n1: 2\nno: yes\n---\n",
        "---\nlanguage: [[en]]\ndatasets: [{a: 1}, [2]]\ntags: [!!binary aGk=]\n---\n",
        "---\nmodel-index: [null, 3, {name: [], results: [{task: null, metrics: {}}]}]\n---\n",
        "---\na: 2026-99-99\n---\n",
        "---\nlicense: !!timestamp x\n---\n",
        "---\nlicense: !!bool x\n---\n",
        "---\nlicense: !!int ''\n---\n",
        "---\nx: 0x" + "f" * 5000 + "\n---\n",
        "---\nx: " + "9" * 5000 + "\n---\n",
        "---\na: \x07\n---\n",
        "---\nlicense: \ud800\n---\n",
        "```python\n" + "(" * 3000 + "\n```\n",
        "```python\nx = '\x00'\n```\n",
        "```json\n" + "[" * 20000 + "\n```\n",
        '```\n"a": ' + "[" * 20000 + "\n```\n",
        "[a](" + "x" * 5000 + ")",
        "[a](%00) [b](..%2f..%2fetc)",
        "| a |" + "\n|" * 3000,
    ],
    ids=range(22),
)  # fmt: skip
def test_hostile_cards_end_in_problems(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    problems = lint_card(text, folder=tmp_path_factory.mktemp("card"), model_id=None)

    assert problems != ()


def test_a_card_without_end_is_not_read() -> None:
    text = "x" * (MAXIMUM_CHARACTERS + 1)

    (problem,) = lint_card(text, folder=None, model_id=None)

    assert problem.rule == "too-long"
    assert problem.message == "the card has 1000001 characters and is not read"
    assert hub_errors(text) == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    "part", ["model", "| ", " ", "\n", "{{a", "[", "<a ", "a-bert/", "%!", "="]
)
def test_long_runs_of_one_thing_take_seconds(part: str) -> None:
    text = part * (50_000 // len(part))
    begin = time.process_time()

    lint_card(text, folder=None, model_id="a/b")

    assert time.process_time() - begin < 20
