"""Names the protocol of Haystack, without what it takes to score by it."""

PROTOCOL = "haystack-token"
