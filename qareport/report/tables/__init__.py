"""Tables of scores for the terminal."""
