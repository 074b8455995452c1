"""Makes reports of records: a page, its charts and its tables."""
