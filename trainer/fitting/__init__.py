"""Fits a model's weights to windows with transformers' Trainer."""
