"""Names that a market knows of employers, roles, levels and places, for whoever is typing one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from warehouse.aliases import plain, rows_of
from warehouse.companies import company_id
from warehouse.roles import OTHER, role_of
from warehouse.snapshot import open_file

MOST = 12  # names that are offered at once


@dataclass(frozen=True, slots=True)
class Cell:
    """One band of a guide: whose it is, for which role and level, where, in which currency."""

    company_id: str
    company: str
    role: str
    role_family: str
    level: str
    place: str
    currency: str


@dataclass(frozen=True)
class KnownNames:
    """The names of one market, and those of the tables.

    Attributes:
        cells: The bands of its guides.
        employers: Names of employers that other figures are about, most often met first.
    """

    cells: tuple[Cell, ...] = ()
    employers: tuple[str, ...] = ()

    def companies(self, begun: str) -> list[str]:
        """Employers whose name begins, or has a word that begins, as somebody has begun to type."""
        guided = dict.fromkeys(cell.company for cell in self.cells)
        return matching([*guided, *self.employers], begun)

    def roles(self, begun: str, company: str) -> list[str]:
        """Roles that the employer's guides are about, then those of the tables."""
        return matching([*(cell.role for cell in self._of(company)), *self._titles], begun)

    def levels(self, begun: str, company: str, role: str) -> list[str]:
        """Levels of the employer, as its guides and the tables name them."""
        own, employer = self._of_role(company, role), company_id(company)
        listed = [row for row in rows_of("levels") if row["company_id"] == employer]
        named = [row["names"].split("|")[0] for row in listed or rows_of("level_words")]
        return matching([*(cell.level for cell in own if cell.level), *named], begun)

    def places(self, begun: str, company: str, role: str) -> list[str]:
        """Places that the employer's bands are for, then those of the tables."""
        own = [cell.place for cell in self._of_role(company, role)]
        return matching([*own, *self._regions], begun)

    def currency(self, company: str, role: str) -> str | None:
        """The currency of the employer's bands, where they have but one."""
        found = {cell.currency for cell in self._of_role(company, role)}
        return found.pop() if len(found) == 1 else None

    def _of(self, company: str) -> Sequence[Cell]:
        wanted = company_id(company) if company.strip() else ""
        return [cell for cell in self.cells if cell.company_id == wanted]

    def _of_role(self, company: str, role: str) -> Sequence[Cell]:
        own, wanted = self._of(company), role_of(role).family if role.strip() else OTHER
        same = [cell for cell in own if cell.role_family == wanted]
        return same or own

    @cached_property
    def _titles(self) -> tuple[str, ...]:
        return tuple(row["names"].split("|")[0] for row in rows_of("roles"))

    @cached_property
    def _regions(self) -> tuple[str, ...]:
        return tuple(row["names"].split("|")[0] for row in rows_of("regions"))


def matching(names: Iterable[str], begun: str) -> list[str]:
    """Names that begin so, then those with a later word that does; each once.

    >>> matching(["Blue Kiln", "Kiln & Co", "Kilnworks", "Kilnworks"], "kiln")
    ['Kiln & Co', 'Kilnworks', 'Blue Kiln']
    """
    wanted = plain(begun)
    told = [(name, plain(name)) for name in dict.fromkeys(names)]
    first = [name for name, words in told if words.startswith(wanted)]
    later = [name for name, words in told if f" {wanted}" in words]
    return list(dict.fromkeys([*first, *later]))[:MOST]


@lru_cache(maxsize=4)
def known_names(market: Path | None) -> KnownNames:
    """The names of a published snapshot, which never changes; those of the tables without one.

    Raises:
        FailedWorld: As ``warehouse.snapshot.open_file``.
    """
    listed = tuple(row["names"].split("|")[0] for row in rows_of("companies"))
    if market is None:
        return KnownNames(employers=listed)
    with closing(open_file(market)) as connection:
        cells = connection.execute(_CELLS).fetchall()
        employers = [name for (name,) in connection.execute(_EMPLOYERS).fetchall()]
    by_id = {row["company_id"]: row["names"].split("|")[0] for row in rows_of("companies")}
    named = (by_id.get(one) or one.replace("-", " ").title() for one in employers)
    return KnownNames(
        tuple(Cell(*(value or "" for value in cell)) for cell in cells),
        tuple(dict.fromkeys([*named, *listed])),
    )


_CELLS = """
    SELECT DISTINCT company_id, company, role, role_family, coalesce(job_level_raw, level_text),
        pay_zone_raw, currency
    FROM guide JOIN band USING (guide_id) ORDER BY ALL
"""
_EMPLOYERS = """
    SELECT company_id FROM percentile WHERE company_id IS NOT NULL
    GROUP BY company_id ORDER BY max(n) DESC, company_id
"""
