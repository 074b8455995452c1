"""Charts of scores, each specified once for cards and reports."""
