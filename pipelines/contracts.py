"""What the rows of a guide must fulfil; a row that does not is held, with every reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from pipelines import contract
from pipelines.contract import (
    Contract,
    Frame,
    at_most,
    both_ends,
    iso_currency,
    ordered,
    positive,
)
from pipelines.records import Checked, Held, LoadCount, Reading, TableRow, canonical

RANGES = (
    ("base", "base"),
    ("equity", "equity_total_4y"),
    ("bonus-pct", "bonus_target_pct"),
    ("bonus-amount", "bonus_amount"),
    ("sign-on", "sign_on"),
    ("total", "tc_stated"),
)
BAND_NUMBERS = tuple(
    f"{name}_{end}"
    for name in (
        *(column for _, column in RANGES),
        "equity_annual",
        "tc_computed",
        "alt_base",
        "alt_equity_total_4y",
        "alt_bonus_amount",
        "alt_tc",
    )
    for end in ("min", "max")
)
PACKAGE_NUMBERS = (
    "base",
    "equity_total_4y",
    "equity_relative_pct",
    "sign_on",
    "sign_on_y2",
    "bonus_pct",
    "bonus_amount",
    "tc",
)
SUGGESTIONS = {
    "band-total-low-above-high": "look for a K written for an M",
    "band-total-below-base": "name the currency of each component",
    "band-currency-missing": "write the currency in the cell or the region",
    "band-without-amounts": "write amounts, or leave the row out",
}


def _total_covers_base(frame: Frame) -> pd.Series[bool]:
    one_currency = frame["tc_currency"] == frame["currency"]
    return ~(one_currency & (frame["tc_stated_max"] < frame["base_min"]))


def _some_amount(frame: Frame) -> pd.Series[bool]:
    return frame[list(BAND_NUMBERS)].notna().any(axis=1)


BAND = Contract(
    required=("pay_zone_raw", "currency"),
    numbers=(*BAND_NUMBERS, "tc_delta_pct"),
    checks={
        **{
            f"band-{word}-low-above-high": ordered(f"{name}_min", f"{name}_max")
            for word, name in RANGES
        },
        "band-base-not-positive": positive("base_min", "base_max"),
        "band-base-one-end": both_ends("base_min", "base_max"),
        "band-bonus-pct-above-five": at_most(5, "bonus_target_pct_max"),
        "band-currency-unknown": iso_currency(),
        "band-total-below-base": _total_covers_base,
        "band-without-amounts": _some_amount,
    },
    key=("guide_id", "pay_zone_raw", "job_level_raw"),
)


def _package(table: str) -> Contract:
    return Contract(
        required=("kind",),
        numbers=PACKAGE_NUMBERS,
        checks={
            f"{table}-not-positive": positive("base", "equity_total_4y", "tc"),
            f"{table}-bonus-pct-above-five": at_most(5, "bonus_pct"),
        },
        key=("guide_id", "kind", "scope_region", "scope_level"),
    )


CONTRACTS: Mapping[str, Contract] = {
    "guide": Contract(("company", "role"), (), {}, ("guide_id",)),
    "band": BAND,
    "premium": Contract(
        ("label",),
        ("min", "max"),
        {
            "premium-low-above-high": ordered("min", "max"),
            "premium-above-two": at_most(2, "max"),
        },
        ("guide_id", "label", "unit"),
    ),
    "level_map": Contract(("peer_company",), (), {}, ("guide_id", "ordinal")),
    "lever_text": Contract(("title",), (), {}, ("guide_id", "ordinal")),
    "target": _package("target"),
    "accept_floor": _package("accept-floor"),
    "competing": Contract(
        ("employer",),
        ("tc",),
        {"competing-not-positive": positive("tc")},
        ("guide_id", "ordinal"),
    ),
    "sign_on": Contract(
        (),
        ("min", "max"),
        {"sign-on-low-above-high": ordered("min", "max"), "sign-on-negative": positive("max")},
        ("guide_id",),
    ),
}


def _word(table: str, column: str) -> str:
    name = column.removesuffix("_raw").replace("_", "-")
    return f"{table.replace('_', '-')}-{name}-missing"


def frame_of(table: str, rows: Sequence[TableRow]) -> Frame:
    """The rows as a typed frame: numbers as doubles, empty text as missing."""
    terms = CONTRACTS[table]
    frame = pd.DataFrame(list(rows)).astype(dict.fromkeys(terms.numbers, "float64"))
    for name in terms.required:
        frame[name] = frame[name].astype("object").replace(re.compile(r"^\s*$"), None)
    return frame


def failures(table: str, rows: Sequence[TableRow]) -> dict[int, list[str]]:
    """Reason codes by position of the row; empty when every row is good."""
    if not rows:
        return {}
    return contract.failures(
        CONTRACTS[table], frame_of(table, rows), lambda column: _word(table, column)
    )


def _held(reading: Reading, table: str, number: int, row: TableRow, code: str) -> Held:
    raw = str(row.get("as_written") or canonical(row))
    words = code.removeprefix(f"{table.replace('_', '-')}-").replace("-", " ")
    return Held(
        reading.file.load_id,
        f"{reading.file.name}#{table}:{number}",
        code,
        "row",
        raw,
        words,
        SUGGESTIONS.get(code),
        table,
        canonical(row),
    )


def _doubted(
    reading: Reading, table: str, number: int, row: TableRow, doubt: Mapping[str, object]
) -> Held:
    suggestion = doubt.get("suggestion")
    return replace(
        _held(reading, table, number, row, str(doubt["code"])),
        found=str(doubt.get("raw") or doubt["code"]),
        suggestion=None if suggestion is None else str(suggestion),
    )


def _content(row: TableRow) -> str:
    identity = ("band_id", "ordinal", "load_id")
    return canonical({name: value for name, value in row.items() if name not in identity})


def _sorted_out(
    reading: Reading, table: str, codes: Mapping[int, list[str]], first: int
) -> tuple[list[TableRow], list[Held], int]:
    """Accepted rows, reasons, and the number of duplicates of one table of one file."""
    accepted: list[TableRow] = []
    held: list[Held] = []
    seen: dict[tuple[object, ...], str] = {}
    duplicates = 0
    for number, row in enumerate(reading.rows.get(table, ()), 1):
        reasons = list(codes.get(first + number - 1, ()))
        content = _content(row)
        if not reasons and content in seen.values():
            duplicates += 1
            continue
        key = tuple(str(row.get(name) or "").lower() for name in CONTRACTS[table].key)
        if not reasons and key in seen:
            reasons.append(f"{table.replace('_', '-')}-conflicting-key")
        doubts = row.get("doubts") or ()
        if doubts:  # the reader saw the text and says more than a contract can
            held += [_doubted(reading, table, number, row, doubt) for doubt in doubts]
        else:
            held += [_held(reading, table, number, row, code) for code in reasons]
        if doubts or reasons:
            continue
        seen[key] = content
        accepted.append(row)
    return accepted, held, duplicates


def _failures_by_table(readings: Sequence[Reading]) -> dict[str, dict[int, list[str]]]:
    return {
        table: failures(table, [row for one in readings for row in one.rows.get(table, ())])
        for table in CONTRACTS
    }


def _known_file(reading: Reading) -> LoadCount:
    return LoadCount(reading.file, reading.count, 0, 0, reading.count)


def check(readings: Sequence[Reading], known_digests: frozenset[str] = frozenset()) -> Checked:
    """Hold every row against its contract, over all files at once.

    Args:
        readings: Files as read.
        known_digests: Digests that the market holds under another name; such a file, and one
            that comes twice here, counts as duplicates as a whole.
    """
    codes = _failures_by_table(readings)
    accepted: dict[str, list[TableRow]] = {table: [] for table in CONTRACTS}
    held: list[Held] = []
    loads: list[LoadCount] = []
    first = dict.fromkeys(CONTRACTS, 0)
    digests = set(known_digests)
    for reading in readings:
        if reading.file.digest in digests and reading.rows:
            loads.append(_known_file(reading))
        else:
            good, bad, duplicates = _of_file(reading, codes, first)
            for table, rows in good.items():
                accepted[table] += rows
            held += bad
            refs = len({one.row_ref for one in bad})
            left = sum(map(len, good.values()))
            loads.append(LoadCount(reading.file, reading.count, left, refs, duplicates))
            digests.add(reading.file.digest)
        for table in CONTRACTS:
            first[table] += len(reading.rows.get(table, ()))
    return Checked(accepted, tuple(held), tuple(loads))


def _of_file(
    reading: Reading, codes: Mapping[str, Mapping[int, list[str]]], first: Mapping[str, int]
) -> tuple[dict[str, list[TableRow]], list[Held], int]:
    good: dict[str, list[TableRow]] = {}
    bad = list(reading.held)
    duplicates = 0
    for table in CONTRACTS:
        good[table], held, twice = _sorted_out(reading, table, codes[table], first[table])
        bad += held
        duplicates += twice
    return good, bad, duplicates
