"""What is remembered: market snapshots, the decision log and the books it was decided by."""
