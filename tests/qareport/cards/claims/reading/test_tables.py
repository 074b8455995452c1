"""Tables are read whether their measures are columns or rows."""

import pytest

from qareport.cards.claims.claims import ClaimedData
from tests.claim_builders import SQUAD_2, claims_of, short


def table(*rows: str) -> str:
    """A table in Markdown; the first row is its header."""
    width = rows[0].count("|") + 1
    return "\n".join([f"| {rows[0]} |", "|" + "---|" * width, *(f"| {row} |" for row in rows[1:])])


def test_measures_may_be_columns_and_kinds_of_questions_rows() -> None:
    claims = claims_of(
        table(
            "questions | n | exact | 95 % interval | F1",
            "all | 40 | **75.00** | 70.00 to 80.00 | 80.5",
            "HasAns | 30 | 70.1 | | 77.2 %",
            "no answer | 10 | 90 | | n/a",
        )
    )

    assert short(claims) == [
        ("n", "all", 40.0),
        ("exact", "all", 75.0),
        ("f1", "all", 80.5),
        ("n", "HasAns", 30.0),
        ("exact", "HasAns", 70.1),
        ("f1", "HasAns", 77.2),
        ("n", "NoAns", 10.0),
        ("exact", "NoAns", 90.0),
    ]
    assert [claim.line for claim in claims] == [3, 3, 3, 4, 4, 4, 5, 5]


def test_measures_may_be_rows_and_kinds_of_questions_columns() -> None:
    claims = claims_of(table("measure | all | HasAns", "EM | 75 | 70", "F1 | 80 | 77"))

    assert short(claims) == [
        ("exact", "all", 75.0),
        ("exact", "HasAns", 70.0),
        ("f1", "all", 80.0),
        ("f1", "HasAns", 77.0),
    ]


def test_measures_and_values_may_stand_in_two_columns_after_the_data() -> None:
    claims = claims_of(
        table("Dataset | Metric | Value", "SQuAD 2.0 | EM | 75", "me/data | HasAns F1 | 80")
    )

    assert short(claims) == [("exact", "all", 75.0), ("f1", "HasAns", 80.0)]
    assert [claim.data for claim in claims] == [SQUAD_2, ClaimedData("me/data", "me/data")]


def test_a_row_may_name_its_data_configuration_and_split() -> None:
    claims = claims_of(
        table("data | config | split | EM", "SQuAD 2.0 | x | dev | 75", "Ours | y | odd | 60")
    )

    assert [claim.data for claim in claims] == [
        ClaimedData("SQuAD 2.0", "rajpurkar/squad_v2", "x", "validation"),
        ClaimedData("Ours", None, "y", "odd"),
    ]


def test_a_column_may_name_data() -> None:
    claims = claims_of(table("measure | SQuAD 2.0 | XQuAD", "EM | 75 | 50"))

    assert [claim.data.id for claim in claims] == ["rajpurkar/squad_v2", "google/xquad"]


def test_a_column_may_hold_two_measures_in_each_cell() -> None:
    claims = claims_of(table("data | HasAns EM / F1", "SQuAD 2.0 | 75.1 / 80.2", "XQuAD | 75"))

    assert short(claims) == [("exact", "HasAns", 75.1), ("f1", "HasAns", 80.2)]


@pytest.mark.parametrize(
    ("label", "subject"),
    [
        ("roberta-large", "roberta-large"),
        ("haystack-token", "haystack-token"),
        ("SQuAD 2.0, teacher", "teacher"),
        ("official", None),
        ("this model", None),
        ("# Value", None),
        ("me/my-model", None),
        ("total", None),
        ("", None),
    ],
)
def test_a_row_of_something_else_than_the_model_says_so(label: str, subject: str | None) -> None:
    title = "# me/my-model\n\n"

    (claim,) = claims_of(title + table("system | EM", f"{label} | 75"))

    assert claim.subject == subject


def test_a_later_column_tells_of_other_figures_only_by_known_words() -> None:
    claims = claims_of(table("data | note | EM", "SQuAD 2.0 | run 3 | 75", "XQuAD | baseline | 5"))

    assert [claim.subject for claim in claims] == [None, "baseline"]


@pytest.mark.parametrize(
    "rows",
    [
        ("a | b", "c | d"),
        ("EM | F1",),
        ("best F1 | difference", "75 | 1"),
        ("questions | n", "all | 40"),
        ("EM | note", "high | 3"),
    ],
)
def test_tables_without_scores_claim_nothing(rows: tuple[str, ...]) -> None:
    assert claims_of(table(*rows)) == ()


def test_the_caption_or_else_the_heading_names_the_data() -> None:
    scores = table("EM | F1", "75 | 80")
    text = f"## On SQuAD 2.0\n\n{scores}\n\nXQuAD, answerable questions:\n\n{scores}\n"

    claims = claims_of(text)

    assert [claim.data.id for claim in claims[::2]] == ["rajpurkar/squad_v2", "google/xquad"]
    assert [claim.subset.value for claim in claims[::2]] == ["all", "HasAns"]


def test_a_heading_further_up_names_the_data_of_the_sections_in_it() -> None:
    scores = table("EM | F1", "75 | 80")
    text = f"# Mine\n\n## SQuAD 2.0\n\n### HasAns\n\n{scores}\n\n## More\n\n{scores}\n"

    claims = claims_of(text)

    assert [claim.data.id for claim in claims[::2]] == ["rajpurkar/squad_v2", None]
    assert [claim.subset.value for claim in claims[::2]] == ["HasAns", "all"]


def test_a_paragraph_with_scores_of_its_own_is_no_caption() -> None:
    scores = table("EM | F1", "75 | 80")
    text = f"On SQuAD 2.0 we see:\n\nOn XQuAD it has 50.5 EM.\n\n{scores}\n"

    claims = claims_of(text)

    assert [claim.data.id for claim in claims] == ["google/xquad", *["rajpurkar/squad_v2"] * 2]


@pytest.mark.parametrize("setting", ["At the threshold used", "default threshold"])
def test_the_threshold_that_is_used_names_the_model_of_the_card(setting: str) -> None:
    for rows in (("measure | " + setting, "EM | 75"), ("| EM", f"{setting} | 75")):
        assert [claim.subject for claim in claims_of(table(*rows))] == [None]


def test_another_threshold_is_not_that_of_the_scores() -> None:
    (claim,) = claims_of(table("measure | At the best threshold", "EM | 76"))

    assert claim.subject == "At the best threshold"
