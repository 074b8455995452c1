"""Draws charts of scores, each specified once for cards and reports."""
