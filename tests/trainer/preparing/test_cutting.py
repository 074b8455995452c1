"""A recipe chooses how windows are cut; a question cut short is never silent."""

from tests.builders import example
from tests.tiny_models import FAMILIES
from trainer.preparing.cutting import cut_examples
from trainer.recipe import Windows

BERT = FAMILIES["bert"].tokenizer()
OVERLAP = Windows(max_seq_length=20, doc_stride=4)
STEP = Windows(max_seq_length=20, doc_stride=4, stride="step", max_question_length=8)


def test_stride_is_shared_or_the_distance_of_windows() -> None:
    one = example(question="q " * 7, context="a " * 20)

    overlapping = cut_examples(BERT, [one], OVERLAP).windows
    stepping = cut_examples(BERT, [one], STEP).windows

    assert [window.first_token for window in overlapping] == [0, 6, 12]
    assert [window.first_token for window in stepping] == [0, 4, 8, 12]


def test_every_question_cut_short_is_a_finding() -> None:
    whole, long = example("whole", " q?"), example("long", " " + "q " * 30)

    for options, kept in ((OVERLAP, 11), (STEP, 15)):
        findings = cut_examples(BERT, [whole, long], options).findings

        assert [(finding.kind, finding.location, finding.message) for finding in findings] == [
            ("question cut", "long", f"of 60 characters only {kept} were asked")
        ]
