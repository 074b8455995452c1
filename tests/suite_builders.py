"""Provides the results of a suite in which one pair was measured and one failed."""

from qareport.evaluation.suite.suite_json import FORMAT, PairResult, PairScores, SuiteResults
from tests.answering_builders import evaluation

RECORD = evaluation()
MEASURED = PairResult(
    model="tiny",
    data="dev",
    folder="tiny/dev",
    measured=PairScores(
        scores=RECORD.scores,
        intervals=RECORD.intervals,
        questions_read=1,
        seconds=0.5,
        weights_sha256="w",
        data_sha256="d",
    ),
    error=None,
)
FAILED = PairResult("[red]none", "dev", "none/dev", None, "none: there is no such model")
RESULTS = SuiteResults(FORMAT, (MEASURED, FAILED))
