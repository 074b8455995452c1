"""Measures scoring, breakdowns and intervals at 1, 4 and 16 times a data set.

    python benchmarks/scoring.py DATA PREDICTIONS

Each size runs in a process of its own, so that its peak memory is its own. The larger sizes are
the same questions under other ids, in other articles.
"""

import argparse
import resource
import subprocess
import sys
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from qareport.analysis.examples.breakdown import break_down
from qareport.analysis.examples.mistakes import kind_of
from qareport.analysis.examples.observed import observe_texts
from qareport.analysis.examples.traits import TRAITS
from qareport.analysis.statistics.intervals import clusters_of, interval_of_score
from qareport.data.readers.prediction_files import read_predictions
from qareport.data.readers.squad_file import read_squad_file
from qareport.metrics.squad import score_all

COPIES = (1, 4, 16)


def measure(data: Path, predictions: Path, copies: int) -> None:
    """Prints a row: questions, seconds of each step, peak memory."""
    known, texts_by_id = read_squad_file(data).examples, read_predictions(predictions)
    examples = tuple(
        replace(example, id=f"{copy}-{example.id}", title=f"{copy} {example.title}")
        for copy in range(copies)
        for example in known
    )
    texts = {example.id: texts_by_id[example.id.split("-", 1)[1]] for example in examples}
    clock = [time.perf_counter()]
    scores = score_all(examples, texts)
    clock.append(time.perf_counter())
    observed = observe_texts(examples, texts, scores)
    names = {trait: [how.group_of(each) for each in observed] for trait, how in TRAITS.items()}
    mistakes: list[str | None] = [kind_of(each) for each in observed]
    clock.append(time.perf_counter())
    clusters = clusters_of(examples)
    f1 = np.array([score.f1 for score in scores])
    groups = [
        group for of_trait in (*names.values(), mistakes) for group in break_down(of_trait).groups
    ]
    for group in groups:
        interval_of_score(f1, clusters, members=group.members)
    clock.append(time.perf_counter())
    seconds = [f"{after - before:9.2f}" for before, after in pairwise(clock)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(examples):9d}", *seconds, f"{len(groups):7d}", f"{peak:9d}", flush=True)


def main() -> None:
    """Runs every size in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("predictions", type=Path)
    parser.add_argument("--copies", type=int, help="measure this size only, in this process")
    arguments = parser.parse_args()
    if arguments.copies:
        measure(arguments.data, arguments.predictions, arguments.copies)
        return
    print("questions   scoring    traits intervals  groups  peak MiB", flush=True)
    for copies in COPIES:
        command = [sys.executable, __file__, str(arguments.data), str(arguments.predictions)]
        subprocess.run([*command, "--copies", str(copies)], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
