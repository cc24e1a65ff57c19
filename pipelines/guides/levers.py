"""The levers of a guide: their titles and scripts, in the forms in which they are written.

``1. **Title:** "script"``; ``**Lever 1 — Title:** "script"``; ``#### Global Lever 1: Title`` with
the script below or behind a dash; ``**1. Title**`` with the script below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from pipelines.guides.document import Document

_PREFIX = (
    r"(?:(?:Global|Negotiation)\s+)?Lever\s+"
    r"(?:\d+|one|two|three|four|five|six|seven|eight)\s*(?:[:.\u2014\u2013]|-{1,2})\s*"
)
_FORMS = (
    re.compile(
        rf"^(?P<n>\d+)[.)]\s+\*\*\s*(?P<lever>{_PREFIX})?(?P<title>.+?)\s*\*\*(?P<rest>.*)$",
        re.IGNORECASE,
    ),
    re.compile(rf"^\*\*\s*(?P<lever>{_PREFIX})(?P<title>.+?)\s*\*\*(?P<rest>.*)$", re.IGNORECASE),
    re.compile(rf"^#{{2,6}}\s+(?P<lever>{_PREFIX})(?P<title>.+?)$(?P<rest>)", re.IGNORECASE),
    re.compile(r"^\*\*\s*(?P<n>\d+)[.)]\s*(?P<lever>)(?P<title>.+?)\s*\*\*(?P<rest>.*)$"),
)
# Lists that are levers only because a heading says so.
_PLAINER = (
    re.compile(r"^[-*\u2022]\s+\*\*\s*(?P<title>.+?)\s*\*\*(?P<rest>.*)$"),
    re.compile(r"^#{2,6}\s+(?P<n>\d+)[.)]\s+(?P<title>.+?)$(?P<rest>)"),
    re.compile(r"^(?P<n>\d+)[.)]\s+(?P<title>[^*\"\u201c:]{3,80}?)\s*:\s*(?P<rest>.*)$"),
)
_HEADING = re.compile(r"\blevers?\b", re.IGNORECASE)
_COLUMN = re.compile(r"\W*lever\b", re.IGNORECASE)
_END = re.compile(r"negotiate[- ]up|^#{1,6}\s|^---+$|evidence|^\*\*[^*]+\*\*:?$", re.IGNORECASE)
_SECTION = re.compile(r"#{1,6}\s|\*\*[^*]+\*\*:?$")
_ASK = re.compile(r"[>\s*#]*negotiate[- ]up\s+strategy", re.IGNORECASE)
_TAIL = re.compile(r"\s+(?:\u2014|\u2013|-{2})\s+(?=[\"“*])")


@dataclass(frozen=True, slots=True)
class Lever:
    """One lever.

    Attributes:
        title: The title without number, label and closing colon.
        script: What to say, as written; empty when the guide gives none.
        line: Number of its line, counted from 1.
    """

    title: str
    script: str
    line: int


def read_levers(document: Document) -> list[Lever]:
    """The levers in the order of the guide.

    Numbered bold items count only below a heading that speaks of levers; labelled levers count
    wherever they stand.
    """
    labelled = [lever for form in _FORMS[1:3] for lever in _labelled(document, form)]
    numbered = [_numbered(document, form, _HEADING) for form in (_FORMS[0], _FORMS[3])]
    unheaded = (_numbered(document, form, None) for form in (_FORMS[3], _FORMS[0]))
    chosen = labelled if len(labelled) > 2 else _latest(numbered)
    plainer = (_numbered(document, form, _HEADING) for form in _PLAINER)
    found = chain(unheaded, plainer, [_tabled(document)])
    chosen = chosen or next((levers for levers in found if len(levers) > 2), [])
    return [replace(lever, script=lever.script or _below(document, lever.line)) for lever in chosen]


def _tabled(document: Document) -> list[Lever]:
    """The levers of a table that has a column of that name; the next column is the script."""
    for table in document.tables:
        column = next((n for n, h in enumerate(table.header) if _COLUMN.match(h)), None)
        if column is not None:
            scripts = [row[column + 1] if column + 1 < len(row) else "" for row in table.rows]
            titles = [re.sub(r"\*\*", "", row[column]).strip(" :") for row in table.rows]
            return [Lever(*pair, table.line) for pair in zip(titles, scripts, strict=True)]
    return []


def _latest(lists: list[list[Lever]]) -> list[Lever]:
    """The list that stands last; one of fewer than three is taken only when there is no other."""
    return max(lists, key=lambda found: (len(found) > 2, found[0].line if found else 0))


def _labelled(document: Document, form: re.Pattern[str]) -> Iterator[Lever]:
    for number, line in enumerate(document.lines, 1):
        match = form.match(line.strip())
        if match and match["lever"]:
            yield _lever(match, number)


def _numbered(
    document: Document, form: re.Pattern[str], heading: re.Pattern[str] | None
) -> list[Lever]:
    """The numbered items of the last section that holds three or more.

    Args:
        document: The guide.
        form: What an item looks like.
        heading: What the section's heading must contain; None for any section that stands
            above the negotiate-up paragraph.
    """
    best: list[Lever] = []
    current: list[Lever] = []
    reading = heading is None
    for number, line in enumerate(document.lines, 1):
        plain = line.strip()
        match = form.match(plain)
        if heading is None and _ASK.match(plain):
            break
        if match and reading:
            current.append(_lever(match, number))
        elif _SECTION.match(plain) and not form.match(plain):
            best, current = _better(best, current), []
            reading = heading is None or bool(heading.search(plain))
    return _better(best, current)


def _better(best: list[Lever], current: list[Lever]) -> list[Lever]:
    return current if len(current) > 2 or not best else best


def _lever(match: re.Match[str], line: int) -> Lever:
    title, rest = match["title"], match["rest"]
    tail = _TAIL.search(title)
    if tail and not rest:
        title, rest = title[: tail.start()], title[tail.end() :]
    return Lever(
        re.sub(r"\*\*", "", title).strip().rstrip(":").strip(), rest.strip(" :\u2014\u2013"), line
    )


def _below(document: Document, line: int) -> str:
    """The paragraph that follows a lever's own line."""
    below = []
    for text in document.lines[line:]:
        plain = text.strip()
        if _END.search(plain) or any(form.match(plain) for form in (*_FORMS, *_PLAINER)):
            break
        below.append(plain.lstrip("> "))
    return " ".join(part for part in below if part).strip()
