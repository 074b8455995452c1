"""Scores of examples to what they mean: intervals, groups, mistakes, limits, comparisons."""
