"""Where the public Python API will grow, over all rooms below; `qareport` itself has its names."""
