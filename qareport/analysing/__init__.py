"""Numbers of many examples to what they mean: intervals, thresholds, abstention, comparisons."""
