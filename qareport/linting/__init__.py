"""A card to what is wrong with it, and to a card in which that is mended."""
