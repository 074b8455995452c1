"""Windows to fitted weights, by transformers' Trainer."""
