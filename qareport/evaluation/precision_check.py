"""Measures how far answers in a smaller number format are from those in float32, on a sample."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from statistics import fmean

from qareport.analysis.examples.rows import ExampleRow
from qareport.evaluation.evaluation_json import PrecisionCheck
from qareport.inference.answerer import Answerer
from qareport.inference.batches import spread_indices
from qareport.inference.engines.engine import ReferencedEngine
from qareport.inference.loading.models import LoadedModel
from qareport.inference.options import AnsweringOptions
from qareport.metrics.normalisers import Normaliser
from qareport.metrics.squad import score

REFERENCE = "float32"
SAMPLE = 200
"""Questions of the largest sample: seconds of work, and a difference of half a point shows."""


def sampled_indices(model: LoadedModel, examples: int) -> Collection[int]:
    """Indices of the examples that are answered again, spread evenly; none where float32 answers.

    The choice is not random: the same data gives the same indices.
    """
    if model.hardware.dtype == REFERENCE or not isinstance(model.engine, ReferencedEngine):
        return ()
    return frozenset(spread_indices(examples, SAMPLE))


def check_precision(
    model: LoadedModel,
    options: AnsweringOptions,
    rows: Sequence[ExampleRow],
    normaliser: Normaliser,
) -> PrecisionCheck | None:
    """How the rows differ from what the same weights answer in float32; None without rows.

    Raises:
        ModelError: as for `Answerer.answer_all`.
    """
    engine = model.engine
    if not rows or not isinstance(engine, ReferencedEngine):
        return None
    reference = Answerer(replace(model, engine=engine.in_float32()), options)
    in_float32 = [
        prediction
        for chunk in reference.answer_all([row.example for row in rows])
        for prediction in chunk.predictions
    ]
    pairs = list(zip(rows, in_float32, strict=True))
    scores = [score(row.example, prediction.text, normaliser) for row, prediction in pairs]
    return PrecisionCheck(
        n=len(rows),
        equal_answers=fmean(row.text == prediction.text for row, prediction in pairs),
        exact_difference=fmean(row.score.exact for row in rows)
        - fmean(each.exact for each in scores),
        f1_difference=fmean(row.score.f1 for row in rows) - fmean(each.f1 for each in scores),
    )
