"""Evaluates several models on several data sets."""
