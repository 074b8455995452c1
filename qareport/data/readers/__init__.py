"""Reads files and Hub data sets into examples."""
