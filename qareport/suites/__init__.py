"""Models and data sets to a record of each pair."""
