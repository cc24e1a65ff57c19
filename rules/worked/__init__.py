"""Worked cases: offers in YAML beside a book, each with what the book must say of it."""
