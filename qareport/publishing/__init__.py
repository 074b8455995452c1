"""A folder to a repository on the Hugging Face Hub, after showing what will go there."""
