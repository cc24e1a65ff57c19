"""Proofs about a whole book: what holds of every offer, and a witness where it does not."""
