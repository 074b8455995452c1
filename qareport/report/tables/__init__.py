"""Tables and lines of scores, for terminal, report and cards."""
