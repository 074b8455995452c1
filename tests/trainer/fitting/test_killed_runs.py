"""A run that is killed at any moment and started again ends as an undisturbed one does."""

from pathlib import Path

import pytest

from tests.fitting_builders import same_weights, without_clock
from tests.killed_runs import CALLED_AGAIN, FROM_OUTSIDE, SCENARIOS, UNDISTURBED, read_result
from tests.prepared_once import prepared_by

CASES = [
    *[(scenario, moment) for scenario, (_, moments) in SCENARIOS.items() for moment in moments],
    *[(scenario, CALLED_AGAIN) for scenario in SCENARIOS],
    ("chance", FROM_OUTSIDE),
]


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What all runs ended with; none was left alive that should have been killed."""
    folder, said = prepared_by("killed_runs", tmp_path_factory)
    assert said == ""
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "case"), CASES)
def test_killed_run_ends_with_the_weights_and_curves_of_an_undisturbed_one(
    results: Path, scenario: str, case: str
) -> None:
    weights, facts = read_result(results, scenario, case)

    undisturbed, known_facts = read_result(results, scenario, UNDISTURBED)
    assert same_weights(weights, undisturbed)
    assert without_clock(facts) == without_clock(known_facts)


@pytest.mark.slow
def test_seconds_of_a_run_called_again_are_those_it_took(results: Path) -> None:
    _, facts = read_result(results, "chance", UNDISTURBED)
    _, again = read_result(results, "chance", CALLED_AGAIN)

    assert 0 < again.seconds < facts.seconds * 1.5


@pytest.mark.slow
def test_patience_ends_a_run_and_the_best_weights_are_kept(results: Path) -> None:
    _, facts = read_result(results, "patience", "while it waits")

    assert [point.update for point in facts.development] == [2, 4, 6]
    assert (facts.updates, facts.kept_update) == (6, 2)


@pytest.mark.slow
def test_projections_learn(results: Path) -> None:
    weights, _ = read_result(results, "layers", UNDISTURBED)

    biases = [weight for name, weight in weights.items() if name.endswith("bias") and "map" in name]
    assert len(biases) == 3
    assert all(bias.abs().sum() > 0 for bias in biases)
