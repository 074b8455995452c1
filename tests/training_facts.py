"""Facts of a run that never took place."""

from datetime import UTC, datetime

from qareport.data.findings import FindingGroup, Severity
from qareport.data.types import DataIdentity, Exclusion
from qareport.evaluation.training_json import (
    FORMAT,
    CacheFacts,
    DevelopmentPoint,
    LossPoint,
    Machine,
    SourceFacts,
    StageFacts,
    TrainingFacts,
    UnanswerableFacts,
    WindowFacts,
)
from tests.answering_builders import MODEL_IDENTITY
from tests.recipe_builders import recipe


def training_facts() -> TrainingFacts:
    """Facts with something in every field."""
    return TrainingFacts(
        format=FORMAT,
        recipe_name="small",
        recipe=recipe("teacher.tuning.epochs=1").model_dump(mode="json"),
        command=("qareport", "train", "small"),
        started=datetime(2026, 1, 2, tzinfo=UTC),
        seconds=2.5,
        sources=(_source(),),
        teacher_sources=(_source(),),
        unanswerable=UnanswerableFacts(1, (Exclusion("not drawn", 2),)),
        windows=WindowFacts(3, 4, 1, (Exclusion("gold answers without tokens", 1),)),
        cache=CacheFacts(100, largest_rounding=0.25, computed_windows=4, computed_in="bfloat16"),
        stages=(_stage(),),
        models={"teacher": MODEL_IDENTITY, "student": MODEL_IDENTITY},
        deviations=("windows overlap by doc_stride tokens",),
        machine=Machine("cpu", "a CPU", 1, 1000, energy_kwh=0.1),
        versions={"python": "3.11.7"},
        git_commit=None,
        findings=(FindingGroup("leak", Severity.WARNING, 1, "train on other data", ("a: b",)),),
    )


def _source() -> SourceFacts:
    identity = DataIdentity("train.json", config=None, split=None, revision=None, sha256="d")
    return SourceFacts(identity, examples=3, times=2, exclusions=(Exclusion("sample", 5),))


def _stage() -> StageFacts:
    return StageFacts(
        name="student 1",
        windows=4,
        updates=10,
        epochs=2.0,
        seconds=1.5,
        processes=1,
        loss_curve=(
            LossPoint(5, 1.0, {"teacher": 0.75, "labels": 0.25}, 1e-5, 0.5),
            LossPoint(10, 0.5, {}, 0.0, None),
        ),
        development=(DevelopmentPoint(10, 50.0, 60.5),),
        kept_update=10,
    )
