"""Tests which parts a choice leaves out, and which names a repository may have."""

import pytest

from qareport.errors import UsageError
from qareport.hub.planning.choice import PushChoice, Selection, checked_name
from qareport.hub.planning.parts import PublicationPart


@pytest.mark.parametrize(
    ("selection", "going"),
    [
        (Selection.WHOLE, set(PublicationPart) - {PublicationPart.PASSAGES}),
        (Selection.CARD, {PublicationPart.CARD, PublicationPart.CHARTS}),
        (Selection.RESULTS, {PublicationPart.CARD, PublicationPart.RESULTS}),
    ],
)
def test_a_selection_lets_its_parts_go(selection: Selection, going: set[PublicationPart]) -> None:
    reasons = PushChoice("someone/model", selection).reasons()

    assert set(PublicationPart) - set(reasons) == going


def test_passages_go_on_request_only() -> None:
    asked = PushChoice("someone/model", with_passages=True)

    assert asked.reasons() == {}
    assert "add --with-examples" in PushChoice("someone/model").reasons()[PublicationPart.PASSAGES]


def test_passages_do_not_go_with_the_card_alone() -> None:
    choice = PushChoice("someone/model", Selection.CARD, with_passages=True)

    assert choice.reasons()[PublicationPart.PASSAGES] == "stays with --card-only"


@pytest.mark.parametrize("name", ["someone/model", "some-org/model_v2.1", "a/b", f"a/{'b' * 94}"])
def test_names_of_the_hub_are_taken(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "model",
        "a/b/c",
        "/b",
        "a/",
        "../b",
        "a/b..c",
        "a/b--c",
        "a/b.git",
        "a/ b",
        "a/b\n",
        "é/b",
        "a-/b",
        "a/b.",
        "https://huggingface.co/a/b",
        f"a/{'b' * 95}",
    ],
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is not the name of a model on the Hub; write OWNER/NAME"):
        checked_name(name)
