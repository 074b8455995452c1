"""One function for each thing that would keep a run from ending well."""
