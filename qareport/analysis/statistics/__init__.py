"""Intervals, thresholds, abstention and comparisons of many scored examples."""
