"""Old cards to the words of their authors, to their claims, and to what was left out."""
