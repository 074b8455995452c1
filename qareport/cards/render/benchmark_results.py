"""Writes the files of `.eval_results` for records whose data is a benchmark of the Hub."""

from collections.abc import Iterator, Mapping

from qareport.cards.render.metadata import HUB, SOURCE_NAME
from qareport.cards.render.score_parts import in_percent
from qareport.cards.render.sources import CardRecord, CardSources
from qareport.cards.text.eval_results import BenchmarkResult, eval_results_yaml
from qareport.data.names import DataName
from qareport.data.types import Total
from qareport.evaluation.evaluation_json import rules_of
from qareport.evaluation.haystack.protocol import PROTOCOL as TOKEN_LEVEL

FOLDER = ".eval_results"


def benchmark_files(sources: CardSources) -> Mapping[str, str]:
    """A file for each data set that its author says is a benchmark's task, by path.

    Raises:
        DataError: what they would say is not valid.
    """
    main = () if sources.main is None else (sources.main,)
    files: dict[str, str] = {}
    for measured in (*main, *sources.other_data):
        named = measured.named
        if named is not None and named.task_id and measured.evaluation.protocol != TOKEN_LEVEL:
            result = _result(measured, named, named.task_id, sources)
            files[f"{FOLDER}/{named.id.replace('/', '--')}.yaml"] = eval_results_yaml([result])
    return files


def _result(
    measured: CardRecord, named: DataName, task: str, sources: CardSources
) -> BenchmarkResult:
    evaluation = measured.evaluation
    has_url = sources.has_hub_id
    return BenchmarkResult(
        dataset_id=named.id,
        task_id=task,
        value=in_percent(evaluation.scores.overall.f1),
        revision=named.revision,
        date=evaluation.timing.started.date().isoformat(),
        source_url=f"{HUB}/{sources.model_id}" if has_url else None,
        source_name=SOURCE_NAME if has_url else None,
        notes="; ".join(_notes(measured)),
    )


def _notes(measured: CardRecord) -> Iterator[str]:
    """The scores and rules beside the one figure of a result."""
    evaluation = measured.evaluation
    scores = evaluation.scores
    rules = rules_of(evaluation)
    yield f"f1; exact {in_percent(scores.overall.exact)} ({scores.overall.n})"
    for name, total in (("HasAns", scores.has_answer), ("NoAns", scores.no_answer)):
        if total is not None:
            yield _kind_note(name, total)
    yield f"null threshold {rules.null_threshold}"


def _kind_note(name: str, total: Total) -> str:
    exact, f1 = in_percent(total.exact), in_percent(total.f1)
    return f"{name} exact {exact}, f1 {f1} ({total.n})"
