"""A page as Markdown that can be pasted into a note."""

from __future__ import annotations

import re
from collections.abc import Iterator

from offerdesk.bars import FLOOR, OFFER, OPENING, TARGET, Bar
from offerdesk.page import Bars, Block, Bullets, Grid, Page, Paragraph
from rules.wording import money

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def escaped(text: str) -> str:
    r"""Text in which nothing is markup.

    >>> escaped("a|b *c* <i>")
    'a\\|b \\*c\\* \\<i\\>'
    """
    return _SPECIAL.sub(r"\\\1", text)


def as_markdown(page: Page) -> str:
    """Lay a page out with headings, lists and tables, and no HTML."""
    return "\n".join(_lines(page)).rstrip() + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield f"# {escaped(page.verdict)}"
    yield from ("", escaped(page.subject), "", f"**{escaped(page.reason)}**", "")
    for part in page.parts:
        yield from (f"## {part.title}", "")
        if part.note:
            yield from (part.note, "")
        for section in part.sections:
            if section.title:
                yield from (f"### {section.title}", "")
            for block in section.blocks:
                yield from _block(block)
                yield ""


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text, strong):
            yield f"**{escaped(text)}**" if strong else escaped(text)
        case Bullets(items, numbered, first):
            for number, item in enumerate(items, first):
                yield f"{number}. {escaped(item)}" if numbered else f"- {escaped(item)}"
        case Grid(head, rows, right):
            yield from _table(head, rows, right)
        case Bars(bars):
            head = ("", "band from", "to", OFFER, OPENING, TARGET, FLOOR)
            yield from _table(head, tuple(map(_bar, bars)), frozenset(range(1, 7)))


def _bar(bar: Bar) -> tuple[str, ...]:
    amounts = (*bar.band, bar.offer, bar.opening, bar.target, bar.floor)
    shown = ("-" if one is None else money(one, bar.currency) for one in amounts)
    return bar.label, *shown


def _table(
    head: tuple[str, ...], rows: tuple[tuple[str, ...], ...], right: frozenset[int]
) -> Iterator[str]:
    yield _row(head)
    yield _row(tuple("---:" if number in right else "---" for number in range(len(head))), raw=True)
    yield from map(_row, rows)


def _row(cells: tuple[str, ...], raw: bool = False) -> str:
    return f"| {' | '.join(cells if raw else map(escaped, cells))} |"
