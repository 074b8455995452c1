"""Cards to the figures that they state, and whether these are true."""
