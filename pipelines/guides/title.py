"""The title line: role, company, and the level or gloss that either may carry in brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.guides.document import Document
from warehouse.roles import OTHER, role_of

_TITLE = re.compile(r"\bNegotiation\s+Guide\b", re.IGNORECASE)
_TAIL = re.compile(
    r"\s*(?:\b(?:Global|Salary|Compensation|Offer)\s+)*\bNegotiation\s+Guide\b.*$", re.IGNORECASE
)
_HEAD = re.compile(
    r"^(?:(?:Global|Salary|Compensation|Offer)\s+)*Negotiation\s+Guide\s*[:|\u2014\u2013-]+\s*(?=\S)",
    re.IGNORECASE,
)
_SEPARATORS = (r"\s*\|\s*", r"\s+[\u2014\u2013]\s+", r"\s+-{1,2}\s+", r":\s+", r"\s+(?:at|@)\s+")
_SIGNATURE = re.compile(
    r"[\s(\[|\u2014\u2013-]*\bsignature role\b[)\]]*(?=\s*(?:[|\u2014\u2013-]|$))"
    r"|\bsignature role\b",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*\(([^()]*)\)\s*$")


@dataclass(frozen=True, slots=True)
class Title:
    """What the title says.

    Attributes:
        raw: The heading as written, without its marks.
        role: The role without brackets.
        company: The employer without brackets.
        level: The level in the role's brackets; None when there is none.
        gloss: What the company's brackets say (a parent, as a rule); None when absent.
        line: Number of the line it stands on, counted from 1.
    """

    raw: str
    role: str
    company: str
    level: str | None
    gloss: str | None
    line: int


def read_title(document: Document) -> Title | None:
    """The first heading that names itself a negotiation guide; None when there is none."""
    for section in document.sections:
        if _TITLE.search(section.heading):
            return parse_title(section.heading, section.line)
    return None


def parse_title(heading: str, line: int = 1) -> Title | None:
    """Read one heading.

    >>> t = parse_title("Software Engineer (SDE I) | Acme (Parent) Global Negotiation Guide")
    >>> t.role, t.level, t.company, t.gloss
    ('Software Engineer', 'SDE I', 'Acme', 'Parent')
    >>> parse_title("Data Engineer — Acme Salary Negotiation Guide").company
    'Acme'
    >>> t = parse_title("Negotiation Guide: Data Engineer at Acme"); t.role, t.company
    ('Data Engineer', 'Acme')
    >>> parse_title("Acme | Data Engineer Negotiation Guide").company
    'Acme'
    """
    raw = re.sub(r"\*\*", "", heading).strip()
    named = _SIGNATURE.sub(" ", _TAIL.sub("", _HEAD.sub("", raw))).strip(" |:\u2014\u2013-")
    for separator in _SEPARATORS:
        parts = [part for part in re.split(separator, named) if part.strip(" |\u2014-")]
        if len(parts) > 1:
            return _title(raw, " ".join(parts[:-1]), parts[-1], line)
    return None


def _title(raw: str, first: str, last: str, line: int) -> Title:
    """The title of two parts: the role stands first, unless only the last names one."""
    if _is_role(last) and not _is_role(first):
        first, last = last, first
    (role, level), (company, gloss) = _bracketed(first), _bracketed(last)
    return Title(raw, role, company, level, gloss, line)


def _is_role(text: str) -> bool:
    return role_of(_bracketed(text)[0]).family != OTHER


def _bracketed(text: str) -> tuple[str, str | None]:
    match = _BRACKETS.search(text)
    if not match:
        return text.strip(), None
    inner = _SIGNATURE.sub("", match[1]).strip()
    return text[: match.start()].strip(), inner or None
