"""Pure functions on numbers and strings: the metric and its thresholds."""
