"""Files and Hub data sets to examples; saved predictions; the input doctor's findings."""
