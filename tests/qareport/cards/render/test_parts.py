"""Parts of a card say what is known, and are left out where nothing is."""

from dataclasses import replace

import pytest

from qareport.cards.author_words import AuthorWords
from qareport.cards.render import reproduction, score_parts, training_parts
from qareport.cards.render.sources import CardRecord, CardSources
from qareport.evaluation.evaluation_json import Evaluation, PrecisionCheck
from qareport.evaluation.haystack.protocol import PROTOCOL as TOKEN_LEVEL
from qareport.evaluation.training_json import CacheFacts
from qareport.inference.options import PER_WINDOW
from tests.card_builders import distilled, measured
from tests.recipe_builders import recipe
from tests.training_facts import training_facts

FACTS = training_facts()
NOBODY = AuthorWords()


def told(**changes: object) -> CardRecord:
    """A record whose evaluation says something else."""
    main = measured()
    evaluation: Evaluation = replace(main.evaluation, **changes)  # type: ignore[arg-type]
    return replace(main, evaluation=evaluation)


def commands_of(main: CardRecord, **changes: object) -> str:
    sources = CardSources("acme/ships", has_hub_id=True, words=NOBODY, main=main)
    (command,) = reproduction.commands(replace(sources, **changes))  # type: ignore[arg-type]
    return command.text


def test_the_protocol_is_named() -> None:
    assert score_parts.protocol_name(told().evaluation) == "official SQuAD 2.0 metric"
    assert score_parts.protocol_name(told(protocol=TOKEN_LEVEL).evaluation) == (
        "token-level metric of Haystack 1"
    )


def test_a_model_without_others_has_no_tables_of_them() -> None:
    alone = CardSources("ships", has_hub_id=False, words=NOBODY, main=measured())

    assert score_parts.other_rules_table(alone) is None
    assert score_parts.robustness_table(alone) is None
    assert score_parts.seeds_table(alone) is None
    assert score_parts.against_table(alone) is None
    assert score_parts.against_notes(alone) == ()


def test_seeds_have_mean_and_standard_deviation() -> None:
    table = score_parts.seeds_table(distilled())

    assert table is not None
    assert table.rows == (
        ("weights w1", "18", "50.00", "", "61.11", "47.82 to 72.93"),
        ("weights w4", "18", "33.33", "17.39 to 54.28", "33.33", "17.39 to 54.28"),
        ("mean of 2", "18", "41.67", "", "47.22", ""),
        ("standard deviation", "18", "11.79", "", "19.64", ""),
    )
    assert table.notes == (
        "The mean has no interval: 2 seeds say too little about others; train 3 or more.",
    )


def test_an_evaluation_is_made_again_by_its_options_alone() -> None:
    assert commands_of(told()) == (
        "qareport evaluate acme/ships --data data.json --device cpu --dtype float32 --output RECORD"
    )


def test_every_option_that_is_not_the_default_is_given() -> None:
    main = told()
    hub = replace(main.evaluation.data, source="acme/data", split="test", revision="c0ffee")
    options = replace(main.evaluation.options, null_threshold=-1.5, null_rule=PER_WINDOW.name)
    model = replace(main.evaluation.model, revision="r")
    asked = told(data=hub, options=options, normaliser="mlqa-de", model=model)

    assert commands_of(asked) == (
        "qareport evaluate acme/ships --model-revision r --dataset acme/data --split test "
        "--revision c0ffee --device cpu --dtype float32 --null-threshold -1.5 "
        "--null-rule per-window --normaliser mlqa-de --output RECORD"
    )


def test_the_token_level_metric_is_made_by_scoring_again() -> None:
    assert commands_of(told(protocol=TOKEN_LEVEL)).endswith(
        "\nqareport rescore RECORD --protocol haystack-token --output RESCORED"
    )


def test_a_model_without_an_id_is_loaded_from_a_path_to_fill_in() -> None:
    text = commands_of(told(), model_id="ships", has_hub_id=False)

    assert text.startswith("qareport evaluate path/to/ships --data ")


def test_a_name_that_means_something_to_a_shell_is_quoted() -> None:
    main = replace(told(), folder="elsewhere")

    text = commands_of(main, model_id="$(rm -rf /)")

    assert "evaluate '$(rm -rf /)' --data" in text


def test_a_card_of_nothing_has_no_environment_but_the_authors() -> None:
    nothing = CardSources("ships", has_hub_id=False, words=NOBODY)
    said = replace(nothing, words=AuthorWords(infrastructure="1 x T4", co2_grams=2.0))

    assert reproduction.environment_table(nothing) is None
    assert reproduction.hashes_table(nothing) is None
    table = reproduction.environment_table(said)
    assert table is not None
    assert table.rows == (
        ("Training: device", "1 x T4"),
        ("Training: CO2 equivalents", "2 g"),
    )


