"""The reasoning behind a decision as a page: each line opens into what it rests on."""

from __future__ import annotations

from pathlib import Path

from offerdesk.complaints import printable
from offerdesk.html_page import html_page
from offerdesk.markup import Markup, element
from offerdesk.reason import Reason

STYLE = Path(__file__).with_suffix(".css")
OPEN = 3  # levels that are open at first
SHOWN = frozenset({"signal", "figure", "fact", "parameter", "law", "pick", "market"})


def as_html(reason: Reason) -> str:
    """The page; it needs nothing from anywhere, and may ask for nothing."""
    body = element(
        "main",
        element("h1", printable(reason.text)),
        element("ul", *(_line(one, 1) for one in reason.rests_on)),
        element("footer", "Offerdesk recommends; a person decides."),
    )
    return html_page(printable(reason.text), STYLE.read_text("utf-8"), body)


def _line(reason: Reason, depth: int) -> Markup:
    kind = element("span", reason.kind, class_="kind") if reason.kind in SHOWN else None
    told = printable(reason.text)
    if not reason.rests_on:
        return element("li", element("span", kind, told))
    below = element("ul", *(_line(one, depth + 1) for one in reason.rests_on))
    is_open = "" if depth < OPEN else None
    return element("li", element("details", element("summary", kind, told), below, open=is_open))
