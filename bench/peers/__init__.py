"""The same rules in other engines, each behind a printer of its own."""
