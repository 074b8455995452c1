"""Makes the metadata of a card in the Hub's format, as plain Python."""

from collections.abc import Iterator, Mapping, Sequence

from qareport.cards.render.score_parts import in_percent
from qareport.cards.render.sources import CardRecord, CardSources
from qareport.data.names import DataName
from qareport.data.types import EXACT, F1, Total
from qareport.evaluation.evaluation_json import Evaluation
from qareport.evaluation.haystack.protocol import PROTOCOL as TOKEN_LEVEL
from qareport.metrics.measures import HEADLINE
from qareport.report.tables.measures import headings_of

SOURCE_NAME = "qareport"
TOOL_PAGE = "https://pypi.org/project/qareport/"
HUB = "https://huggingface.co"
TASK = "question-answering"
TAGS = (TASK, "extractive-qa")
DISTILLED = "distillation"
METRICS: Mapping[str, tuple[str, str]] = {
    EXACT: ("exact_match", "Exact Match"),
    F1: ("f1", "F1"),
}
"""The Hub's id and name of a measure, where it has one; others have their own."""

Metadata = dict[str, object]


def make_metadata(sources: CardSources) -> Metadata:
    """The known metadata, without keys for unknown values."""
    words = sources.words
    base_model = words.base_model or _recorded_base(sources)
    relation = (words.base_model_relation or "finetune") if base_model else None
    known: Metadata = {
        "language": _languages(words.languages),
        "license": words.license,
        "license_name": words.license_name,
        "license_link": words.license_link,
        "library_name": "transformers",
        "pipeline_tag": TASK,
        "base_model": base_model,
        "base_model_relation": relation,
        "datasets": list(_data_ids(sources)),
        "metrics": [METRICS[name][0] for name in HEADLINE] if sources.main else [],
        "tags": list(_tags(sources)),
        "co2_eq_emissions": _emissions(sources),
        "thumbnail": words.thumbnail,
        "model-index": _model_index(sources),
    }
    return {key: value for key, value in known.items() if value not in (None, [], {})}


def _languages(codes: Sequence[str]) -> object:
    """A single code as text, several as a list."""
    return codes[0] if len(codes) == 1 else list(codes)


def _recorded_base(sources: CardSources) -> str | None:
    """The model that the student starts from, if the recipe names one on the Hub."""
    if sources.training is None:
        return None
    student = sources.training.recipe.get("student")
    model = student.get("model") if isinstance(student, dict) else None
    return model if isinstance(model, str) and _is_hub_id(model) else None


def _is_hub_id(name: str) -> bool:
    owner, slash, rest = name.partition("/")
    return bool(slash and owner and rest) and not owner.startswith(".") and "/" not in rest


def _data_ids(sources: CardSources) -> Iterator[str]:
    """Data sets on the Hub that the training used, each once."""
    trained = sources.training.sources if sources.training else ()
    recorded = (
        each.identity.source for each in trained if each.identity.revision and each.identity.source
    )
    return iter(dict.fromkeys([*sources.words.datasets, *recorded]))


def _tags(sources: CardSources) -> Iterator[str]:
    is_distilled = sources.training is not None or sources.words.teacher is not None
    distilled = (DISTILLED,) if is_distilled else ()
    return iter(dict.fromkeys([*TAGS, *distilled, *sources.words.tags]))


def _emissions(sources: CardSources) -> object:
    """Emissions of the training in grams, with the machine; None where unknown."""
    if sources.words.co2_grams is None:
        return None
    known: Metadata = {
        "emissions": sources.words.co2_grams,
        "source": "stated by the author",
        "training_type": "fine-tuning",
    }
    if sources.training is not None:
        known["hardware_used"] = sources.training.machine.device_name
    elif sources.words.infrastructure:
        known["hardware_used"] = sources.words.infrastructure
    return known


def _model_index(sources: CardSources) -> object:
    """A result for each record of the model's own weights whose data the Hub knows."""
    own = () if sources.main is None else (sources.main, *sources.other_data)
    results: list[object] = [
        _result(each, each.named, sources)
        for each in own
        if each.named is not None and each.evaluation.protocol != TOKEN_LEVEL
    ]
    if not results:
        return None
    return [{"name": sources.model_id.rpartition("/")[2], "results": results}]


def _result(measured: CardRecord, named: DataName, sources: CardSources) -> object:
    data = {
        "name": measured.label,
        "type": named.id,
        "config": named.config,
        "split": named.split,
        "revision": named.revision,
    }
    url = f"{HUB}/{sources.model_id}" if sources.has_hub_id else TOOL_PAGE
    return {
        "task": {"type": TASK, "name": "Question Answering"},
        "dataset": {key: value for key, value in data.items() if value is not None},
        "metrics": list(_metrics(measured.evaluation)),
        "source": {"name": SOURCE_NAME, "url": url},
    }


def _metrics(evaluation: Evaluation) -> Iterator[object]:
    scores = evaluation.scores
    yield from _kind_metrics("", scores.overall)
    # Without questions of one kind the other is all there is, and would be listed twice.
    if scores.has_answer is not None and scores.no_answer is not None:
        yield from _kind_metrics(" (HasAns)", scores.has_answer)
        yield from _kind_metrics(" (NoAns)", scores.no_answer)


def _kind_metrics(suffix: str, total: Total) -> Iterator[object]:
    for measure, score in total.measures.items():
        kind, name = METRICS.get(measure, (measure, *headings_of([measure])))
        yield {"type": kind, "value": in_percent(score), "name": name + suffix}
