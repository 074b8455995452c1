"""Computes losses against right answers, a teacher's logits and its layers."""
