"""The rules in rule-engine: an expression language interpreted in Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import rule_engine  # type: ignore[import-untyped]

from bench.peers.printer import Words
from bench.propositions import Inputs

NAME = "rule-engine"
NOTE = (
    "All rules are one compiled rule that gives a list, which is faster than a rule object for "
    "each; a name without a value is null."
)
words = Words()


def compiled(texts: Sequence[str], _: Sequence[str]) -> Callable[[Inputs], Sequence[bool]]:
    """One rule that gives the list of all truths."""
    context = rule_engine.Context(resolver=rule_engine.resolve_item, default_value=None)
    evaluate: Callable[[Inputs], Sequence[bool]]
    evaluate = rule_engine.Rule(f"[{', '.join(texts)}]", context=context).evaluate
    return evaluate
