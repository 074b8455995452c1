"""Examples and the files that hold them."""
