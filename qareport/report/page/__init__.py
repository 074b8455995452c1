"""Renders records as one self-contained page."""
