"""The range of sign-on bonuses that a guide states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipelines.guides.bands import Band
from pipelines.guides.document import Document
from pipelines.guides.levers import Lever
from pipelines.guides.money import Money, scan
from pipelines.guides.prose import asks, sentences
from pipelines.guides.strategy import stretches

# Whose words these are: not the employer's counter, not another's offer.
OURS = ("target", "fallback", "plain", "accept")
_WORD = re.compile(r"sign(?:ing)?[- ]?on|signing", re.IGNORECASE)
_LATER = re.compile(r"negotiate[- ]up", re.IGNORECASE)


def read_signon(
    document: Document, bands: Sequence[Band], levers: Sequence[Lever], strategy: str
) -> Money | None:
    """The sign-on range, by precedence: table, sentence, negotiate-up, title of a lever.

    Returns:
        The range; None when the guide states none (a single figure that is asked for is a
        target, not a range).
    """
    for band in bands:
        if money := band.money("signon"):
            return money
    sources = (
        (line for line in document.lines if not _LATER.search(line) and not line.startswith("|")),
        (piece.text for piece in stretches(strategy) if piece.kind in OURS),
    )
    for lines in sources:
        if found := _first_range(lines):
            return found
    return _from_titles(levers)


def _first_range(lines: Iterable[str]) -> Money | None:
    for line in lines:
        if not _WORD.search(line):
            continue
        for sentence in sentences(line):
            for ask in asks(sentence):
                if ask.component == "signon" and ask.money.is_range:
                    return ask.money
    return None


def _from_titles(levers: Sequence[Lever]) -> Money | None:
    for lever in levers:
        if _WORD.search(lever.title):
            for money in scan(lever.title):
                if money.is_range:
                    return money
    return None
