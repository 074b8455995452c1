"""Sources to training examples, examples to labelled windows; the data side of the trainer."""
