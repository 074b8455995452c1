"""Puts records together whose models differ by their training seed alone."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from qareport.analysis.statistics.seeds import SeedScores, combine_seeds
from qareport.errors import DataError
from qareport.evaluation.record.reader import Record, differing_options, require_same_data
from qareport.inference.identity import ModelIdentity


def combine_records(records: Sequence[Record]) -> Mapping[str, SeedScores]:
    """What the models of the records score together, by measure.

    Raises:
        DataError: there are fewer than two, they are not of the same data by the same rules and
            options, or their models differ by more than their seed or not at all.
    """
    for first, second in combinations(records, 2):
        require_same_data(second, first)
        reason = why_no_seeds(first.evaluation.model, second.evaluation.model)
        reason = reason or "; ".join(differing_options(second, first))
        if reason:
            raise DataError(f"{first.folder} and {second.folder}: {reason}")
    return combine_seeds([record.rows for record in records])


def unknown_seeds(records: Sequence[Record]) -> tuple[str, ...]:
    """A sentence for each record that does not say by which seed its model was trained."""
    return tuple(
        f"{record.folder}: the seed of the training is not known, so nothing shows that the models "
        "differ by their seed alone"
        for record in records
        if record.evaluation.model.training_seed is None
    )


def why_no_seeds(model: ModelIdentity, other: ModelIdentity) -> str:
    """Why two models cannot be of one training with two seeds; empty if they may be."""
    if (model.architecture, model.parameters) != (other.architecture, other.parameters):
        return (
            f"their models are of other kinds ({model.architecture} with {model.parameters:,} "
            f"parameters and {other.architecture} with {other.parameters:,}); put seeds of one "
            "training together"
        )
    if model.weights_sha256 == other.weights_sha256:
        return "their models have the same weights; put models of different seeds together"
    if model.training_seed is not None and model.training_seed == other.training_seed:
        return f"their models were both trained with seed {model.training_seed}; give others"
    return ""
