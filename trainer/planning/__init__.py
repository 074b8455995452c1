"""Estimates what a run would take, and refuses one that could not end well."""
