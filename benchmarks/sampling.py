"""Measures how often the 95 % interval of a sample holds the figure of the whole record.

    python benchmarks/sampling.py RECORD --questions 500 --samples 500

RECORD is of all questions of its data, redacted or not; the samples are those of
`qareport evaluate --sample` with the seeds from 0 on.
"""

import argparse
from pathlib import Path

import numpy as np

from qareport.analysis.statistics.intervals import Interval
from qareport.analysis.statistics.total_intervals import total_intervals
from qareport.data.sampling import sample_data_set
from qareport.data.types import DataSet
from qareport.evaluation.record.reader import read_record

MEASURES = ("exact", "f1")


def holds(interval: Interval, figure: float) -> bool:
    """Whether the figure is within the bounds; never where there are none."""
    bounds = interval.bounds
    return bounds is not None and bounds.low <= figure <= bounds.high


def width(interval: Interval) -> float:
    """How far the bounds are apart, in points."""
    bounds = interval.bounds
    return np.nan if bounds is None else 100 * (bounds.high - bounds.low)


def main() -> None:
    """Prints a row for each measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("record", type=Path)
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--samples", type=int, default=500)
    arguments = parser.parse_args()
    record = read_record(arguments.record)
    scores = {row.example.id: row.score for row in record.rows}
    examples = tuple(row.example for row in record.rows)
    whole = DataSet(record.evaluation.data, examples, (), len(examples), ())
    drawn = [
        sample_data_set(whole, questions=arguments.questions, seed=seed).examples
        for seed in range(arguments.samples)
    ]
    found = [
        total_intervals(sample, [scores[each.id] for each in sample]).overall for sample in drawn
    ]
    print(f"{arguments.samples} samples of {arguments.questions} of {len(examples)} questions")
    print("measure  whole   mean  deviation  mean width   held")
    for name in MEASURES:
        figure = record.evaluation.scores.overall.measures[name]
        intervals = [each[name] for each in found]
        estimates = [100 * each.estimate for each in intervals]
        held = 100 * np.mean([holds(each, figure) for each in intervals])
        print(
            f"{name:7} {100 * figure:6.2f} {np.mean(estimates):6.2f} {np.std(estimates):10.2f}",
            f"{np.mean([width(each) for each in intervals]):11.2f} {held:5.1f}%",
        )


if __name__ == "__main__":
    main()
