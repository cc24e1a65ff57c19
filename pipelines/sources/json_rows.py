"""A JSON file of objects as a table of text: one array, or one object after the other.

The text is read in pieces, so that a file larger than memory is no trouble, and control
characters inside strings are let through, because old exports are full of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

CHUNK = 1024 * 1024  # [characters]
LONGEST_OBJECT = 16 * CHUNK  # an object that does not end within this is broken
CUT = 16  # [characters] a fault this near to the end of what is held may be the end's fault
_GAP = re.compile(r"[\s,\[\]\ufeff]*")
_OBJECT = re.compile(r"\{\s*[\"}]")
# Digits stay as written: the table is text.
_DECODER = json.JSONDecoder(strict=False, parse_float=str, parse_int=str, parse_constant=str)


@dataclass(frozen=True, slots=True)
class Broken:
    """A piece of a file that is no object: which (from 1, objects counted), and what is wrong.

    What stands there is left out: it may be of a key whose values are never kept.
    """

    number: int
    found: str


class _Window:
    """The part of a text that is in memory, and how far it has been read."""

    def __init__(self, text: IO[str]) -> None:
        self.text = text
        self.held = ""
        self.at = 0
        self.line = 1
        self.ended = False

    @property
    def left(self) -> int:
        return len(self.held) - self.at

    def more(self) -> bool:
        """Hold some more of the text; false at its end."""
        piece = self.text.read(CHUNK)
        self.ended = not piece
        self.held, self.at = self.held[self.at :] + piece, 0
        return bool(piece)

    def move(self, to: int) -> None:
        """Leave behind what stands before an offset."""
        self.line += self.held.count("\n", self.at, to)
        self.at = to

    def reach(self, what: re.Pattern[str]) -> bool:
        """Go to the next thing of a kind; false when there is none."""
        while not (found := what.search(self.held, self.at)):
            self.move(max(self.at, len(self.held) - CUT))
            if not self.more():
                return False
        self.move(found.start())
        return True

    def skip_gap(self) -> bool:
        """Go to the next thing that is no separator; false when there is none."""
        while True:
            gap = _GAP.match(self.held, self.at)
            self.move(gap.end() if gap else self.at)
            if self.left:
                return True
            if not self.more():
                return False


def objects(text: IO[str]) -> Iterator[dict[str, Any] | Broken]:
    r"""Every object of a JSON text, and every piece that is none.

    >>> from io import StringIO
    >>> for one in objects(StringIO('[{"a": 1.50}, 7,\n{"a": "x\ty"}, {"a": }, {"a": null}]')):
    ...     print(one)
    {'a': '1.50'}
    Broken(number=2, found='line 1: a value that is no object')
    {'a': 'x\ty'}
    Broken(number=4, found='line 2: Expecting value')
    {'a': None}
    """
    window = _Window(text)
    number = 0
    while window.skip_gap():
        number += 1
        line = window.line
        value = _next(window)
        yield value if isinstance(value, dict) else Broken(number, f"line {line}: {value}")


def _next(window: _Window) -> dict[str, Any] | str:
    """The object that begins here, or what is wrong with what stands here instead."""
    while True:
        try:
            value, end = _DECODER.raw_decode(window.held, window.at)
        except json.JSONDecodeError as error:
            if _may_be_cut(window, error) and window.more():
                continue
            window.move(window.at + 1)
            if not window.reach(_OBJECT):
                window.move(len(window.held))
            return error.msg
        if isinstance(value, dict):
            window.move(end)
            return value
        if end == len(window.held) and window.more():
            continue  # a number may go on
        window.move(end)
        return "a value that is no object"


def _may_be_cut(window: _Window, error: json.JSONDecodeError) -> bool:
    """Whether the object may be whole once more of the text is held."""
    if window.ended or window.left > LONGEST_OBJECT:
        return False
    return error.msg.startswith("Unterminated string") or error.pos > len(window.held) - CUT


def write_lines(
    path: Path, encoding: str, target: IO[str], left_behind: re.Pattern[str]
) -> tuple[list[str], list[Broken]]:
    """Write every object as one line of JSON whose values are text or null.

    Args:
        path: The file.
        encoding: Of the file.
        target: Where to.
        left_behind: Keys that match are not written.

    Returns:
        All keys written, in the order in which they came, and the pieces that are no objects.
    """
    keys: dict[str, None] = {}
    broken: list[Broken] = []
    with path.open(encoding=encoding, errors="replace") as source:
        for one in objects(source):
            if isinstance(one, Broken):
                broken.append(one)
                continue
            row = {key: _text(value) for key, value in one.items() if not left_behind.search(key)}
            keys |= dict.fromkeys(row)
            target.write(json.dumps(row, ensure_ascii=False) + "\n")
    return list(keys), broken


def _text(value: Any) -> str | None:
    """A value as the text that it was written as; an empty text says nothing, as in a CSV file."""
    if isinstance(value, str):
        return value or None
    return None if value is None else json.dumps(value, ensure_ascii=False)
