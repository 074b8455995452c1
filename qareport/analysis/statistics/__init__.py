"""Computes intervals, thresholds, abstention and comparisons of many scored examples."""
