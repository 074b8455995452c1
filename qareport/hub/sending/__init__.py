"""Sends a plan to the Hub, and reads it back."""
