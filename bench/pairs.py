"""Pairs of decisions that differ by offer, book, market and date, in every mixture."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.offers import varied
from offerdesk.desk import Desk
from offerdesk.offers import read_offer
from offerdesk.samples import examples
from rules.book import BOOK
from rules.errors import UnusableCase
from warehouse.log import LogRow, read

Raw = Mapping[str, Any]
OTHER_BOOKS = (  # a file, what stands there, and what stands there instead
    ("parameters/thresholds.yaml", r"(material_gap:(?:.*\n)*?.*value: )0\.05", r"\g<1>0.12"),
    ("verdict.yaml", r"when: accept_floors_met AND", "when: accept_floors_met AND base > 0 AND"),
    ("verdict.yaml", r"(  D10:\n    when: ).*", r'\1"FALSE"'),
)


def other_books(folder: Path) -> list[Path]:
    """Copies of the standard book, each with one change."""
    found = []
    for number, (file, pattern, new) in enumerate(OTHER_BOOKS):
        place = folder / f"book-{number}"
        shutil.copytree(BOOK, place)
        text, count = re.subn(pattern, new, (place / file).read_text("utf-8"), count=1)
        if not count:
            raise ValueError(f"{file} has no {pattern!r} any more")
        (place / file).write_text(text, "utf-8")
        found.append(place)
    return found


def pairs(count: int, desks: Sequence[Desk], seed: int = 11) -> Iterator[tuple[LogRow, LogRow]]:
    """Pairs of logged decisions; each of the four inputs differs in about half of them.

    Args:
        count: How many.
        desks: With different books.
        seed: Of what is drawn.
    """
    draw = random.Random(seed)
    offers = [read_offer(path).value for path in sorted((examples() / "offers").glob("*.yaml"))]
    made = 0
    while made < count:
        before, after = _drawn(draw, offers)
        books = draw.choice(desks), draw.choice(desks)
        if draw.random() < 0.5:
            books = books[0], books[0]
        try:
            ids = [desk.decide(one).id for desk, one in zip(books, (before, after), strict=True)]
        except UnusableCase:  # such as a deadline that has passed on the later day
            continue
        made += 1
        yield read(str(ids[0])), read(str(ids[1]))


def _drawn(draw: random.Random, offers: Sequence[Raw]) -> tuple[Raw, Raw]:
    example = draw.choice(offers)
    before = _varied(draw, example)
    after = {**before}
    if draw.random() < 0.5:
        other = _varied(draw, draw.choice(offers) if draw.random() < 0.3 else example)
        after |= {name: other[name] for name in ("offer", "candidate") if name in other}
    if draw.random() < 0.5:
        after["market"] = _varied(draw, draw.choice(offers)).get("market", {})
    if draw.random() < 0.5:
        day = date.fromisoformat(str(before["evaluation_date"]))
        after["evaluation_date"] = day + timedelta(days=draw.randint(-40, 40))
    return before, after


def _varied(draw: random.Random, example: Raw) -> Raw:
    return next(varied(example, 1, start=draw.randrange(100_000), throughout=True))
