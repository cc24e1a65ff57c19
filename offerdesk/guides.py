"""Reading negotiation guides from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from offerdesk.complaints import complain, printable
from offerdesk.listings import columns
from rules.errors import OfferdeskError


def read_each(files: Sequence[Path], form: str, show: Callable[[str], Any]) -> int:
    """Read every guide and show it; one that cannot be read does not stop the others.

    Returns:
        The exit code: 0, or that of the last guide that could not be read.
    """
    from pipelines.guides import read_guide

    code = 0
    for file in files:
        try:
            guide = read_guide(file)
        except OfferdeskError as problem:
            complain(problem.faults)
            code = problem.exit_code
            continue
        show(_line(guide) if form == "json" else _summary(guide))
    return code


def _line(guide: Mapping[str, Any]) -> str:
    return json.dumps(guide, ensure_ascii=False, default=str)


def _summary(guide: Mapping[str, Any]) -> str:
    head = f"{guide['company']}, {guide['role']} ({guide['file']})"
    bands = columns(
        (
            f"  {band['region'] or '-'}",
            band["level"],
            band["currency"],
            _span(band, "base"),
            _span(band, "stock"),
            _span(band, "total"),
        )
        for band in [_HEAD, *guide["bands"]]
    )
    asks = [
        f"  {title}: {', '.join(told)}"
        for title, prefix in (("aims at", "target"), ("signs at", "accept"))
        if (
            told := [
                f"{part} {guide[name]:,.0f}"
                for part in ("base", "equity", "signon", "total")
                if isinstance(guide.get(name := f"{prefix}_{part}"), int | float)
            ]
        )
    ]
    levers = ", ".join(map(str, guide["levers"])) or "none"
    return "\n".join([printable(head), bands, *asks, f"  levers: {printable(levers)}", ""])


_HEAD = {
    "region": "region",
    "level": "level",
    "currency": "",
    "base_low": "base",
    "stock_low": "equity",
    "total_low": "total",
}


def _span(band: Mapping[str, Any], name: str) -> str:
    low, high = band.get(f"{name}_low"), band.get(f"{name}_high")
    if isinstance(low, str):
        return low
    return "-" if low is None or high is None else f"{low:,.0f} to {high:,.0f}"
