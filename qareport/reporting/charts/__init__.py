"""Scores to charts, each specified once for cards and reports."""
