"""A folder of records to the card that stands in it."""
