"""The data sets that come with the project are as large, varied and sound as they say."""

from collections import Counter
from pathlib import Path

import pytest

from qareport.data.readers.squad_file import read_squad_file
from qareport.data.types import DataSet
from tests.repository import ROOT

STORIES = ROOT / "demo" / "stories.json"
SIGNS = ("\N{EN DASH}", '"', "\u00e9", "\u00e1", "\u00b0", "%", "\u00a3")
"""A dash, a quotation mark, accents, degrees, percent and pounds."""
LONGEST_OF_ONE_WINDOW = 1600
"""Characters, of about four to a token, of which 384 tokens hold no more."""


@pytest.fixture(scope="module")
def stories() -> DataSet:
    return read_squad_file(STORIES, limit=None)


@pytest.mark.parametrize("path", [STORIES, ROOT / "examples" / "questions.json"])
def test_the_doctor_finds_nothing(path: Path) -> None:
    assert read_squad_file(path, limit=None).findings == ()


def test_the_stories_are_eight_articles_of_forty_paragraphs(stories: DataSet) -> None:
    assert len(stories.examples) == 240
    assert len({each.title for each in stories.examples}) == 8
    assert len({each.context for each in stories.examples}) == 40


def test_two_questions_of_five_have_no_answer_and_a_plausible_one(stories: DataSet) -> None:
    without = [each for each in stories.examples if not each.has_answer]

    assert len(without) == 96
    assert all(each.plausible_answers for each in without)


def test_many_questions_have_several_golds(stories: DataSet) -> None:
    counts = Counter(len(each.gold_answers) for each in stories.examples if each.has_answer)

    assert sum(counts[number] for number in counts if number > 1) >= 70


def test_awkward_cases_are_among_the_stories(stories: DataSet) -> None:
    contexts = {each.context for each in stories.examples}
    everything = " ".join(contexts)

    assert sum(len(context) > LONGEST_OF_ONE_WINDOW for context in contexts) == 2
    assert all(sign in everything for sign in SIGNS)
    assert any(
        each.context.count(gold.text) > 1 and each.context.index(gold.text) != gold.start
        for each in stories.examples
        for gold in each.gold_answers
    )