def test_hyperparameters_are_the_recipes_or_else_the_authors() -> None:
    facts = replace(FACTS, recipe={"seed": 7, "deep": {"rate": 0.5}}, changed_keys=("deep.rate",))
    words = AuthorWords(hyperparameters={"batch_size": 56, "layers": [1, 2], "on": True})

    by_facts = training_parts.hyperparameters_table(facts, words)
    by_words = training_parts.hyperparameters_table(None, words)

    assert by_facts is not None
    assert by_facts.rows == (("`seed`", "`7`"), ("**`deep.rate`**", "`0.5`"))
    assert by_words is not None
    assert by_words.rows == (("`batch_size`", "`56`"), ("`layers`", "`1, 2`"), ("`on`", "`yes`"))
    assert training_parts.hyperparameters_table(None, NOBODY) is None


def test_without_facts_only_the_authors_words_tell_of_training() -> None:
    words = AuthorWords(teacher="a/b", training_data="ships' logs")

    assert training_parts.training_text(None, words) == "ships' logs"
    provenance = training_parts.provenance_table(None, words)
    assert provenance is not None
    assert provenance.rows == (("Teacher", "`a/b`"),)
    assert training_parts.provenance_table(None, NOBODY) is None
    assert training_parts.training_data_table(None, NOBODY) is None
    assert training_parts.training_notes(None) == ()
    assert training_parts.stages_table(None) is None
    assert training_parts.losses_table(None) is None
    assert training_parts.training_machine_rows(None) == ()


def test_a_long_loss_curve_is_told_by_its_points_at_equal_steps() -> None:
    stage = FACTS.stages[0]
    curve = tuple(replace(stage.loss_curve[0], update=update) for update in range(1, 101))
    facts = replace(FACTS, stages=(replace(stage, loss_curve=curve, development=()),))

    table = training_parts.losses_table(facts)

    assert table is not None
    assert [row[1] for row in table.rows] == ["12", "25", "37", "50", "62", "75", "87", "100"]


def test_a_run_without_logs_has_no_table_of_losses() -> None:
    stage = replace(FACTS.stages[0], loss_curve=(), development=())
    facts = replace(FACTS, stages=(stage,))

    assert training_parts.losses_table(facts) is None
    stages = training_parts.stages_table(facts)
    assert stages is not None
    assert stages.rows[0][-1] == ""


def test_times_are_told_in_their_two_largest_units() -> None:
    assert training_parts.duration(45.4) == "0 min 45 s"
    assert training_parts.duration(766.0) == "12 min 46 s"
    assert training_parts.duration(7325.0) == "2 h 2 min"


def test_energy_that_nobody_measured_is_not_known() -> None:
    facts = replace(FACTS, machine=replace(FACTS.machine, energy_kwh=None))

    rows = dict(training_parts.training_machine_rows(facts))

    assert rows["Training: energy"] == "not known"
    assert rows["Training: code"] == "not known"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("student.trim_vocabulary=true", "trimmed"),
        (
            "teacher.vocabulary_size=6900",
            "the 6900 commonest tokens of the training data, the teacher's too",
        ),
    ],
)
def test_a_card_says_how_a_vocabulary_was_cut(change: str, told: str) -> None:
    facts = replace(FACTS, recipe=recipe(change).model_dump(mode="json"))

    table = training_parts.provenance_table(facts, NOBODY)

    assert table is not None
    assert ("Vocabulary", told) in table.rows


def test_a_teacher_that_is_not_recorded_is_not_known() -> None:
    table = training_parts.provenance_table(replace(FACTS, models={}, unanswerable=None), NOBODY)

    assert table is not None
    assert table.rows[0] == ("Teacher", "not known")
    assert len(training_parts.training_notes(replace(FACTS, unanswerable=None))) == 3


@pytest.mark.parametrize(
    ("computed_in", "told"),
    [("float32", "float32"), (None, "its own number format, which is not recorded")],
)
def test_a_card_says_what_the_stored_logits_of_the_teacher_were_compared_with(
    computed_in: str | None, told: str
) -> None:
    cache = CacheFacts(1000, largest_rounding=2**-25, computed_windows=4, computed_in=computed_in)

    table = training_parts.provenance_table(replace(FACTS, cache=cache), NOBODY)

    assert table is not None
    assert table.rows[-1] == (
        "Teacher's logits",
        f"1,000 bytes in float16, at most 3e-08 from what the teacher computed in {told}",
    )


def test_a_card_says_how_far_a_smaller_number_format_is_from_float32() -> None:
    hardware = replace(measured().evaluation.hardware, dtype="bfloat16")
    main = told(hardware=hardware, precision_check=PrecisionCheck(200, 0.995, -0.005, 0.0))
    sources = CardSources("acme/ships", has_hub_id=True, words=NOBODY, main=main)

    table = reproduction.environment_table(sources)

    assert table is not None
    assert table.rows[1] == (
        "Evaluation: against float32",
        (
            "bfloat16 by torch and float32 by torch, with the same weights, give equal answers to "
            "99.50 % of 200 questions; the first less the second: -0.50 points of exact match, "
            "+0.00 of F1"
        ),
    )
