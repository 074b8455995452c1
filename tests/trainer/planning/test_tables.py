"""A plan is printed in windows, updates, millions, petaflop and hours; pinned by a stored text."""

from dataclasses import replace
from pathlib import Path

import pytest

from qareport.data.findings import FindingGroup, Severity
from qareport.data.types import Exclusion
from qareport.evaluation.training_json import WindowFacts
from trainer.planning.costs import ModelSize
from trainer.planning.memory_and_disk import DiskNeeds
from trainer.planning.padded_tokens import UpdateCount
from trainer.planning.plan import DeviceTime, Needs, Plan, PlannedData, PlannedModel, Remarks
from trainer.planning.steps import FittingFlops, FittingStep, ForwardStep
from trainer.planning.tables import plan_lines

STORED = Path(__file__).with_name("plan.txt")
LARGE = ModelSize("roberta", 354_312_194, 302_312_450, layers=24, width=1024, heads=16)
SMALL = ModelSize("roberta", 124_056_578, 85_056_002, layers=12, width=768, heads=12)
FINDING = FindingGroup(
    kind="windows without the answer",
    severity=Severity.WARNING,
    count=1,
    remedy="null is right for them",
    cases=("training windows: 512 of 90000 windows",),
)
PLAN = Plan(
    purpose="A small student",
    models=(PlannedModel("teacher", "a/large", LARGE), PlannedModel("student", "a/small", SMALL)),
    data=PlannedData(
        training=WindowFacts(130_319, 132_000, 512, (Exclusion("misplaced", 1200),)),
        evaluation_examples=11_873,
        evaluation_windows=12_000,
    ),
    steps=(
        ForwardStep("teacher's logits", LARGE, "float32", 132_000, 50_688_000, flops=1.2346e18),
        FittingStep(
            name="student 1",
            learner=SMALL,
            precision="float32",
            windows=132_000,
            epochs=2.5,
            updates=UpdateCount(1650, 4125),
            tokens_per_epoch=50_688_000,
            operations=FittingFlops(learning=1e12, teacher=2e12, scoring=1e11),
            checkpoint_bytes=4_466_000_000,
        ),
    ),
    times=(
        DeviceTime("AMD EPYC 9B14 96-Core Processor", (3600.0, 90_000.0)),
        DeviceTime("H100", (29.0, 31.0)),
    ),
    needs=Needs(DiskNeeds(202_752_000, 4_466_000_000, 496_000_000), memory_bytes=12_345_000_000),
    remarks=Remarks(failures=(), findings=(FINDING,), uncounted=("loading",)),
)


def test_a_plan_is_printed_as_stored() -> None:
    assert "\n".join(plan_lines(PLAN)) + "\n" == STORED.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.4, "< 1 s"), (1.4, "1 s"), (59.4, "59 s"), (59.6, "0:01"), (3660.0, "1:01")],
)
def test_times_show_something_of_short_steps(seconds: float, shown: str) -> None:
    times = (DeviceTime("cpu", (seconds, 7200.0)),)

    lines = plan_lines(replace(PLAN, times=times))

    (step,) = (line for line in lines if line.startswith("teacher's logits"))
    assert step.endswith(f"  {shown}")


@pytest.mark.parametrize(
    ("tokens", "shown"),
    [(0, "0.0"), (4_000, "< 0.01"), (24_000, "0.02"), (60_000, "0.1"), (1_250_000, "1.2")],
)
def test_amounts_show_something_of_small_steps(tokens: int, shown: str) -> None:
    (first, second) = PLAN.steps
    assert isinstance(first, ForwardStep)

    lines = plan_lines(replace(PLAN, steps=(replace(first, tokens=tokens), second)))

    (step,) = (line for line in lines if line.startswith("teacher's logits"))
    assert f"  {shown}  " in step


def test_what_forbids_the_run_comes_last() -> None:
    remarks = Remarks(failures=("too long", "too wide"), findings=(), uncounted=())

    assert plan_lines(replace(PLAN, remarks=remarks))[-2:] == (
        "cannot run: too long",
        "cannot run: too wide",
    )
