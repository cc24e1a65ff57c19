"""The rules in zen-engine, as one decision graph of the kind that its editor draws."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import zen

from bench.peers.printer import Words
from bench.propositions import Inputs

NAME = "zen-engine, decision graph"
NOTE = "Input, one expression node with a field per rule, output; the content is compiled once."
words = Words()


def compiled(texts: Sequence[str], _: Sequence[str]) -> Callable[[Inputs], Sequence[bool]]:
    """A decision whose fields are the truths."""
    keys = [f"r{number}" for number in range(len(texts))]
    content = zen.ZenDecisionContent(json.dumps(_graph(dict(zip(keys, texts, strict=True)))))
    decision = zen.ZenEngine().create_decision(content)
    decision.validate()

    def truths(inputs: Inputs) -> Sequence[bool]:
        found = decision.evaluate(inputs)["result"]
        return [found[key] for key in keys]

    return truths


def _graph(texts: dict[str, str]) -> dict[str, Any]:
    expressions = [{"id": key, "key": key, "value": text} for key, text in texts.items()]
    return {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode"},
            {
                "id": "rules",
                "name": "rules",
                "type": "expressionNode",
                "content": {"expressions": expressions, "passThrough": False},
            },
            {"id": "out", "name": "out", "type": "outputNode"},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "rules"},
            {"id": "b", "type": "edge", "sourceId": "rules", "targetId": "out"},
        ],
    }
