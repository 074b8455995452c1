"""What can be said of one answered example: traits, kinds of mistakes, causes, ceilings."""
