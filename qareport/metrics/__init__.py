"""Computes scores and thresholds from texts and numbers, with pure functions."""
