"""Shares the chunks of a data set among processes."""
