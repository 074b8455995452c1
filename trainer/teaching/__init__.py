"""A teacher's logits, computed once and found again by window."""
