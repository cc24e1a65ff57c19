"""The rules in zen-engine: a Rust engine, here by its expressions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import zen

from bench.peers.printer import Words
from bench.propositions import Inputs

NAME = "zen-engine, one expression"
NOTE = (
    "All rules are one compiled expression that gives a list, so that the inputs cross from "
    "Python into Rust once per decision; one expression per rule would carry them over each time."
)
words = Words()


def compiled(texts: Sequence[str], _: Sequence[str]) -> Callable[[Inputs], Sequence[bool]]:
    """One expression that gives the list of all truths."""
    evaluate: Callable[[Inputs], Sequence[bool]]
    evaluate = zen.compile_expression(f"[{', '.join(texts)}]").evaluate
    return evaluate
