"""The shape of a guide: headings, paragraphs and tables, before anything is understood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.guides.plain import plain_markdown

_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_BOLD_LINE = re.compile(r"^\*\*([^*]+)\*\*:?$")
_RULE_ROW = re.compile(r"^\|?[\s:|-]+\|?$")


@dataclass(frozen=True, slots=True)
class Table:
    """A pipe table.

    Attributes:
        header: Cells of the header row, stripped.
        rows: Cells of each body row, padded or cut to the header's width.
        line: Number of the header line, counted from 1.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    line: int


@dataclass(slots=True)
class Section:
    """A heading (or a line that is wholly bold) and what stands below it.

    Attributes:
        heading: Text of the heading; empty for what precedes the first one.
        line: Number of the heading's line, counted from 1.
        lines: The lines below it, tables included, each with its number.
        tables: The tables among those lines.
    """

    heading: str
    line: int
    lines: list[tuple[int, str]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything below the heading but the tables."""
        return "\n".join(line for _, line in self.lines if not line.startswith("|"))


@dataclass(frozen=True, slots=True)
class Document:
    """A guide as sections in the order of the file."""

    name: str
    lines: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def tables(self) -> list[Table]:
        """All tables in the order of the file."""
        return [table for section in self.sections for table in section.tables]


def read_document(text: str, name: str) -> Document:
    r"""Split a Markdown text into sections.

    >>> doc = read_document("### A guide\n\n| X | Y |\n|---|---|\n| 1 | 2 |\n", "a.md")
    >>> [s.heading for s in doc.sections], doc.tables[0].rows
    (['', 'A guide'], (('1', '2'),))
    """
    lines = tuple(plain_markdown(text).split("\n"))
    sections = [Section("", 1)]
    for number, line in enumerate(lines, 1):
        heading = heading_of(line)
        if heading is None:
            sections[-1].lines.append((number, line.strip()))
        else:
            sections.append(Section(heading, number))
    for section in sections:
        section.tables.extend(_tables(section.lines))
    return Document(name, lines, tuple(sections))


def heading_of(line: str) -> str | None:
    """The text of a heading line, marked by ``#`` or wholly bold; None for other lines.

    >>> heading_of("#### Level Mapping"), heading_of("**Global Levers**"), heading_of("text")
    ('Level Mapping', 'Global Levers', None)
    """
    match = _HEADING.match(line.strip()) or None
    if match:
        return match[2].strip()
    bold = _BOLD_LINE.match(line.strip())
    return bold[1].strip().rstrip(":") if bold else None


def _tables(lines: list[tuple[int, str]]) -> Iterator[Table]:
    block: list[tuple[int, str]] = []
    for number, line in [*lines, (0, "")]:
        if line.startswith("|"):
            block.append((number, line))
            continue
        if len(block) > 1:
            yield _table(block)
        block = []


def _table(block: list[tuple[int, str]]) -> Table:
    header = cells(block[0][1])
    body = [cells(line) for _, line in block[1:] if not _RULE_ROW.match(line)]
    width = len(header)
    rows = tuple((row + ("",) * width)[:width] for row in body)
    return Table(header, rows, block[0][0])


def cells(line: str) -> tuple[str, ...]:
    r"""The cells of one table row.

    >>> cells("| San Francisco | $195K | a \\| b |")
    ('San Francisco', '$195K', 'a | b')
    """
    inner = re.sub(r"^\||(?<!\\)\|$", "", line.strip())
    return tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner))
