"""Answers and scores by the token-level protocol of FARM and Haystack 1."""
