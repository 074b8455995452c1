"""Trains teachers and distilled students by recipes."""
