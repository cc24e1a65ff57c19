"""Which offers try every condition of a book: seen, missing, and found by a search."""
