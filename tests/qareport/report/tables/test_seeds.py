"""A table of seeds has a row for each model, then what they have together."""

import numpy as np

from qareport.analysis.statistics.seeds import seed_scores
from qareport.report.tables.seeds import seeds_note
from tests.qareport.analysis.statistics.test_seeds import articles, scores


def test_too_few_articles_are_the_reason_where_there_are_enough_seeds() -> None:
    found = seed_scores(scores(0.0, 0.1, 0.2, examples=7), articles(7))

    assert seeds_note(found).startswith(
        "The mean has no interval: its questions are of 7 articles, and fewer than 8"
    )


def test_scores_that_never_differ_are_the_reason() -> None:
    found = seed_scores(np.full((3, 12), 0.5), articles())

    assert seeds_note(found) == (
        "The mean has no interval: all articles have the same score, which says nothing about how "
        "others differ."
    )
