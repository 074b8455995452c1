"""Holds the tables and lines of scores that the terminal, the page and the card show."""
