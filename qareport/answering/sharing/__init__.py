"""A data set's chunks to answers by all processes that were launched together."""
