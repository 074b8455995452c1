"""Runs models: torch, torch.compile, eight bits, OpenVINO."""
