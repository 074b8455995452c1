"""Predicts answers to examples; the only room of qareport that imports torch and transformers."""
