"""The form of an offer: its fields, what was typed into them, and the offer that this states."""
