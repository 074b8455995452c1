"""The token-level protocol of FARM and Haystack 1."""
