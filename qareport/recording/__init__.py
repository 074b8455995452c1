"""Candidates, predictions and evaluation to the files of a record, and back."""
