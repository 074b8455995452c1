"""Each answer has the first kind that fits it, with or without knowing where it stands."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.examples.mistakes import KINDS, is_plausible, kind_of, lenient_form
from qareport.analysis.examples.observed import Observed
from qareport.data.types import CharSpan, Example, GoldAnswer
from tests.analysis_builders import placed, unplaced
from tests.builders import example, example_score

CONTEXT = "In 1990 the big Denver Broncos of Colorado won. A dog ran to (Rome)."
ASKED = example(context=CONTEXT, golds=("Denver Broncos",))
NO_ANSWER = example(context=CONTEXT)
EITHER = pytest.mark.parametrize("answered", [placed, unplaced])
Answered = Callable[[Example, str], Observed]


@EITHER
@pytest.mark.parametrize(
    ("asked", "text", "kind"),
    [
        pytest.param(ASKED, "Denver Broncos", "correct", id="equal"),
        pytest.param(NO_ANSWER, "", "correct", id="abstained-rightly"),
        pytest.param(NO_ANSWER, "the", "correct", id="E1"),
        pytest.param(example(golds=("The",)), "", "correct", id="E2"),
        pytest.param(ASKED, "", "false null", id="abstained"),
        pytest.param(ASKED, "the", "false null", id="empty-once-normalised"),
        pytest.param(NO_ANSWER, "Rome", "false answer", id="answered"),
        pytest.param(ASKED, "big Denver Broncos", "superset", id="longer-at-the-start"),
        pytest.param(ASKED, "Denver Broncos of", "superset", id="longer-at-the-end"),
        pytest.param(ASKED, "big Denver Broncos of Colorado", "superset", id="longer"),
        pytest.param(ASKED, "Broncos", "subset", id="shorter-at-the-start"),
        pytest.param(ASKED, "Denver", "subset", id="shorter-at-the-end"),
        pytest.param(ASKED, "big Denver", "overlap", id="begins-before"),
        pytest.param(ASKED, "Broncos of Colorado", "overlap", id="ends-after"),
        pytest.param(ASKED, "Rome", "elsewhere", id="other-sentence"),
    ],
)
def test_the_kind_is_the_first_that_fits(
    answered: Answered, asked: Example, text: str, kind: str
) -> None:
    assert kind_of(answered(asked, text)) == kind


@EITHER
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("big Denver Broncos of Colorado", "superset"),
        ("Broncos of", "subset"),
        ("Rome", "correct"),
    ],
)
def test_the_kind_looks_at_all_golds(answered: Answered, text: str, kind: str) -> None:
    asked = example(
        context=CONTEXT, golds=("1990", "Denver Broncos", "Broncos of Colorado", "Rome")
    )

    assert kind_of(answered(asked, text)) == kind


@EITHER
def test_an_answer_that_covers_a_gold_exactly_neither_contains_it_nor_lies_in_it(
    answered: Answered,
) -> None:
    # Both normalise to "aa", as by case N1; the score is that of another normaliser.
    asked = example(context="A-a", golds=(GoldAnswer("A_a", 0),))
    wrong = example_score("q", has_answer=True, exact=0.0, f1=0.0)

    observed = replace(answered(asked, "A-a"), score=wrong)

    assert kind_of(observed) == "overlap"


def test_an_answer_next_to_a_gold_does_not_overlap_it() -> None:
    asked = example(context=CONTEXT, golds=("Denver",))

    assert kind_of(placed(asked, " Broncos")) == "right sentence"


def test_an_answer_in_the_sentence_of_a_gold_needs_its_span() -> None:
    assert kind_of(placed(ASKED, "Colorado")) == "right sentence"
    assert kind_of(unplaced(ASKED, "Colorado")) == "elsewhere"


def test_a_word_in_common_is_no_overlap() -> None:
    asked = example(context="big dog of Rome, or big cat", golds=("big dog of Rome",))

    assert kind_of(placed(asked, "or big cat")) == "right sentence"
    assert kind_of(unplaced(asked, "or big cat")) == "elsewhere"


def test_a_prediction_that_was_never_made_is_elsewhere() -> None:
    scored = example_score("q", has_answer=False, exact=0.0, f1=0.0)

    assert kind_of(replace(unplaced(NO_ANSWER, ""), score=scored)) == "elsewhere"


@pytest.mark.parametrize(
    ("gold", "text"),
    [
        pytest.param("mid-1990s", "mid 1990s", id="N3-hyphen"),
        pytest.param("1990\u20131995", "1990-1995", id="N3-dash"),
        pytest.param("café", "cafe", id="accent"),
        pytest.param("café", "cafe\u0301", id="N5-accent"),
        pytest.param("Stra\u00dfe", "STRASSE", id="N5-sharp-s"),
        pytest.param("St. John's", "St John\u2019s", id="F5"),
        pytest.param("the-Beatles", "Beatles", id="N1-article"),
        pytest.param("10\u00b0", "10", id="N6-symbol"),
        pytest.param("\uff11\uff19\uff19\uff10", "1990", id="wide-digits"),
        pytest.param("\u5317\u4eac\u3002", "\u5317\u4eac", id="N6-chinese-stop"),
    ],
)
def test_answers_of_one_lenient_form_differ_in_normalisation_only(gold: str, text: str) -> None:
    assert kind_of(unplaced(example(golds=(gold,)), text)) == "normalisation only"


@pytest.mark.parametrize(
    ("gold", "text"),
    [
        pytest.param("theatre", "atre", id="article-inside-a-word"),
        pytest.param("\u20ac", "\u00a3", id="nothing-left"),
        pytest.param("1990", "1991", id="digits"),
    ],
)
def test_answers_of_another_lenient_form_differ_in_more(gold: str, text: str) -> None:
    assert kind_of(unplaced(example(golds=(gold,)), text)) == "elsewhere"


def test_lenient_form_is_letters_and_digits() -> None:
    assert lenient_form("The \u201cBlue\u201d \u00c9cole\u2014an  $5.00 \u00bd") == "blueecole50012"


@pytest.mark.parametrize(
    ("answered", "text", "expected"),
    [
        (placed, "Denver", True),
        (placed, "big Denver Broncos of", True),
        (placed, "Colorado", False),
        (unplaced, "Denver Broncos", True),
        (unplaced, "Denver", True),
        (unplaced, "of Colorado", False),
        (placed, "", False),
    ],
)
def test_a_false_answer_is_plausible_where_it_meets_a_plausible_one(
    answered: Answered, text: str, *, expected: bool
) -> None:
    plausible = (GoldAnswer("(", CONTEXT.index("(")), GoldAnswer("Denver Broncos", 16))
    asked = replace(NO_ANSWER, plausible_answers=plausible)

    observed = answered(asked, text)

    assert is_plausible(observed, kind_of(observed)) is expected


def test_other_mistakes_are_not_plausible() -> None:
    observed = placed(ASKED, "Rome")

    assert not is_plausible(observed, kind_of(observed))


CUTS = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda cut: (min(cut), max(cut)))


@dataclass(frozen=True)
class Draft:
    """An example of few letters, its golds and its answer cut out of the context."""

    context: str
    golds: list[tuple[int, int]]
    answer: tuple[int, int]
    is_placed: bool

    def observed(self) -> Observed:
        """The example with its answer."""
        golds = tuple(GoldAnswer(self.context[slice(*cut)], cut[0]) for cut in self.golds)
        asked = example(context=self.context, golds=golds)
        answered = unplaced(asked, self.context[slice(*self.answer)])
        return replace(answered, span=CharSpan(*self.answer) if self.is_placed else None)


DRAFTS = st.builds(
    Draft, st.text("ab .-", max_size=12), st.lists(CUTS, max_size=2), CUTS, st.booleans()
)


@given(DRAFTS)
def test_every_example_has_exactly_one_kind(draft: Draft) -> None:
    assert kind_of(draft.observed()) in KINDS


@given(DRAFTS)
def test_only_false_answers_are_plausible(draft: Draft) -> None:
    observed = draft.observed()

    kind = kind_of(observed)

    assert kind == "false answer" or not is_plausible(observed, kind)


@given(DRAFTS)
def test_only_exact_answers_are_correct(draft: Draft) -> None:
    observed = draft.observed()

    assert (kind_of(observed) == "correct") == (observed.score.exact == 1)


@pytest.mark.parametrize(
    ("normaliser", "gold", "text", "kind"),
    [
        pytest.param("mlqa-de", "der Wald", "Wald", "correct", id="article"),
        pytest.param("squad-en", "der Wald", "Wald", "subset", id="no-article-in-english"),
        pytest.param("mlqa-de", "Wald", "den", "false null", id="empty"),
        pytest.param("squad-en", "Wald", "den", "elsewhere", id="not-empty-in-english"),
        pytest.param(
            "mlqa-de", "der-Wald", "W\u00e1ld", "normalisation only", id="article-removed"
        ),
        pytest.param(
            "mlqa-vi", "c\u1ee7a-t\u00f4i", "t\u00f4i!?", "normalisation only", id="accents"
        ),
        pytest.param(
            "mlqa-ar", "\u0627\u0644\u0645-", "\u064e\u0645", "normalisation only", id="ar"
        ),
        pytest.param(
            "korquad", "the Rome", "The, R\u00f4me", "normalisation only", id="no-articles"
        ),
        pytest.param("korquad", "the Rome", "R\u00f4me", "elsewhere", id="articles-count"),
        pytest.param("cmrc", "\u5317\u4eac\u5e02", "\u5317\u4eac", "subset", id="characters"),
        pytest.param("squad-en", "\u5317\u4eac\u5e02", "\u5317\u4eac", "elsewhere", id="one-word"),
        pytest.param("xquad", "-", "", "correct", id="empty-gold-counts"),
    ],
)
def test_kinds_follow_the_normaliser(normaliser: str, gold: str, text: str, kind: str) -> None:
    asked = example(golds=(gold,))

    assert kind_of(unplaced(asked, text, normaliser=normaliser)) == kind


def test_where_an_answer_stands_is_the_same_for_every_normaliser() -> None:
    asked = example(context="Der Hund bellt in den Wald.", golds=("Wald",))

    assert kind_of(placed(asked, "Hund bellt", normaliser="mlqa-de")) == "right sentence"
