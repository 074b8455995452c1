"""Records with what their scores mean to one self-contained page."""
