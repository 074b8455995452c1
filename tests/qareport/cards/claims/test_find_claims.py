"""What a card states of known numbers is found again, in every form and on every scale."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.cards.claims.claims import COUNT, Form, Subset
from qareport.data.types import EXACT, F1
from qareport.errors import DataError
from tests.claim_builders import claims_of, short

NAMES = {EXACT: "Exact Match", F1: "F1", COUNT: "total"}
Numbers = Mapping[tuple[Subset, str], str]
SCORES = st.tuples(st.integers(2, 99), st.integers(0, 10**6)).map(
    lambda parts: f"{parts[0]}.{parts[1]}"
)
NUMBERS = st.fixed_dictionaries(
    {
        (subset, measure): (st.integers(1, 10**5).map(str) if measure == COUNT else SCORES)
        for subset in Subset
        for measure in NAMES
    }
)
TYPES = {EXACT: "exact_match", F1: "f1", COUNT: "total"}


def as_metadata(numbers: Numbers) -> str:
    metrics = "".join(
        f"    - {{type: {TYPES[measure]}, value: {number}, name: {NAMES[measure]} ({subset})}}\n"
        for (subset, measure), number in numbers.items()
    )
    result = "  - dataset: {name: SQuAD v2, type: squad_v2}\n    metrics:\n"
    return f"---\nmodel-index:\n- name: m\n  results:\n{result}{metrics}---\n"


def as_columns(numbers: Numbers) -> str:
    rows = "".join(
        f"| {subset} |" + "".join(f" {numbers[subset, measure]} |" for measure in NAMES) + "\n"
        for subset in Subset
    )
    return "| questions | exact | F1 | n |\n|---|---|---|---|\n" + rows


def as_rows(numbers: Numbers) -> str:
    rows = "".join(
        f"| {measure} |" + "".join(f" {numbers[subset, measure]} |" for subset in Subset) + "\n"
        for measure in NAMES
    )
    return "| measure | all | HasAns | NoAns |\n|---|---|---|---|\n" + rows


def as_block(numbers: Numbers) -> str:
    lines = "".join(
        f'"{"" if subset is Subset.ALL else f"{subset}_"}{measure}": {number},\n'
        for (subset, measure), number in numbers.items()
    )
    return f"```\n{{{lines}}}\n```\n"


def as_prose(numbers: Numbers) -> str:
    return "".join(
        f"On {subset} the EM is {numbers[subset, EXACT]} and the F1 is "
        f"{numbers[subset, F1]} (n = {numbers[subset, COUNT]}).\n\n"
        for subset in Subset
    )


FORMS: Mapping[Callable[[Numbers], str], Form] = {
    as_metadata: Form.METADATA,
    as_columns: Form.TABLE,
    as_rows: Form.TABLE,
    as_block: Form.BLOCK,
    as_prose: Form.PROSE,
}


@pytest.mark.parametrize("write", FORMS)
@given(numbers=NUMBERS)
def test_known_numbers_are_found_again_exactly(
    write: Callable[[Numbers], str], numbers: Numbers
) -> None:
    claims = claims_of(write(numbers))

    assert {(each.subset, each.measure): each.text for each in claims} == numbers
    assert len(claims) == len(numbers)
    assert {each.form for each in claims} == {FORMS[write]}
    assert all(each.value == float(each.text) for each in claims)


def test_claims_come_in_the_order_of_their_lines() -> None:
    claims = claims_of("EM: 79.5\n\n```\nF1: 82.5\n```\n\n| EM |\n|---|\n| 79.4 |\n\nF1: 82.4\n")

    assert [claim.line for claim in claims] == [1, 4, 9, 11]


def test_scores_from_0_to_1_become_percent_and_say_so() -> None:
    claims = claims_of("| EM | F1 | n |\n|---|---|---|\n| 0.75 | 1.0 | 1 |\n")

    assert short(claims) == [("exact", "all", 75.0), ("f1", "all", 100.0), ("n", "all", 1.0)]
    assert [claim.is_fraction for claim in claims] == [True, True, False]
    assert [claim.text for claim in claims] == ["0.75", "1.0", "1"]


@pytest.mark.parametrize("text", ["EM: 0.8, F1: 82.5", "EM: 0.8 %", "EM: 1.5"])
def test_low_scores_beside_higher_ones_or_a_sign_are_percent(text: str) -> None:
    assert not any(claim.is_fraction for claim in claims_of(text))


def test_each_data_set_has_a_scale_of_its_own() -> None:
    claims = claims_of("On SQuAD 2.0 the EM is 0.8.\n\nOn XQuAD the EM is 50.5.\n")

    assert [claim.value for claim in claims] == [80.0, 50.5]


def test_the_name_in_the_index_is_no_other_model() -> None:
    front = "---\nmodel-index:\n- name: me/mine\n- 3\n---\n"

    claims = claims_of(f"{front}| | EM |\n|---|---|\n| mine | 75.5 |\n| theirs | 76.5 |\n")

    assert [claim.subject for claim in claims] == [None, "theirs"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufeff",
        "\r\n" * 3,
        "\x00",
        "# مرحبا\n🎉",
        "|" * 500,
        "> " * 200,
        "- " * 200,
        "```" * 50,
    ],
)
def test_strange_texts_claim_nothing(text: str) -> None:
    assert claims_of(text) == ()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_make_no_difference(end: str) -> None:
    text = "---\nlicense: mit\n---\n# m\n\nEM: 79.5\n\n| F1 |\n|---|\n| 82.5 |\n".replace("\n", end)

    assert [claim.line for claim in claims_of(text)] == [6, 10]


@pytest.mark.slow
def test_a_large_card_is_read_in_seconds() -> None:
    part = "It has 79.5 EM on SQuAD 2.0.\n\n| EM |\n|---|\n| 79.5 |\n\n```\nF1: 82.5\n```\n\n"

    claims = claims_of(part * 100)

    assert len(claims) == 300


def test_metadata_that_is_no_yaml_is_told_with_its_line() -> None:
    with pytest.raises(DataError, match="line 3: is not YAML"):
        claims_of("---\na: [\n---\n")
