"""Defines examples, and reads and writes the files that hold them."""
