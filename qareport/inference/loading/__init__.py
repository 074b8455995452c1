"""Loads and checks models from folders and the Hub."""
