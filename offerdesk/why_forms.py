"""The reasoning behind a decision, laid out: a tree of text, JSON, Markdown or a page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from offerdesk.complaints import printable
from offerdesk.reason import Reason


def as_form(reason: Reason, form: str) -> str:
    """The reasoning as text, JSON, Markdown or a page for a browser."""
    if form == "json":
        return json.dumps(as_plain(reason), indent=2, ensure_ascii=False, default=str)
    if form == "md":
        from offerdesk.markdown import escaped

        lines = _bullets(reason, 0)
        return "\n".join(f"{indent}- {escaped(text)}" for indent, text in lines)
    if form == "html":
        from offerdesk.why_page import as_html

        return as_html(reason)
    from offerdesk.screen import screen

    look = screen()
    return "\n".join(as_tree(reason, look["width"], unicode=look["unicode"]))


def as_plain(reason: Reason) -> dict[str, Any]:
    """The reasoning as plain values: kind, name, text, value and rests_on."""
    return {
        "kind": reason.kind,
        "name": reason.name,
        "text": printable(reason.text),
        "value": reason.value,
        "rests_on": [as_plain(one) for one in reason.rests_on],
    }


def _bullets(reason: Reason, depth: int) -> Iterator[tuple[str, str]]:
    yield "  " * depth, printable(reason.text)
    for one in reason.rests_on:
        yield from _bullets(one, depth + 1)


def as_tree(reason: Reason, width: int = 100, *, unicode: bool = True) -> Iterator[str]:
    """The reasoning as an indented tree, in lines of about ``width`` characters."""
    strokes = ("├ ", "└ ", "│ ", "  ") if unicode else ("|-", "`-", "| ", "  ")
    return _tree(reason, "", "", width, strokes)


def _tree(
    reason: Reason, first: str, rest: str, width: int, strokes: tuple[str, str, str, str]
) -> Iterator[str]:
    fork, last, through, blank = strokes
    hanging = rest + (through if reason.rests_on else blank)
    room = max(30, width - len(rest) - 2)
    for number, line in enumerate(wrap(printable(reason.text), room) or [""]):
        yield f"{first if number == 0 else hanging}{line}"
    for one in reason.rests_on:
        ends = one is reason.rests_on[-1]
        yield from _tree(
            one,
            rest + (last if ends else fork),
            rest + (blank if ends else through),
            width,
            strokes,
        )
