"""What would be decided otherwise: with other pay, other answers or other numbers of the book."""
