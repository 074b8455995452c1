"""One answered example to what can be said of it: traits, kinds of mistakes, causes, ceilings."""
