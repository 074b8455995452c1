"""Analyses scores: statistics of many examples, and what can be said of each one."""
