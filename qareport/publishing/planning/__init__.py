"""A folder and a repository's state to what a push will change."""
