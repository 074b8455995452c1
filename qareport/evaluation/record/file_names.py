"""Names the files beside a record that people write."""

CARD_TOML = "card.toml"
"""What only the author knows, beside the record or above it."""
CLAIMS_JSON = "claims.json"
"""What an old card states, and where."""
