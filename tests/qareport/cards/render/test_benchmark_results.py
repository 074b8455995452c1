"""Results of benchmarks are written where the author says that they are some, and only if valid."""

from dataclasses import replace

import pytest
import yaml
from huggingface_hub import parse_eval_result_entries

from qareport.cards.render.benchmark_results import benchmark_files
from qareport.cards.render.sources import CardSources
from qareport.errors import DataError
from qareport.evaluation.haystack.protocol import PROTOCOL as TOKEN_LEVEL
from tests.card_builders import NAMED, WORDS, distilled, measured

BENCHMARK = NAMED.model_copy(update={"task_id": "ships"})


def of_benchmark(**changes: object) -> CardSources:
    """Sources whose data is a benchmark."""
    alone = CardSources("acme/small-ships", has_hub_id=True, words=WORDS)
    return replace(alone, main=measured(named=BENCHMARK.model_copy(update=changes)))


def test_a_result_says_all_that_one_figure_cannot() -> None:
    ((path, text),) = benchmark_files(of_benchmark()).items()

    (entry,) = parse_eval_result_entries(yaml.safe_load(text))
    assert path == ".eval_results/acme--ships.yaml"
    assert (entry.dataset_id, entry.task_id, entry.value) == ("acme/ships", "ships", 61.1111)
    assert (entry.dataset_revision, entry.date) == ("c0ffee", "2026-01-02")
    assert entry.source_url == "https://huggingface.co/acme/small-ships"
    assert entry.notes == (
        "f1; exact 50.0 (18); HasAns exact 50.0, f1 66.6667 (12); NoAns exact 50.0, f1 50.0 (6); "
        "null threshold 0.0"
    )


def test_a_model_without_an_id_has_no_source() -> None:
    ((_, text),) = benchmark_files(replace(of_benchmark(), has_hub_id=False)).items()

    assert "source" not in yaml.safe_load(text)[0]


def test_data_that_is_no_benchmark_has_no_file() -> None:
    assert benchmark_files(distilled()) == {}
    assert benchmark_files(CardSources("ships", has_hub_id=False, words=WORDS)) == {}


def test_the_token_level_metric_is_no_result_of_a_benchmark() -> None:
    sources = of_benchmark()
    main = measured(named=BENCHMARK)
    token_level = replace(main, evaluation=replace(main.evaluation, protocol=TOKEN_LEVEL))

    assert benchmark_files(replace(sources, main=token_level)) == {}


def test_what_the_hub_would_not_take_is_refused() -> None:
    with pytest.raises(DataError, match="dataset"):
        benchmark_files(of_benchmark(id="ships"))
