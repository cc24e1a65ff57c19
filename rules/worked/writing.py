"""Worked cases as YAML that a person can read: short things in one line, long ones below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from rules.worked.reading import GENERATED, WorkedCase

WIDTH = 96
HEAD = """\
# Written by `offerdesk book test --generate`: what no other case tries.
#
# One marked `generated` expects what the book gave on the day when it was written.  That is no
# proof that the book is right: work it out by hand, and put a `why` in the place of the mark once
# you agree.
# `facts` and `entries` are put in the place of those of the start, by their names in facts.yaml.

start: {start}

cases:
"""


def append_generated(folder: Path, cases: Sequence[WorkedCase], start: str) -> Path:
    """Add cases to the file of those that were generated; what stands there is never changed.

    Args:
        folder: Of the cases.
        cases: Those to add.
        start: The name of the offer that they depart from.
    """
    path = folder / GENERATED
    there = path.read_text("utf-8") if path.exists() else HEAD.format(start=start)
    added = "".join(f"{item(_as_written(one))}\n" for one in cases)
    path.write_text(there + added, "utf-8")
    return path


def _as_written(one: WorkedCase) -> dict[str, Any]:
    found: dict[str, Any] = {"case": one.name, "generated": True}
    found |= {"facts": one.facts} if one.facts else {}
    found |= {"entries": one.entries} if one.entries else {}
    return {**found, "expect": one.expect}


def block(node: Mapping[str, Any], indent: int = 0) -> Iterator[str]:
    r"""The lines of a mapping.

    >>> print(*block({"case": "a", "expect": {"row": "D9", "signals": {"x": False}}}), sep="\n")
    case: a
    expect: {row: D9, signals: {x: false}}
    """
    for key, value in node.items():
        yield from _member(key, value, " " * indent)


def item(node: Mapping[str, Any], indent: int = 2) -> str:
    """A mapping as one item of a list."""
    lines = list(block(node, indent + 2))
    return "\n".join([" " * indent + "- " + lines[0].lstrip(), *lines[1:]])


def _member(key: str, value: Any, margin: str) -> Iterator[str]:
    line = f"{margin}{flow(key)}: {flow(value)}"
    if len(line) <= WIDTH or not value or not isinstance(value, Mapping | list):
        yield line
        return
    yield f"{margin}{flow(key)}:"
    if isinstance(value, Mapping):
        yield from block(value, len(margin) + 2)
    else:
        for one in value:
            if isinstance(one, Mapping) and len(flow(one)) + len(margin) + 4 > WIDTH:
                yield item(one, len(margin) + 2)
            else:
                yield f"{margin}  - {flow(one)}"


def flow(value: Any) -> str:
    """A value in one line.

    >>> flow({"offer.base_salary": 123456.0, "x": [None, "no", "2026-01"]})
    "{offer.base_salary: 123456, x: [null, 'no', 2026-01]}"
    """
    text: str = yaml.safe_dump(
        _whole(value), default_flow_style=True, width=1_000_000, allow_unicode=True, sort_keys=False
    )
    return text.removesuffix("\n").removesuffix("\n...")


def _whole(value: Any) -> Any:
    """Whole numbers without a point."""
    match value:
        case bool():
            return value
        case float() if value.is_integer() and abs(value) < 1e15:
            return int(value)
        case Mapping():
            return {name: _whole(one) for name, one in value.items()}
        case list() | tuple():
            return [_whole(one) for one in value]
        case _:
            return value
