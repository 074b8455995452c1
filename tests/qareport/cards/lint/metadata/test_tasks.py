"""Tasks are those of the Hub, and signatures are nobody's to copy."""

from qareport.cards.lint.metadata.tasks import EXPECTED, TASKS
from tests.linting_builders import found_by, lines_of, with_metadata


def test_tasks_are_listed_once_and_question_answering_is_one() -> None:
    assert len(TASKS) == len(set(TASKS))
    assert "question-answering" in TASKS


def test_each_key_that_is_missing_is_reported_with_what_is_lost() -> None:
    problems = found_by("missing-metadata", with_metadata("tags: [a]"))

    assert [each.message for each in problems] == [
        f"the metadata has no {key}: {loss}" for key, loss in EXPECTED.items()
    ]


def test_signatures_are_found_wherever_they_stand() -> None:
    text = with_metadata("x:", "- verified: true", "  verifyToken: abc")

    assert lines_of("signature", text) == [3, 4]
