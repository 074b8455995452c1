"""Checks one thing after the other that would keep a run from ending well."""
