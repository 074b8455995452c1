"""YAML to the places of its values in the text, and edits of single values back into it."""
