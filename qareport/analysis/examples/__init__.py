"""Describes single answered examples: traits, kinds of mistakes, causes, ceilings."""
