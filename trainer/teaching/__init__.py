"""Computes a teacher's logits once, and finds them again by window."""
