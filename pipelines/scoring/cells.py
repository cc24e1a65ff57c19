"""What stands in a cell of a sheet, as an offer file would state it.

A sheet of text has no types, so a text that is a number, or a yes or no, counts as one where the
fact is one; anything else is left as it is, for the door to judge.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from rules.source import PathInDocument

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}
_BETWEEN = re.compile(r"\s*[;|/,]\s*")


def cell_value(cell: Any, kind: str) -> Any:
    """A single value; None where nothing stands.

    >>> cell_value(" 210000 ", "number"), cell_value("210K", "number"), cell_value("Yes", "flag")
    (210000.0, '210K', True)
    >>> cell_value("", "text"), cell_value(datetime(2026, 3, 1), "date")
    (None, datetime.date(2026, 3, 1))
    """
    if isinstance(cell, str):
        return _of_text(cell.strip(), kind)
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, Decimal):
        return float(cell)
    return cell


def _of_text(text: str, kind: str) -> Any:
    if not text:
        return None
    if kind == "number":
        number = float(text) if _NUMBER.fullmatch(text) else None
        return text if number is None or not isfinite(number) else number
    if kind == "flag":
        return _FLAGS.get(text.lower(), text)
    return text


def nested_value(cell: Any, *, is_list: bool) -> Any:
    """A value that may hold several: a list, a mapping, JSON, or text with separators.

    >>> nested_value("[0.5, 0.5]", is_list=True), nested_value("25/25/50", is_list=True)
    ([0.5, 0.5], [25.0, 25.0, 50.0])
    >>> nested_value("base; sign_on", is_list=True), nested_value("needs H-1B", is_list=False)
    (['base', 'sign_on'], 'needs H-1B')
    """
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if text[:1] in ("[", "{"):
        try:
            return _with_numbers(json.loads(text))
        except ValueError:
            return text
    if text.lower() in _FLAGS:
        return _FLAGS[text.lower()]
    if not text or not is_list:
        return cell_value(text, "number")
    return [cell_value(part, "number") for part in _BETWEEN.split(text) if part]


def _with_numbers(value: Any) -> Any:
    """A nested value whose texts that are numbers are numbers; some files know texts alone."""
    if isinstance(value, dict):
        return {key: _with_numbers(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_numbers(one) for one in value]
    return cell_value(value, "number") if isinstance(value, str) else value


def as_plain(value: Any) -> Any:
    """A nested value in the types of an offer file."""
    if isinstance(value, dict):
        return {key: as_plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [as_plain(one) for one in value]
    if isinstance(value, date):
        return cell_value(value, "date")
    return float(value) if isinstance(value, Decimal) else value


def put(value: dict[str, Any], path: PathInDocument, stated: Any) -> None:
    """Put what is stated at a path of nested mappings."""
    *above, last = map(str, path)
    for step in above:
        value = value.setdefault(step, {})
    value[last] = stated
