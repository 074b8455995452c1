"""Formats scores from 0 to 1 as the percent and points that people read."""

import math
from pathlib import PurePath
from typing import TYPE_CHECKING

from qareport.analysis.statistics.intervals import (
    FEWEST_CLUSTERS,
    FEWEST_EFFECTIVE_CLUSTERS,
    Interval,
)
from qareport.evaluation.training_json import MODEL_FOLDERS
from qareport.inference.identity import Hardware, ModelIdentity

if TYPE_CHECKING:
    from qareport.evaluation.evaluation_json import PrecisionCheck


def count(number: int) -> str:
    """A whole number with commas between thousands."""
    return f"{number:,}"


def percent(fraction: float) -> str:
    """A score in percent."""
    return f"{100 * fraction:.2f}"


def percent_interval(interval: Interval) -> str:
    """Both ends in percent; empty where no interval can be given."""
    if interval.bounds is None:
        return ""
    return f"{percent(interval.bounds.low)} to {percent(interval.bounds.high)}"


def points(fraction: float) -> str:
    """A difference of scores in points of 100, with its sign."""
    return f"{100 * fraction:+.2f}"


def points_interval(interval: Interval) -> str:
    """Both ends in points; empty where no interval can be given."""
    if interval.bounds is None:
        return ""
    return f"{points(interval.bounds.low)} to {points(interval.bounds.high)}"


def why_no_interval(interval: Interval) -> str:
    """Why a figure has no interval, and what helps: the end of a sentence."""
    unit = interval.unit
    if interval.clusters == 1:
        return (
            f"all its questions are of one {unit}; ask questions of {FEWEST_CLUSTERS} or more, or, "
            "if one title stands for many articles, give each its own, or leave titles out"
        )
    if interval.clusters < FEWEST_CLUSTERS:
        return (
            f"its questions are of {interval.clusters} {unit}s, and fewer than {FEWEST_CLUSTERS} "
            f"say too little about others; ask questions of more {unit}s, over which --sample "
            "spreads them where the data has more"
        )
    if interval.effective_clusters < FEWEST_EFFECTIVE_CLUSTERS:
        return f"most of its questions are of one {unit}; ask questions of more {unit}s"
    return f"all {unit}s have the same score, which says nothing about how others differ"


def model_label(model: ModelIdentity) -> str:
    """Its id on the Hub, or the name of its folder; a trained model's with the run before it."""
    folder = PurePath(model.name)
    # Each training run gives its models the same names; the folder around them names the run.
    parts = folder.parts[-2:] if folder.name in MODEL_FOLDERS.values() else (folder.name,)
    return model.name if model.revision else "/".join(parts)


def hardware_text(hardware: Hardware) -> str:
    """Where and how a model ran."""
    return f"{hardware.device} ({hardware.device_name}), {hardware.engine}, {hardware.dtype}"


def precision_sentence(check: "PrecisionCheck", hardware: Hardware) -> str:
    """What was compared, equal answers in percent, and differences of scores in points."""
    return (
        f"{hardware.dtype} by {hardware.engine} and float32 by torch, with the same weights, give "
        f"equal answers to {percent(check.equal_answers)} % of {count(check.n)} questions; the "
        f"first less the second: {points(check.exact_difference)} points of exact match, "
        f"{points(check.f1_difference)} of F1"
    )


def margin(threshold: float) -> str:
    """A null margin in logits; -inf is the threshold that withholds every answer."""
    return "none kept" if threshold == -math.inf else f"{threshold:.3f}"
