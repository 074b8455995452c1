"""Makes the student that training starts from."""
