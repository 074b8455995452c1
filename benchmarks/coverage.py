"""Measures how often 95 % intervals hold the truth, by their method and the number of articles.

    python benchmarks/coverage.py MODEL REFERENCE --runs 2000
    python benchmarks/coverage.py --hard --runs 2000

MODEL and REFERENCE are records of the same data with many articles. Each run draws articles from
them with replacement, or makes articles whose sizes are log-normal and whose shares of right
answers are beta-distributed, and asks whether the interval holds the mean of them all. With
`--hard` the articles are of kinds that no interval of so few can know.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float64
from scipy.stats import bootstrap

from qareport.analysis.statistics import intervals
from qareport.analysis.statistics.intervals import (
    Bounds,
    Clusters,
    ClusterUnit,
    interval_of_difference,
    interval_of_score,
)
from qareport.evaluation.record.reader import read_record

ARTICLES = (4, 6, 8, 10, 15, 20, 35)
RESAMPLES = 999
"""Of the bootstrap, which needs no more for a share of runs."""
BOOTSTRAP_EVERY = 5
"""Runs from one with the bootstrap, which takes long, to the next."""

Article = Float64[np.ndarray, " example"]
Draw = Callable[[int], list[Article]]


@dataclass(frozen=True, slots=True)
class Population:
    """Where articles come from, and the mean score that intervals should hold."""

    name: str
    draw: Draw
    truth: float
    is_difference: bool = False


def real(name: str, articles: list[Article], generator: np.random.Generator) -> Population:
    """Articles of a record, drawn with replacement."""
    truth = float(np.concatenate(articles).mean())

    def draw(count: int) -> list[Article]:
        return [articles[index] for index in generator.integers(len(articles), size=count)]

    return Population(name, draw, truth, is_difference=any((each < 0).any() for each in articles))


def made(
    mean: float, *, size: int, spread: float, alike: float, generator: np.random.Generator
) -> Population:
    """Articles of right and wrong answers; `alike` is their correlation within an article."""
    scale = (1 - alike) / alike

    def draw(count: int) -> list[Article]:
        sizes = np.rint(size * np.exp(generator.normal(0, spread, count))).clip(1).astype(int)
        shares = generator.beta(mean * scale, (1 - mean) * scale, count)
        return [(generator.random(n) < share) * 1.0 for n, share in zip(sizes, shares, strict=True)]

    return Population(f"made: {mean}, {size} questions, spread {spread}", draw, mean)


def made_difference(generator: np.random.Generator) -> Population:
    """Articles of 300 questions, of which one model alone has 1 in 500 right, the other 1 in 1000.

    How many differ varies from article to article with a correlation of 0.02.
    """
    won, lost, scale = 0.002, 0.001, 49.0

    def draw(count: int) -> list[Article]:
        shares = generator.dirichlet(scale * np.array([won, lost, 1 - won - lost]), count)
        return [generator.choice([1.0, -1.0, 0.0], size=300, p=share) for share in shares]

    return Population("made: differences in 3 of 1000", draw, won - lost, is_difference=True)


def hard_populations(generator: np.random.Generator) -> Iterator[Population]:
    """Articles of which a few differ from all others, or whose size says how hard they are."""

    def harder_where_long(count: int) -> list[Article]:
        logs = generator.normal(0, 1, count)
        sizes = np.rint(100 * np.exp(logs)).clip(1).astype(int)
        shares = 1 / (1 + np.exp(logs - 1))
        return [(generator.random(n) < share) * 1.0 for n, share in zip(sizes, shares, strict=True)]

    def one_in_ten_fails(count: int) -> list[Article]:
        shares = generator.choice([0.05, 0.95], size=count, p=[0.1, 0.9])
        return [(generator.random(50) < share) * 1.0 for share in shares]

    def differing(count: int) -> list[Article]:
        shares = generator.dirichlet(19 * np.array([0.014, 0.006, 0.98]), count)
        return [generator.choice([1.0, -1.0, 0.0], size=100, p=share) for share in shares]

    many = np.concatenate(harder_where_long(100_000)).mean()
    yield Population("made: long articles are harder", harder_where_long, float(many))
    yield Population("made: one article in ten fails", one_in_ten_fails, 0.1 * 0.05 + 0.9 * 0.95)
    yield made(0.95, size=30, spread=0.3, alike=0.2, generator=generator)
    yield Population("made: differences in 20 of 1000", differing, 0.008, is_difference=True)


def resampled(articles: list[Article], method: str, generator: np.random.Generator) -> Bounds:
    """The bootstrap of whole articles by SciPy: "percentile" or "BCa"."""
    sums, sizes = np.array([[scores.sum(), len(scores)] for scores in articles]).T
    found = bootstrap(
        (sums, sizes),
        lambda drawn, drawn_sizes, axis: drawn.sum(axis) / drawn_sizes.sum(axis),
        paired=True,
        method=method,
        n_resamples=RESAMPLES,
        rng=generator,
    ).confidence_interval
    return Bounds(found.low, found.high, 0.95)


def jackknifed(articles: list[Article], *, is_difference: bool) -> Bounds | None:
    """The interval of qareport."""
    numbers = np.repeat(np.arange(len(articles)), [len(scores) for scores in articles])
    clusters = Clusters(ClusterUnit.ARTICLE, numbers, len(articles))
    interval_of = interval_of_difference if is_difference else interval_of_score
    return interval_of(np.concatenate(articles), clusters).bounds


def populations(
    model: Path, reference: Path, generator: np.random.Generator
) -> Iterator[Population]:
    """Articles of the records, then made ones."""
    columns: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for ours, theirs in zip(read_record(model).rows, read_record(reference).rows, strict=True):
        title, score = ours.example.title, ours.score
        columns["exact match"][title].append(score.exact)
        columns["F1"][title].append(score.f1)
        columns["F1, HasAns" if score.has_answer else "F1, NoAns"][title].append(score.f1)
        columns["difference in F1"][title].append(score.f1 - theirs.score.f1)
    for name, by_title in columns.items():
        yield real(name, [np.array(scores) for scores in by_title.values()], generator)
    for mean, size, spread, alike in (
        (0.7, 340, 0.3, 0.03),
        (0.7, 340, 1.2, 0.03),
        (0.95, 100, 0.8, 0.03),
        (0.85, 8, 0.6, 0.05),
    ):
        yield made(mean, size=size, spread=spread, alike=alike, generator=generator)
    yield made_difference(generator)


def covered(found: list[Bounds | None], truth: float) -> str:
    """The share of intervals that hold the truth, in percent."""
    return f"{100 * np.mean([each.low <= truth <= each.high for each in found if each]):.1f}"


def main() -> None:
    """Prints a Markdown table with a row for each population and method."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, nargs="?")
    parser.add_argument("reference", type=Path, nargs="?")
    parser.add_argument("--hard", action="store_true")
    parser.add_argument("--runs", type=int, default=2000)
    arguments = parser.parse_args()
    generator = np.random.default_rng(0)
    # Below the fewest that qareport gives an interval for, the table shows why.
    intervals.FEWEST_CLUSTERS = 2
    print("| scores | method |", " | ".join(map(str, ARTICLES)), "|")
    print("| --- | --- |", " | ".join("---" for _ in ARTICLES), "|")
    asked = (
        hard_populations(generator)
        if arguments.hard
        else populations(arguments.model, arguments.reference, generator)
    )
    for population in asked:
        shares: dict[str, list[str]] = defaultdict(list)
        for count in ARTICLES:
            found: dict[str, list[Bounds | None]] = defaultdict(list)
            for run in range(arguments.runs):
                articles = population.draw(count)
                found["jackknife"].append(
                    jackknifed(articles, is_difference=population.is_difference)
                )
                if not arguments.hard and run % BOOTSTRAP_EVERY == 0:
                    for method in ("percentile", "BCa"):
                        found[method].append(resampled(articles, method, generator))
            for method, bounds in found.items():
                shares[method].append(covered(bounds, population.truth))
        for method, row in shares.items():
            print(f"| {population.name} | {method} |", " | ".join(row), "|", flush=True)


if __name__ == "__main__":
    main()
