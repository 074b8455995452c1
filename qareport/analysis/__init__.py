"""What scores mean: statistics of many examples, and what can be said of each one."""
