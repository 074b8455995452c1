"""A plan says what a run would take: counted by hand, and as Trainer counts."""

import json
from pathlib import Path

import pytest
from transformers import PreTrainedModel

from qareport.data.types import Example, Exclusion, GoldAnswer
from qareport.errors import ModelError
from qareport.evaluation.training_json import WindowFacts
from tests.builders import example, squad_json
from tests.shared_data import DEV_SAMPLE, MODEL, SHARED, needs_shared
from tests.tiny_models import SENTENCES, build_tiny_model
from tests.trainer.planning.planning_builders import recipe
from trainer.errors import PreflightError
from trainer.planning.plan import make_plan
from trainer.planning.steps import FittingStep
from trainer.planning.tables import plan_lines
from trainer.read_recipe import read_recipe
from trainer.recipe import Recipe

OPERATIONS_PER_SECOND = 1e6
TRAINING = (
    example("t1", SENTENCES[1], context=SENTENCES[0], golds=("Normandy",)),
    example("t2", SENTENCES[1], context=SENTENCES[2]),
    example("t3", SENTENCES[1], context=SENTENCES[2], golds=("Iceland",)),
)
MISPLACED = example("t4", "who?", context="nobody", golds=(GoldAnswer("no", 3),))
INVISIBLE = example("t5", "who?", context="no\u200dbody", golds=("\u200d",))
"""BERT's tokenizer drops the joiner, so that the answer has no tokens."""
EVALUATION = (example("e1", "who?", context=SENTENCES[0], golds=("Normans",)),)


def steadily(_model: PreTrainedModel, _precision: str) -> float:
    """A device that is always as fast."""
    return OPERATIONS_PER_SECOND


def tiny_recipe(folder: Path, *training: Example, **sections: object) -> Recipe:
    """A recipe over files in the folder: a tiny teacher, and a student of one of its layers."""
    (folder / "train.json").write_text(squad_json(*training), encoding="utf-8")
    (folder / "dev.json").write_text(squad_json(*EVALUATION), encoding="utf-8")
    return recipe(
        **{
            "data": {
                "train": [{"source": str(folder / "train.json")}],
                "evaluation": {"source": str(folder / "dev.json")},
            },
            "teacher": {"model": str(build_tiny_model("bert", folder / "bert"))},
            "student": {"layers": [1]},
            "windows": {"max_seq_length": 256},
            **sections,
        }
    )


def test_examples_windows_and_models_are_counted(tmp_path: Path) -> None:
    plan = make_plan(tiny_recipe(tmp_path, *TRAINING, MISPLACED), speed=steadily)

    assert plan.data.training == WindowFacts(
        examples=4,
        windows=3,
        no_answer_windows=0,
        exclusions=(Exclusion("gold answers blank or not at their offsets", 1),),
    )
    assert (plan.data.evaluation_examples, plan.data.evaluation_windows) == (1, 1)
    assert [(model.role, model.size.layers) for model in plan.models] == [
        ("teacher", 2),
        ("student", 1),
    ]
    assert plan.remarks.failures == ()


def test_examples_that_were_not_drawn_are_counted_too(tmp_path: Path) -> None:
    source = {"source": str(tmp_path / "train.json"), "limit": 2}
    evaluation = {"source": str(tmp_path / "dev.json")}
    data = {"train": [source], "evaluation": evaluation, "development": evaluation}

    plan = make_plan(tiny_recipe(tmp_path, *TRAINING, data=data), speed=steadily)

    assert plan.data.training.exclusions == (Exclusion("not in the sample of 2", 1),)


def test_steps_take_their_operations_at_the_speed_of_the_device(tmp_path: Path) -> None:
    plan = make_plan(tiny_recipe(tmp_path, *TRAINING), speed=steadily)

    here, *others = plan.times
    assert here.seconds == tuple(step.flops / OPERATIONS_PER_SECOND for step in plan.steps)
    assert [time.device for time in others] == ["V100", "H100"]
    assert others[0].seconds[2] == pytest.approx(plan.steps[2].flops / (0.35 * 15.7e12))


def test_a_speed_is_measured_once_for_each_precision(tmp_path: Path) -> None:
    asked: list[tuple[int, str]] = []

    def listen(model: PreTrainedModel, precision: str) -> float:
        asked.append((model.config.num_hidden_layers, precision))
        return 1.0

    training = {"precision": "bfloat16"}
    plan = tiny_recipe(
        tmp_path, *TRAINING, fidelity="haystack", distillation={"training": training}
    )
    make_plan(plan, speed=listen)

    assert sorted(asked) == [(1, "bfloat16"), (1, "float32")]


def test_what_forbids_the_run_is_reported_with_the_plan(tmp_path: Path) -> None:
    plan = make_plan(
        tiny_recipe(tmp_path, *TRAINING, windows={"max_seq_length": 600}), speed=steadily
    )

    assert len(plan.remarks.failures) == 2
    assert "takes 512 tokens and windows.max_seq_length is 600" in plan.remarks.failures[0]


def test_copies_in_other_words_cost_what_is_not_counted(tmp_path: Path) -> None:
    said = tiny_recipe(tmp_path, *TRAINING).model_dump()
    said["data"]["augmentation"] = {"model": "words"}
    said["intermediate"] = {"augmented": True}

    plan = make_plan(Recipe.model_validate(said), speed=steadily)

    assert len(plan.remarks.uncounted) == 2
    assert [step.name for step in plan.steps][1:3] == ["student 1", "teacher's logits"]


def test_layers_are_compared_with_a_model_of_its_own(tmp_path: Path) -> None:
    deep = str(build_tiny_model("roberta", tmp_path / "deep"))

    plan = make_plan(
        tiny_recipe(tmp_path, *TRAINING, intermediate={"teacher": deep}), speed=steadily
    )

    assert [model.role for model in plan.models] == ["teacher", "teacher of layers", "student"]
    assert "have different vocabularies" in plan.remarks.failures[0]


def test_nothing_is_planned_without_windows(tmp_path: Path) -> None:
    with pytest.raises(PreflightError, match="none of 1 examples gives a window to learn from"):
        make_plan(tiny_recipe(tmp_path, INVISIBLE), speed=steadily)


def test_a_teacher_that_is_nowhere_is_refused(tmp_path: Path) -> None:
    planned = tiny_recipe(tmp_path, *TRAINING, teacher={"model": "someone/nothing"})

    with pytest.raises(ModelError, match="someone/nothing: not a folder"):
        make_plan(planned, speed=steadily)


@pytest.mark.slow
@needs_shared
def test_the_plan_of_a_real_recipe_counts_what_is_known_of_its_data() -> None:
    train = SHARED / "data/squad_v2/train_original_text.json"
    planned = read_recipe(
        "minilm-l3-squad2",
        [
            f"data.train.0.source={json.dumps(str(train))}",
            f"data.evaluation.source={json.dumps(str(DEV_SAMPLE))}",
            f"teacher.model={json.dumps(str(MODEL))}",
            "student.layers=[1, 3, 5]",
        ],
    )

    plan = make_plan(planned, speed=steadily)

    fittings = [step for step in plan.steps if isinstance(step, FittingStep)]
    assert (plan.data.training.examples, plan.data.training.windows) == (8181, 8293)
    assert (plan.data.evaluation_examples, plan.data.evaluation_windows) == (2017, 2017)
    assert [model.size.parameters for model in plan.models] == [22_566_146, 17_242_754]
    assert [(step.updates.per_epoch, step.updates.updates) for step in fittings] == [
        (260, 1040)
    ] * 2
    assert plan.remarks.failures == ()
    assert plan_lines(plan)
