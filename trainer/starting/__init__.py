"""A teacher or a pretrained model to the student that training starts from."""
