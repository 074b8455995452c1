"""The figures that a card states, and whether records confirm them."""
