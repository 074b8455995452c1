"""Records, facts and words to the page of a model card."""
