"""Finds tasks, libraries and other keys of the metadata that would surprise readers."""

from collections.abc import Iterator, Mapping

from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.metadata.schema import everything_in, spell
from qareport.cards.lint.problems import Problem

QUESTION_ANSWERING = "question-answering"
_ALL_TASKS = (
    "any-to-any audio-classification audio-text-to-text audio-to-audio "
    "automatic-speech-recognition depth-estimation document-question-answering "
    "feature-extraction fill-mask graph-ml image-classification image-feature-extraction "
    "image-segmentation image-text-to-image image-text-to-text image-text-to-video image-to-3d "
    "image-to-image image-to-text image-to-video keypoint-detection mask-generation "
    "multiple-choice object-detection other question-answering reinforcement-learning robotics "
    "sentence-similarity summarization table-question-answering tabular-classification "
    "tabular-regression tabular-to-text table-to-text text-classification text-generation "
    "text-ranking text-retrieval text-to-3d text-to-audio text-to-image text-to-speech "
    "text-to-video text2text-generation time-series-forecasting token-classification translation "
    "unconditional-image-generation video-classification video-text-to-text video-to-video "
    "visual-document-retrieval visual-question-answering voice-activity-detection "
    "zero-shot-classification zero-shot-image-classification zero-shot-object-detection"
)
TASKS = tuple(_ALL_TASKS.split())
"""All tasks of the Hub."""
EXPECTED: Mapping[str, str] = {
    "language": "without it nobody who searches by language finds the model",
    "license": "without it nobody may use the model",
    "library_name": "without it the Hub shows no snippet",
    "pipeline_tag": "without it the Hub lists the model under no task",
    "datasets": "without it the Hub does not link the training data",
}
"""Keys that every card should have, with what is lost otherwise."""
SIGNATURES = frozenset({"verified", "verifyToken"})


def find_unknown_tasks(card: ReadCard) -> Iterator[Problem]:
    """Tasks that the Hub does not know."""
    said = card.front_matter.values.get("pipeline_tag")
    if isinstance(said, str) and said not in TASKS:
        yield Problem(
            card.front_matter.line(("pipeline_tag",)),
            f"{said!r} is not a task of the Hub",
            f"write {QUESTION_ANSWERING}",
            hub_message=f'"pipeline_tag" must be one of [{", ".join(TASKS)}]',
        )


def find_other_tasks(card: ReadCard) -> Iterator[Problem]:
    """A task that is not extractive question answering."""
    said = card.front_matter.values.get("pipeline_tag")
    if said in TASKS and said != QUESTION_ANSWERING:
        yield Problem(
            card.front_matter.line(("pipeline_tag",)),
            f"the task {said!r} is not that of a model that cuts answers out of a text",
            f"write {QUESTION_ANSWERING}",
        )


def find_missing_metadata(card: ReadCard) -> Iterator[Problem]:
    """Keys that every card should have."""
    values = card.front_matter.values
    for key, loss in EXPECTED.items():
        if values and key not in values:
            yield Problem(1, f"the metadata has no {key}: {loss}", f"add the key {key}")


def find_signatures(card: ReadCard) -> Iterator[Problem]:
    """Keys that only the Hub's own evaluator can write."""
    for found in everything_in(card.front_matter.values):
        if found.path and found.path[-1] in SIGNATURES:
            yield Problem(
                card.front_matter.line(found.path),
                f"{spell(found.path)!r} is a signature of Hugging Face's former evaluator",
                "delete the key: a copy of it vouches for nothing",
            )
