"""Publishes a folder to the Hugging Face Hub, after showing what will go there."""
