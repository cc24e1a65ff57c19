"""Whole sheets of offers: read, judged part by part, and every row accounted for."""
