"""Offers as they are handed in: a file, a stream, or a mapping of plain values."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO

from rules.errors import Fault, UnusableCase
from rules.source import LIMIT_BYTES, LIMIT_DEPTH, Document, parse_document, read_document

STANDARD_INPUT = "-"
Offer = Path | str | Mapping[str, Any] | Document


def read_offer(offer: Offer) -> Document:
    """Read an offer.

    Args:
        offer: Path of a YAML or JSON file, ``-`` for standard input, a mapping with the sections
            of such a file, or a document that was read already.

    Raises:
        UnusableCase: As ``rules.source.read_document``.
    """
    if isinstance(offer, Document):
        return offer
    if isinstance(offer, Mapping):
        return _as_if_read(offer)
    if str(offer) == STANDARD_INPUT:
        return read_stream(sys.stdin.buffer)
    return read_document(Path(offer))


def _as_if_read(offer: Mapping[str, Any]) -> Document:
    """A mapping passes the same door as a file: NaN, endless numbers and odd types stay out."""
    try:
        return Document(_copied(offer, 0), {}, "offer")
    except _NotPlainError:
        return _through_json(offer)


class _NotPlainError(Exception):
    """Something that only the door itself can judge."""


def _copied(value: Any, depth: int) -> Any:
    """What writing and reading JSON makes of a plain value, without doing so.

    >>> _copied({"start": date(2026, 1, 31), "shares": (0.5, 1)}, 0)
    {'start': '2026-01-31', 'shares': [0.5, 1]}
    """
    kind = type(value)
    if kind is str:
        return _whole(value)
    if value is None or kind is bool:
        return value
    if (kind is int and -_MOST < value < _MOST) or (kind is float and isfinite(value)):
        return value
    if depth < LIMIT_DEPTH:
        if kind is dict and _are_texts(value):
            return {_whole(key): _copied(one, depth + 1) for key, one in value.items()}
        if kind is list or kind is tuple:
            return [_copied(one, depth + 1) for one in value]
    if kind is date:
        return value.isoformat()
    raise _NotPlainError


_MOST = 1 << 63


def _are_texts(keys: Iterable[Any]) -> bool:
    return {str}.issuperset(map(type, keys))


def _whole(text: str) -> str:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise _NotPlainError from None
    return text


def _through_json(offer: Mapping[str, Any]) -> Document:
    try:
        text = json.dumps(offer, default=_day)
    except (TypeError, ValueError) as problem:
        step = "hand in texts, numbers, dates, lists and mappings"
        raise UnusableCase(
            Fault("document-type", "offer", str(problem), "plain values", step)
        ) from None
    return replace(parse_document(text, "offer.json"), name="offer")


def _day(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__}")


def read_stream(stream: BinaryIO) -> Document:
    """Read an offer from a stream; what begins with a brace is JSON, else it is YAML."""
    return read_bytes(stream.read(LIMIT_BYTES + 1), "stdin")


def read_bytes(data: bytes, name: str, *, is_json: bool | None = None) -> Document:
    """Read an offer that is at hand.

    Args:
        data: What a file of it would hold.
        name: What faults call it.
        is_json: Whether it is JSON, else YAML; where nobody says so, a brace at its beginning does.

    Raises:
        UnusableCase: As ``rules.source.read_document``.
    """
    if len(data) > LIMIT_BYTES:
        found = f"more than {LIMIT_BYTES} bytes"
        raise _refused("too-large", name, found, f"{LIMIT_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused("encoding", name, "bytes that are not UTF-8", "UTF-8") from None
    if is_json is None:
        is_json = text.lstrip().startswith("{")
    return replace(parse_document(text, f"{name}.json" if is_json else name), name=name)


def _refused(code: str, name: str, found: str, allowed: str) -> UnusableCase:
    return UnusableCase(Fault(f"document-{code}", name, found, allowed))


def on_day(document: Document, day: date | None) -> Document:
    """The same offer asked about on another day; unchanged when there is none."""
    return document if day is None else _with(document, "evaluation_date", day)


def own_market(document: Document) -> Mapping[str, Any] | None:
    """The market that the offer brings itself; None when it brings none."""
    value = document.value.get("market") if isinstance(document.value, dict) else None
    return value if isinstance(value, Mapping) and value else None


def _with(document: Document, section: str, value: Any) -> Document:
    if not isinstance(document.value, dict):
        return document  # refused where offers are read
    return replace(document, value={**document.value, section: value})
