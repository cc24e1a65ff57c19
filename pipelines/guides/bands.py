"""The band table in all its layouts, as one band per pay zone (and level).

Three families cover them: one row per region (with or without a level column), one row per pay
component with a column per region, and one row per level with one amount per region.  The last
does not say whether its amounts are base or total; they are taken as stated total, and flagged.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pipelines.guides.cell import Cell, read_cell
from pipelines.guides.columns import (
    column_kind,
    end_of_range,
    equity_kind,
    equity_period,
    pay_period,
)
from pipelines.guides.document import Document, Table
from pipelines.guides.money import Money
from pipelines.guides.zone import CODE, Zone, read_zone, zone_paid_in

COMPONENTS = ("base", "stock", "bonus", "signon", "secondary", "total")


@dataclass(slots=True)
class Band:
    """What a guide says is paid in one zone, at one level.

    Attributes:
        zone: The pay zone; None in a table by level alone.
        level: The level of the row; None when the table has none.
        cells: The cell of each component that the table has.
        headers: The header of each of those components.
        line: Line of the table, counted from 1.
        level_only: True when one amount stands for a level and nothing says which component.
    """

    zone: Zone | None
    level: str | None
    cells: dict[str, Cell] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    line: int = 0
    level_only: bool = False

    @property
    def currency(self) -> str | None:
        """The currency of the first component that states one throughout, base first."""
        amounts = [c.money for c in self.cells.values() if c.money]
        whole = [m.currency for m in amounts if m.ends[0] == m.ends[1]]
        if amounts:
            return (whole or [amounts[0].currency])[0]
        if self.zone and self.zone.currency:
            return self.zone.currency
        named = [code for c in self.cells.values() for code in CODE.findall(c.text)]
        return named[0] if named else None

    def money(self, component: str) -> Money | None:
        """The amount of one component; None when the table gives none."""
        cell = self.cells.get(component)
        return cell.money if cell else None

    @property
    def equity_kind(self) -> str | None:
        """The vehicle; None when there is no equity column or the cell denies any."""
        cell = self.cells.get("stock")
        if cell is None or cell.says_nothing:
            return None
        return equity_kind(self.headers["stock"])

    @property
    def stock_period(self) -> str | None:
        """The period of the equity amount as written: the cell, then the header."""
        cell = self.cells.get("stock")
        if cell is None or cell.says_nothing:
            return None
        written = cell.money.period if cell.money else None
        stated = equity_period(self.headers["stock"])
        return stated if written in (None, "mo") else written


def find_band_table(document: Document) -> Table | None:
    """The band table: the first one, or else the first that names zones and holds base pay.

    Tables of facts about the employer may stand above it.
    """
    tables = [joined_ends(table) for table in document.tables]
    if tables and layout(tables[0]):
        return tables[0]
    return next((table for table in tables if _pays_by_zone(table)), None)


def _pays_by_zone(table: Table) -> bool:
    shape = layout(table)
    kinds = {column_kind(header) for header in table.header}
    zoned = shape == "components" or (shape == "regions" and kinds & {"region", "level"})
    return bool(zoned) and any(band.money("base") for band in read_bands(table))


def layout(table: Table) -> str | None:
    """The family of a table: ``regions``, ``components``, ``levels``; None for other tables."""
    kinds = [column_kind(header) for header in table.header]
    pay = [kind for kind in kinds if kind in COMPONENTS]
    if len(pay) >= 2:
        return "regions"
    if len(table.header) < 2 or not table.rows:
        return None
    if sum(column_kind(row[0]) in COMPONENTS for row in table.rows) >= 2:
        return "components"
    amounts = [read_cell(cell, "USD").money for row in table.rows for cell in row[1:]]
    return "levels" if kinds[0] in ("level", "title") and any(amounts) else None


def joined_ends(table: Table) -> Table:
    """The table with columns for the two ends of a range ("Base Min", "Base Max") made one."""
    ends = {end: column for column, h in enumerate(table.header) if (end := end_of_range(h))}
    pairs = {low: ends[kind, "high"] for (kind, end), low in ends.items()
             if end == "low" and (kind, "high") in ends}  # fmt: skip
    if not pairs:
        return table
    kept = [column for column in range(len(table.header)) if column not in pairs.values()]

    def joined(row: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"{row[c]} - {row[pairs[c]]}" if c in pairs else row[c] for c in kept)

    return Table(tuple(table.header[c] for c in kept), tuple(map(joined, table.rows)), table.line)


def read_bands(table: Table) -> list[Band]:
    """The bands of a table, in the order in which it is read."""
    readers = {"regions": _by_region, "components": _by_component, "levels": _by_level}
    return readers[layout(table) or "regions"](table)


def _by_region(table: Table) -> list[Band]:
    kinds = _named(table.header)
    return [_row_band(table, kinds, row) for row in table.rows if any(row)]


def _named(headers: tuple[str, ...]) -> list[str | None]:
    """Kinds of the columns; a kind that occurs twice belongs to the first column.

    A first column with a name of its own holds the zones when no other does.
    """
    seen: list[str | None] = []
    for header in headers:
        kind = column_kind(header)
        if kind in seen:
            kind = "secondary" if kind == "stock" else None
        seen.append(kind)
    if seen[0] is None and not {"region", "level", "title"} & set(seen):
        seen[0] = "region"
    return seen


def _row_band(table: Table, kinds: list[str | None], row: tuple[str, ...]) -> Band:
    by_kind = {
        kind: (header, cell)
        for kind, header, cell in zip(kinds, table.header, row, strict=True)
        if kind
    }
    zone = read_zone(by_kind["region"][1]) if "region" in by_kind else None
    currency = by_kind["currency"][1].strip("* ") if "currency" in by_kind else None
    if zone:
        zone = zone_paid_in(zone, currency, row)
    parts = [by_kind[kind][1].replace("**", "") for kind in ("level", "title") if kind in by_kind]
    band = Band(zone, " ".join(filter(None, parts)) or None, line=table.line)
    for component in COMPONENTS:
        if component in by_kind:
            header, cell = by_kind[component]
            band.headers[component] = header
            band.cells[component] = _pay_cell(header, cell, zone)
    return band


def _pay_cell(header: str, text: str, zone: Zone | None) -> Cell:
    """A cell of pay; its period is the header's where the amount itself states none."""
    cell, period = read_cell(text, zone.currency if zone else None), pay_period(header)
    if cell.money is None or cell.money.period or period is None:
        return cell
    return replace(cell, money=replace(cell.money, period=period))


def _by_component(table: Table) -> list[Band]:
    bands = []
    for column, header in enumerate(table.header[1:], 1):
        zone = zone_paid_in(read_zone(header), None, tuple(row[column] for row in table.rows))
        band = Band(zone, None, line=table.line)
        for row in table.rows:
            kind = column_kind(row[0])
            if kind in COMPONENTS and kind not in band.cells:
                band.headers[kind] = row[0]
                band.cells[kind] = _pay_cell(row[0], row[column], zone)
        bands.append(band)
    return bands


def _by_level(table: Table) -> list[Band]:
    zones = [read_zone(header) for header in table.header[1:]]
    return [
        _level_band(table, row[0].replace("**", ""), zone, cell)
        for row in table.rows
        for zone, cell in zip(zones, row[1:], strict=True)
    ]


def _level_band(table: Table, level: str, zone: Zone, text: str) -> Band:
    cell = read_cell(text, zone.currency)
    return Band(zone, level, {"total": cell}, {"total": ""}, table.line, level_only=True)
