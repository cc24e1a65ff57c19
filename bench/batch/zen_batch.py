"""The slice as a decision graph of zen-engine, asked for many offers at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import zen

from bench.batch import Work
from bench.batch.columns import ANSWERS, FACTS
from bench.batch.plain_loop import SCHEMA
from bench.batch.zen_steps import STEPS
from pipelines.scoring.keeping import LIGHTLY

NAME = "zen-engine, evaluate_batch"
NOTE = (
    "An expression node with a field for each step, as its editor draws it, compiled once; 5,000 "
    "offers go in together. It works in decimals."
)
MOST = 20_000
IS_SPREAD = True

TOGETHER = 5_000  # requests in a batch
KEY = "slice"
_WORD = re.compile(r"'[^']*'|\w+")


def graph() -> dict[str, Any]:
    """What the editor of zen-engine would save: input, a node of steps, output."""
    expressions = [
        {"id": name, "key": name, "value": _of_node(text)} for name, text in STEPS.items()
    ]
    return {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode"},
            {
                "id": "steps",
                "name": "steps",
                "type": "expressionNode",
                "content": {"expressions": expressions, "passThrough": False},
            },
            {"id": "out", "name": "out", "type": "outputNode"},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "steps"},
            {"id": "b", "type": "edge", "sourceId": "steps", "targetId": "out"},
        ],
    }


def _of_node(text: str) -> str:
    """A step as it stands in a node, where ``$`` is what the node has worked out so far."""
    return _WORD.sub(lambda word: f"$.{word[0]}" if word[0] in STEPS else word[0], text)


def ready() -> Work:
    """An engine that has compiled the graph."""
    content = zen.ZenDecisionContent(json.dumps(graph()))
    engine = zen.ZenEngine({"loader": lambda _: content})

    def decided(facts: pl.DataFrame) -> Iterator[dict[str, Any]]:
        for some in facts.iter_slices(TOGETHER):
            asked: list[zen.EvaluateBatchRequest] = [
                {"key": KEY, "context": offer} for offer in some.to_dicts()
            ]
            for number, said in zip(some["offer_id"], engine.evaluate_batch(asked), strict=True):
                yield {"offer_id": number, **said["data"]["result"]}

    def work(offers: Path, start: int, rows: int, target: Path) -> None:
        facts = pl.scan_parquet(offers).slice(start, rows).select("offer_id", *FACTS).collect()
        found = pl.DataFrame(list(decided(facts)), SCHEMA, strict=False)
        found.select(ANSWERS).write_parquet(target, compression_level=LIGHTLY)

    return work
