"""Pure functions on texts and numbers: the metric and its thresholds."""
