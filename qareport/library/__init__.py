"""Holds the public Python API over all rooms below, which `qareport` has the names of so far."""
