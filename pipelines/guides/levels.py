"""Level mappings: which level of another employer equals the guide's own, in seven forms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.guides.document import Document, Section, Table

_LABEL = re.compile(r"\blevel(?:s)?\s+mapping\b[\s*:]*(?:&[\w ]+)?", re.IGNORECASE)
_INLINE = re.compile(
    r"^\**\s*(?:[\w ]+\s)?level mapping\s*:?\s*\**\s*:?\s*(?P<text>.+)$", re.IGNORECASE
)
_LEVEL = re.compile(
    r"\b(?:Level\s+\d{2}(?:\s?[-\u2013/]\s?\d{2})?"
    r"|(?:IC|ICT|SDE|MTS|PM|TPM|SA|DE|L|E|T|P|M|Band|Grade)[ -]?\d+"
    r"(?:\+|\s?[-\u2013/]\s?[A-Z]*\d+)?\+?)"
)


@dataclass(frozen=True, slots=True)
class LevelMap:
    """A guide's level mapping.

    Attributes:
        own: The guide's own side of the mapping; None when it has none.
        level: The level on that side; None when it states none.
        peers: Peer employer and its level, in the order of the guide.
        rows: The table, header first, when the mapping is a table.
        form: ``chain``, ``at-list``, ``tilde``, ``dots``, ``prose``, ``list``, ``table``, ``none``.
    """

    own: str | None
    level: str | None
    peers: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    form: str = "none"


def read_levels(document: Document) -> LevelMap:
    """The first level mapping of the guide, whatever its form."""
    for index, section in enumerate(document.sections):
        inline = next((m for _, line in section.lines if (m := _INLINE.match(line))), None)
        if inline and not inline["text"].startswith("|"):
            return parse_mapping(inline["text"])
        if _LABEL.search(section.heading) or any(
            _LABEL.search(line) for _, line in section.lines[:3] if len(line) < 40
        ):
            return _section(section, document.sections[index + 1 : index + 2])
    return LevelMap(None, None)


def _section(section: Section, following: tuple[Section, ...]) -> LevelMap:
    if section.tables:
        return _table(section.tables[0])
    items = [line[2:].strip() for _, line in section.lines if re.match(r"[-*]\s", line)]
    if items:
        first = parse_mapping(items[0])
        peers = tuple(peer for item in items for peer in parse_mapping(item).peers)
        return LevelMap(first.own, first.level, peers, (), "list")
    text = next((line for _, line in section.lines if line), "")
    return parse_mapping(text) if text else LevelMap(None, None)


def _table(table: Table) -> LevelMap:
    rows = (table.header, *table.rows)
    plain = tuple(tuple(cell.replace("**", "") for cell in row) for row in rows)
    marked = next((row for row in table.rows if "**" in row[0]), None)
    own = re.sub(r"\*\*|\s*\([^)]*\)", "", (marked or table.rows[0])[0]) if table.rows else None
    return LevelMap(own, own, (), plain, "table")


def parse_mapping(text: str) -> LevelMap:
    """Read a mapping written in one line.

    >>> m = parse_mapping("Acme PM (P3) = Bolt PM L5 = Cask PM (IC5)")
    >>> m.level, m.peers, m.form
    ('P3', (('Bolt', 'PM L5'), ('Cask', 'PM (IC5)')), 'chain')
    >>> parse_mapping("SWE at Acme (L8+) = L6 at Bolt, IC6 at Cask").peers
    (('Bolt', 'L6'), ('Cask', 'IC6'))
    >>> parse_mapping("Acme IC1 ~ Bolt MTS | Cask L3/L4").form
    'tilde'
    """
    plain = text.replace("**", "").strip().rstrip(".")
    for mark, cut, form in (
        ("=", r"\s*=\s*|\s+/\s+", "chain"),
        ("~", r"\s*[~|]\s*", "tilde"),
        ("≈", r"\s*[≈·]\s*", "dots"),
    ):
        if re.search(rf"\s{mark}\s", plain):
            own, *rest = [part.strip() for part in re.split(cut, plain) if part.strip()]
            if form == "chain" and len(rest) == 1 and re.search(r"\bat [A-Z]", rest[0]):
                rest, form = re.split(r",\s*(?:and\s+)?", rest[0]), "at-list"
            return LevelMap(own, _own_level(own), tuple(_peer(part) for part in rest), (), form)
    match = re.search(r"^(?P<own>.+?)\s+maps to\s+(?P<rest>.+)$", plain)
    if not match:
        return LevelMap(plain or None, _own_level(plain), (), (), "prose" if plain else "none")
    peers = tuple(_peer(part) for part in re.split(r",\s*(?:and\s+)?|\s+and\s+", match["rest"]))
    level = _LEVEL.search(plain)
    return LevelMap(match["own"], level[0] if level else None, peers, (), "prose")


def _own_level(own: str) -> str | None:
    bracket = re.search(r"\(([^()]+)\)", own)
    if bracket:
        return bracket[1].strip()
    match = _LEVEL.search(own)
    return match[0] if match else None


def _peer(text: str) -> tuple[str, str]:
    """Employer and level of one link: "Bolt PM L5" or "L5 at Bolt"."""
    at = re.match(r"(?P<level>.+?)\s+(?:at|@)\s+(?P<company>.+)$", text)
    if at:
        return at["company"].strip(), at["level"].strip()
    first, _, rest = text.partition(" ")
    return first, rest.strip()
