"""Examples to predictions; the only room that knows torch and transformers."""
