"""Imports an old card: its author's words, its claims, and what was left out."""
