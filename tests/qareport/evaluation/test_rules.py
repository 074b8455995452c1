"""The rules of a record are those that its protocol follows, whatever its options say."""

from qareport.evaluation.rules import ScoringRules, rules_of
from qareport.inference.options import AnsweringOptions


def test_the_official_protocol_follows_the_options() -> None:
    asked = AnsweringOptions(null_threshold=1.5)

    assert rules_of("official", "xquad", asked) == ScoringRules("official", "xquad", 1.5)


def test_the_null_rule_per_window_withholds_the_threshold_too() -> None:
    asked = AnsweringOptions(null_rule="per-window")

    assert rules_of("official", "squad-en", asked).withholds_threshold


def test_the_token_level_protocol_has_its_own_threshold() -> None:
    asked = AnsweringOptions(null_threshold=1.5)

    rules = rules_of("haystack-token", "squad-en", asked)

    assert (rules.null_threshold, rules.withholds_threshold) == (0, True)
