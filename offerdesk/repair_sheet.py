"""Held rows as a sheet: written for a person to mend, and read back."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rules.errors import Fault, UnusableCase
from warehouse.repairs import Repair

COLUMNS = ("row_ref", "code", "found", "suggestion", "parsed", "change", "reason")
EXAMPLE = '{"base": 150000} or base=150000'


def write_sheet(rows: Iterable[Mapping[str, Any]], path: Path) -> int:
    """Write one line for each reason, with `change` and `reason` to fill in.

    Returns:
        How many lines were written.
    """
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(COLUMNS)
        for count, row in enumerate(rows, 1):  # noqa: B007
            sheet.writerow([_harmless(row.get(name)) for name in COLUMNS])
    return count


def _harmless(value: object) -> str:
    """A cell that a spreadsheet takes for text and not for a formula.

    >>> _harmless("=1+1"), _harmless("-5"), _harmless(None)
    ("'=1+1", '-5', '')
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "@", "\t", "\r") else text


def read_sheet(path: Path) -> list[Repair]:
    """The repairs of a sheet: every line with a `reason`; of a row's lines the first one counts.

    Raises:
        UnusableCase: ``repair-sheet`` with the line, for a sheet or a line that cannot be read.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        if not {"row_ref", "reason"} <= set(lines.fieldnames or ()):
            found = ", ".join(lines.fieldnames or ()) or "nothing"
            raise UnusableCase(Fault("repair-sheet", str(path), found, "row_ref, change, reason"))
        repairs: dict[str, Repair] = {}
        for number, line in enumerate(lines, 2):
            ref, reason = line["row_ref"].removeprefix("'"), (line["reason"] or "").strip()
            if reason and ref not in repairs:
                place = f"{path} line {number}"
                repairs[ref] = Repair(ref, _change(line.get("change"), place), reason)
    if not repairs:
        step = "fill in `reason`, and `change` where something is to be changed"
        raise UnusableCase(Fault("repair-sheet", str(path), "no line with a reason", "", step))
    return list(repairs.values())


def _change(text: str | None, place: str) -> dict[str, Any]:
    said = (text or "").strip()
    if said.startswith("{"):
        try:
            found = json.loads(said)
        except ValueError:
            raise UnusableCase(Fault("repair-sheet", place, said, EXAMPLE)) from None
        return dict(found)
    return dict(_pairs([part for part in said.split(";") if part.strip()], place))


def asked(rows: Sequence[str], changes: Sequence[str], reason: str) -> list[Repair]:
    """The same change, and the same reason, for some rows.

    Raises:
        UnusableCase: ``repair-change`` for a change that is not COLUMN=VALUE.
    """
    change = dict(_pairs(changes, "--set"))
    return [Repair(row, change, reason) for row in rows]


def _pairs(changes: Iterable[str], place: str) -> Iterator[tuple[str, Any]]:
    for one in changes:
        name, is_said, value = one.partition("=")
        if not is_said:
            raise UnusableCase(Fault("repair-change", place, one, "COLUMN=VALUE"))
        yield name.strip(), _value(value.strip())


def _value(text: str) -> Any:
    """A value as it is written: a number, true, false, NULL, or a text.

    >>> _value("150000"), _value("NULL"), _value("Seattle"), _value("true")
    (150000, None, 'Seattle', True)
    """
    if text == "NULL":
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
