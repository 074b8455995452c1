"""Measures how often the 95 % interval over several training seeds holds the truth.

    python benchmarks/seeds.py --runs 2000

Scores are made of a part for each article, one for each seed and one for each of both together,
all normal; the truth is their mean over all articles and seeds.
"""

import argparse

import numpy as np

from qareport.analysis.statistics import seeds
from qareport.analysis.statistics.intervals import Clusters, ClusterUnit

SEEDS = (2, 3, 4, 5, 10)
TRUTH = 0.6
DEVIATIONS = ((0.05, 0.003), (0.05, 0.01), (0.05, 0.02), (0.02, 0.02), (0.02, 0.05))
"""Between articles, and between seeds."""
OF_BOTH = 0.02


def main() -> None:
    """Prints a Markdown table with a row for each pair of deviations and number of articles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    runs = parser.parse_args().runs
    generator = np.random.default_rng(0)
    # Below the fewest that qareport gives an interval for, the table shows why.
    seeds.FEWEST_SEEDS = 2
    print("| articles | between articles | between seeds |", *(f"{each} |" for each in SEEDS))
    print("|", " --- |" * (3 + len(SEEDS)))
    for articles in (8, 35):
        clusters = Clusters(ClusterUnit.ARTICLE, np.arange(articles), articles)
        for of_article, of_seed in DEVIATIONS:
            row = []
            for count in SEEDS:
                held = 0
                for _ in range(runs):
                    scores = (
                        TRUTH
                        + generator.normal(0, of_article, articles)
                        + generator.normal(0, of_seed, (count, 1))
                        + generator.normal(0, OF_BOTH, (count, articles))
                    )
                    bounds = seeds.seed_scores(scores, clusters).mean.bounds
                    held += bounds is not None and bounds.low <= TRUTH <= bounds.high
                row.append(f"{100 * held / runs:.1f} |")
            print(f"| {articles} | {of_article} | {of_seed} |", *row, flush=True)


if __name__ == "__main__":
    main()
