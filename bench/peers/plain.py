"""The rules as one generated Python function: about the least that Python can spend on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from bench.peers.printer import Words
from bench.propositions import Inputs

NAME = "generated Python"
NOTE = "A lower bound: no trace, no FALSE beside UNKNOWN, and nothing that could explain itself."
words = Words("None", "True", "False", "is", "is not")


def compiled(texts: Sequence[str], inputs: Sequence[str]) -> Callable[[Inputs], Sequence[bool]]:
    """A function that unpacks the inputs and returns the list of all truths."""
    source = f"def truths(values):\n    {', '.join(inputs)}, = get(values)\n"
    source += f"    return [{', '.join(texts)}]\n"
    scope: dict[str, Any] = {"get": itemgetter(*inputs)}
    exec(compile(source, "<rules>", "exec"), scope)
    truths: Callable[[Inputs], Sequence[bool]] = scope["truths"]
    return truths
