"""Only records of one training with several seeds are put together."""

from pathlib import Path

import pytest

from qareport.data.types import EXACT
from qareport.errors import DataError
from qareport.evaluation.record.reader import read_record
from qareport.evaluation.seeds import combine_records
from tests.row_builders import row, write_record
from tests.seed_builders import ASKED, write_seed, write_three_seeds


def refusal(*folders: Path) -> str:
    """Why records are not put together."""
    with pytest.raises(DataError) as caught:
        combine_records([read_record(folder) for folder in folders])
    return str(caught.value)


def test_records_of_several_seeds_have_a_mean_with_an_interval(tmp_path: Path) -> None:
    found = combine_records([read_record(folder) for folder in write_three_seeds(tmp_path)])

    exact = found[EXACT]
    assert (exact.seeds, exact.mean.estimate) == (3, 5 / 8)
    assert exact.standard_deviation == pytest.approx(1 / 8)
    assert exact.mean.bounds is not None


def test_models_of_other_sizes_are_refused(tmp_path: Path) -> None:
    first, *_ = write_three_seeds(tmp_path)
    other = write_seed(tmp_path / "other", right=8, weights="w9", parameters=2000)

    assert refusal(first, other) == (
        f"{first} and {other}: their models are of other kinds (Tiny with 1 parameters and Tiny "
        "with 2,000); put seeds of one training together"
    )


def test_the_same_weights_are_refused(tmp_path: Path) -> None:
    first, *_ = write_three_seeds(tmp_path)

    assert refusal(first, first) == (
        f"{first} and {first}: their models have the same weights; put models of different seeds "
        "together"
    )


def test_the_same_seed_is_refused(tmp_path: Path) -> None:
    first, *_ = write_three_seeds(tmp_path)
    other = write_seed(tmp_path / "other", right=8, weights="w9", seed=1)

    assert refusal(first, other) == (
        f"{first} and {other}: their models were both trained with seed 1; give others"
    )


def test_seeds_that_are_not_known_may_differ(tmp_path: Path) -> None:
    folders = [write_seed(tmp_path / weights, right=4, weights=weights) for weights in ("w1", "w2")]

    assert combine_records([read_record(folder) for folder in folders])[EXACT].seeds == 2


def test_records_of_other_data_are_refused(tmp_path: Path) -> None:
    first, *_ = write_three_seeds(tmp_path)
    other = write_record(tmp_path / "other", row(ASKED[0], "owl"))

    assert refusal(first, other).startswith(f"{other} and {first}: their data differs")
