"""What a run would take, and whether it could end well, before it begins."""
