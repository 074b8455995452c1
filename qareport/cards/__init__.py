"""Writes model cards from records, and reads, lints, verifies and imports them."""
