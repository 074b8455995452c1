"""The public Python API; thin, over all rooms below."""
