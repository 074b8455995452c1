"""Reports: a page, charts and tables of records."""
