"""Model cards: written from records, read, linted, verified and imported."""
