"""What is decided and why: the rule language, its backends, and the book itself."""
