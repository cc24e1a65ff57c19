"""Two editions of a book: what was changed, what that can reach, and where the verdict differs."""
