"""Finds values in YAML text, and edits single ones in place."""
