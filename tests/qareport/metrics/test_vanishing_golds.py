"""A gold answer of which the chosen normaliser leaves nothing is noticed."""

import pytest

from qareport.data.findings import FindingGroup, Severity
from qareport.data.readers.squad_file import read_squad_file
from qareport.metrics.normaliser_findings import note_normaliser, note_vanishing_golds
from qareport.metrics.normalisers import NORMALISERS
from tests.builders import example
from tests.shared_data import DEV_SET, needs_shared

ARTICLE = example("a", context="The end.", golds=("The", "end"))
MARK = example("m", context="So!", golds=("!",))
EMPTY = example("e", context="So!", golds=("", " "))
OTHER = FindingGroup("other", Severity.WARNING, 1, "remedy", ())


def test_an_article_alone_vanishes_by_the_rules_of_squad() -> None:
    (group,) = note_vanishing_golds([], [ARTICLE], NORMALISERS["squad-en"])

    assert group == FindingGroup(
        kind="gold answer normalises to nothing",
        severity=Severity.WARNING,
        count=1,
        remedy="nothing to do if it is meant so: the metric drops such a gold answer",
        cases=("question 'a': gold answer 'The' normalises to nothing",),
    )


@pytest.mark.parametrize(
    ("normaliser", "ids"), [("squad-en", "am"), ("mlqa-de", "m"), ("cmrc", "")]
)
def test_what_vanishes_follows_the_normaliser(normaliser: str, ids: str) -> None:
    groups = note_vanishing_golds([], [ARTICLE, MARK], NORMALISERS[normaliser])

    locations = [case.partition(":")[0] for group in groups for case in group.cases]
    assert locations == [f"question '{each}'" for each in ids]


def test_rules_that_keep_such_an_answer_say_what_matches_it() -> None:
    (group,) = note_vanishing_golds([], [MARK], NORMALISERS["mlqa-de"])

    assert group.remedy == (
        "nothing to do if it is meant so: "
        "only a prediction that normalises to nothing too matches it"
    )


def test_an_empty_gold_answer_is_another_finding() -> None:
    assert note_vanishing_golds([], [EMPTY], NORMALISERS["squad-en"]) == ()


def test_findings_about_another_normaliser_are_replaced() -> None:
    by_squad = note_normaliser([OTHER], [ARTICLE], NORMALISERS["squad-en"])

    by_mlqa = note_normaliser(by_squad, [ARTICLE], NORMALISERS["mlqa-de"])

    assert [group.kind for group in by_squad] == ["other", "gold answer normalises to nothing"]
    assert by_mlqa == (OTHER,)


@pytest.mark.slow
@needs_shared
def test_three_gold_answers_of_the_official_dev_set_vanish() -> None:
    examples = read_squad_file(DEV_SET).examples

    (group,) = note_normaliser([], examples, NORMALISERS["squad-en"])

    assert (group.kind, group.count) == ("gold answer normalises to nothing", 3)
