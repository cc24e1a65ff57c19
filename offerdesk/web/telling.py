"""A fault in parts, as programs read it; where things lie on the disk of a desk stays there."""

from __future__ import annotations

from offerdesk.complaints import LONGEST, step
from rules.errors import Fault
from warehouse.home import VARIABLE, home


def as_told(fault: Fault) -> dict[str, str]:
    """Its code, place, found, allowed and next, none longer than somebody wants to read."""
    parts = {"code": fault.code, "place": fault.place, "found": fault.found}
    parts |= {"allowed": fault.allowed, "next": step(fault)}
    return {name: without_home(text)[:LONGEST] for name, text in parts.items()}


def without_home(text: str) -> str:
    """Where a home lies is nobody's business who is not logged in there."""
    return text.replace(str(home().root), f"${VARIABLE}")
