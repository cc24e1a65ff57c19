"""One part of a sheet: its rows as facts, judged, with their levers; nothing that is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import polars as pl

from pipelines.scoring.believable import SCALE, doubtful_entries, doubtful_offers, with_scale
from pipelines.scoring.columns import BESIDE, Columns
from pipelines.scoring.doubtful import Door, Judged
from pipelines.scoring.exchange import (
    IS_FOREIGN,
    RATE,
    USED,
    WITHOUT,
    Exchange,
    Tables,
    converted,
    stated_rates,
    uses,
)
from pipelines.scoring.facts import DOUBT, Reading
from pipelines.scoring.lists import nested, paths_of
from pipelines.scoring.market import CELL, PERCENTILES, REGISTRY, Cells, asked_of, finder
from pipelines.scoring.stated import Stated
from rules.book import Book, ListOf
from rules.case import Case
from rules.conversion import is_money
from rules.frame_columns import OF_KIND
from rules.frame_joins import beside, of_offers, of_their_offers, places
from rules.keys import root_of
from rules.place import jurisdiction
from rules.source import PathInDocument
from rules.sql_lists import OFFER, POSITION
from warehouse.market import ASKED

Frames = Mapping[str, pl.DataFrame]
COMPETING = "competing_offers"
SENT = "protected_attributes_sent"
OF_ENTRIES = (DOUBT, USED, WITHOUT)
NOTHING = pl.lit(None).alias("nothing asked")


@dataclass(frozen=True)
class Read:
    """A part as facts.

    Attributes:
        tables: ``offers`` and each list of the book; offers under their number in the part.
        refused: Number of an offer -> everything that is wrong with its row.
    """

    tables: Frames
    refused: Mapping[int, Sequence[Any]]


class Reader:
    """Turns parts of a sheet into facts.

    Args:
        book: The vocabulary.
        columns: What the columns of the sheet are for.
        sheet: The sheet as its reader knows it.
        today: The evaluation date of a row that names none.
        first_day: Rows dated before it go through the door, which refuses them.
    """

    def __init__(
        self, book: Book, columns: Columns, sheet: str, today: date, first_day: date
    ) -> None:
        self._book, self._columns, self._today, self._first = book, columns, today, first_day
        roots = {fact.name: root_of(fact.group) for fact in book.facts.values()}
        self._reading = Reading(book, list(book.facts.values()), roots, columns.by_path)
        self._whole = {(*roots[f.name], *path) for f in book.facts.values() for path in f.paths}
        self._for_the_door = [c for c, p in columns.paths.items() if self._is_for_the_door(p)]
        self._door = Door(book, columns, sheet, today)
        self._rates: tuple[Cells, Tables] | None = None
        self._market_columns = [c for c, p in columns.paths.items() if p[:1] == ("market",)]
        self._market = [fact for fact in book.facts.values() if fact.group == "market"]
        self._vesting = [
            fact.name for fact in book.facts.values() if fact.paths[0][0] == "vest_schedule"
        ]

    # --- Which cells --------------------------------------------------------------------------

    def asked_columns(self, schema: Mapping[str, pl.DataType]) -> list[str]:
        """The columns that ``asked`` reads.

        Lists of the market are not among them: it takes longer to read them than to look a few
        cells up for offers that bring theirs.
        """
        here = [one for one in self._market_columns if one in schema]
        market = [one for one in here if not schema[one].is_nested()]
        return [*dict.fromkeys((*market, *self._reading.columns_of(ASKED)))]

    def _is_market(self, column: str) -> bool:
        return self._book.lists[self._columns.lists[column]].path[0] == "market"

    def asked(self, raw: pl.DataFrame) -> pl.DataFrame:
        """To which cells of the market offers belong, each once; perhaps of some that bring theirs.

        Args:
            raw: The ``asked_columns`` of the sheet.
        """
        brings_market = _some(Stated(raw), [c for c in self._market_columns if c in raw.columns])
        stating = raw.filter(~brings_market).select(
            *self._reading.columns_of(ASKED),
            NOTHING,  # a sheet may state none of them
        )
        facts = self._reading.read(Stated(stating.unique(maintain_order=True)), ASKED)
        return facts.with_columns(pl.col("evaluation_date").fill_null(self._today)).select(ASKED)

    def _is_for_the_door(self, path: PathInDocument) -> bool:
        """Whether only the door can tell what stands there: it is part of what one fact reads."""
        if path[:1] == ("market",) and path[1:2] and path[1] in BESIDE:
            return path[1] != "fx"
        return any(path[:length] in self._whole for length in range(1, len(path)))

    # --- Facts --------------------------------------------------------------------------------

    def read(self, raw: pl.DataFrame, rivals: pl.DataFrame | None, cells: Cells) -> Read:
        """The facts of a part.

        Args:
            raw: The rows of the sheet, numbered from 0 under ``offer_id``.
            rivals: Rows of the sheet of competing offers that belong to them, numbered alike.
            cells: What the market says.
        """
        sheet = Stated(raw)
        facts = self._reading.read(sheet).with_columns(raw[OFFER], *self._sent(sheet))
        facts = facts.with_columns(pl.col("evaluation_date").fill_null(self._today))
        own = self._brings_market(sheet)
        facts = self._with_place(self._with_market(facts, own, cells))
        rates = Exchange(self._tables(cells), facts, self._fx(raw, own))
        facts = self._with_own_market_converted(facts, own, rates)
        stated = self._stated_lists(raw, rivals)
        scaled = with_scale(facts, self._book)
        scales = scaled.select(OFFER, SCALE)
        lists = {
            one.name: self._list(one, stated, scales, rates) for one in self._book.lists.values()
        }
        facts = _with_rates_of(lists.values(), facts)
        doubt = facts[DOUBT] | doubtful_offers(scaled, self._book)
        doubt |= facts["evaluation_date"] < self._first
        doubt |= _some(sheet, self._for_the_door) | ~_some(sheet, self._columns.paths)
        for entries in lists.values():
            doubt |= facts[OFFER].is_in(entries.filter(DOUBT)[OFFER].implode())
        judged = self._through_door(raw.filter(doubt), stated, cells)
        sure, own = (facts.filter(~doubt), own.filter(~doubt)) if doubt.any() else (facts, own)
        lists = {
            name: self._with_percentiles(name, entries, sure, own, cells)
            for name, entries in lists.items()
        }
        return self._together(sure, lists, judged)

    def _sent(self, sheet: Stated) -> Iterator[pl.Expr]:
        """That protected attributes were sent is kept; what they were is not."""
        columns = [column for column in self._columns.dropped if column in sheet.raw.columns]
        if columns and SENT in self._book.facts:
            sent = reduce(or_, map(sheet.is_stated, columns))
            yield pl.when(sent).then(pl.lit(value=True)).otherwise(pl.col(SENT)).alias(SENT)

    def _brings_market(self, sheet: Stated) -> pl.Series:
        """Whether a row states anything about the market, so that none is looked up."""
        listed = [sheet.is_stated(c) for c in self._columns.lists if self._is_market(c)]
        return reduce(or_, listed, _some(sheet, self._market_columns))

    def _with_market(self, facts: pl.DataFrame, own: pl.Series, cells: Cells) -> pl.DataFrame:
        """The facts of the market, and what the registry knows of vesting, beside the offer's."""
        if own.all():
            unused = {WITHOUT: pl.lit(value=False), USED: pl.lit(value=False)}
            return facts.with_columns(**unused, **{CELL: pl.lit(None, pl.Int64)})
        found = _looked_up(facts, own, cells)
        told = [name for name in found.columns if name in self._book.facts and name not in ASKED]
        facts = facts.with_columns(
            pl.when(own).then(pl.col(name)).otherwise(found[name]).alias(name) for name in told
        )
        facts = facts.with_columns(pl.col(WITHOUT, USED).fill_null(value=False))
        doubt = pl.col(DOUBT) | (pl.Series(~own) & found[DOUBT].fill_null(value=True))
        return self._with_vesting(facts.with_columns(doubt, found[CELL]), own, found)

    def _tables(self, cells: Cells) -> Tables:
        """The tables of rates of the market; kept for the next part."""
        if self._rates is None or self._rates[0] is not cells:
            self._rates = (cells, Tables(self._book, cells.table))
        return self._rates[1]

    def _fx(self, raw: pl.DataFrame, own: pl.Series) -> pl.Series:
        """What rows that bring their market state of exchange rates."""
        paths = self._columns.paths
        columns = {c: path[2:] for c, path in paths.items() if path[:2] == ("market", "fx")}
        stated = stated_rates(raw, columns)
        return stated.set(own & stated.is_null(), "null").set(~own, None)

    def _with_own_market_converted(
        self, facts: pl.DataFrame, own: pl.Series, rates: Exchange
    ) -> pl.DataFrame:
        """A market in a foreign currency, which an offer brought, in the currency of the offer."""
        rated = rates.rated(facts, "guide_currency")
        rated = rated.with_columns(pl.col(IS_FOREIGN) & own)
        money = [fact.name for fact in self._market if is_money(fact) and fact.name in facts]
        facts = converted(facts, rated, money).with_columns(
            pl.when(own).then(rates.days()).otherwise(pl.col("rate_date")).alias("rate_date")
        )
        return facts.with_columns(pl.col(one.name) | one for one in uses(rated))

    def _with_vesting(
        self, facts: pl.DataFrame, own: pl.Series, found: pl.DataFrame
    ) -> pl.DataFrame:
        """Where the letter is silent on vesting, the newest dated source for the company counts."""
        if REGISTRY + "vest_schedule_years" not in found.columns:
            return facts
        years, registered = pl.col("equity_grant_years"), found[REGISTRY + "vest_schedule_years"]
        is_silent = (
            pl.Series(~own)
            & pl.all_horizontal(pl.col(name).is_null() for name in self._vesting)
            & pl.col("equity_grant_value").is_not_null()
            & registered.is_not_null()
            & (years.is_null() | (years == registered))
        )
        return facts.with_columns(
            pl.when(is_silent).then(_column(found, REGISTRY + name)).otherwise(name).alias(name)
            for name in self._vesting
        )

    def _with_place(self, facts: pl.DataFrame) -> pl.DataFrame:
        found = facts.select("country", "state").unique()
        known = [jurisdiction(country, state, self._book) for country, state in found.rows()]
        table = found.with_columns(pl.Series("work_jurisdiction", known, pl.String))
        return beside(facts.drop("work_jurisdiction"), table, found.columns)

    # --- Lists --------------------------------------------------------------------------------

    def _stated_lists(
        self, raw: pl.DataFrame, rivals: pl.DataFrame | None
    ) -> dict[str, pl.DataFrame]:
        """The entries of each list as they stand in the sheet."""
        found = {name: nested(raw, column) for column, name in self._columns.lists.items()}
        if rivals is not None:
            found[COMPETING] = rivals
        return {name: frame for name, frame in found.items() if OFFER in frame.columns}

    def _list(
        self,
        one: ListOf,
        stated: Mapping[str, pl.DataFrame],
        scales: pl.DataFrame,
        rates: Exchange,
    ) -> pl.DataFrame:
        """The facts of every entry of a list; in doubt where the door would say anything."""
        facts = self._book.facts_of(one)
        schema: dict[str, Any] = {OFFER: pl.Int64, POSITION: pl.Int32}
        schema |= {name: OF_KIND[fact.type.kind] for name, fact in facts.items()}
        entries = stated.get(one.name)
        if entries is None or entries.is_empty():
            return pl.DataFrame(schema={**schema, **dict.fromkeys(OF_ENTRIES, pl.Boolean)})
        columns = [
            column
            for column in entries.columns
            if column not in (OFFER, POSITION) and column not in self._book.prohibited
        ]
        by_path = {path: column for column, path in paths_of(columns, facts.values()).items()}
        reading = Reading(self._book, list(facts.values()), dict.fromkeys(facts, ()), by_path)
        found = reading.read(Stated(entries)).with_columns(entries[OFFER], entries[POSITION])
        found = found.with_columns(
            pl.col(name).fill_null(word)
            for name, word in one.assumed.items()
            if name not in entries.columns or found[name].null_count()
        )
        unread = set(entries.columns) - {*reading.columns, OFFER, POSITION}
        rated = pl.DataFrame(
            {RATE: None, IS_FOREIGN: pl.repeat(value=False, n=found.height, eager=True)}
        )
        if "currency" in facts:
            rated = rates.rated(found, "currency")
            found = converted(found, rated, [n for n, fact in facts.items() if is_money(fact)])
        found = of_their_offers(found, scales)
        doubt = found[DOUBT] | doubtful_entries(found, list(facts.values()))
        for column in unread:
            doubt |= entries[column].is_not_null()
        return found.with_columns(
            doubt.alias(DOUBT),
            *uses(rated),
        ).select(*schema, *OF_ENTRIES)

    def _with_percentiles(
        self, name: str, entries: pl.DataFrame, offers: pl.DataFrame, own: pl.Series, cells: Cells
    ) -> pl.DataFrame:
        """The entries of offers that stay, with the percentiles of their cells."""
        kept = of_offers(entries.drop(OF_ENTRIES), offers[OFFER])
        if name != PERCENTILES:
            return kept
        asked = offers.select(OFFER, CELL).filter(~own)
        found = asked.join(cells.percentiles, on=CELL).drop(CELL)
        return pl.concat([kept, found.select(kept.columns)])

    # --- The door -----------------------------------------------------------------------------

    def _through_door(
        self, raw: pl.DataFrame, stated: Mapping[str, pl.DataFrame], cells: Cells
    ) -> Judged:
        if raw.is_empty():
            return Judged()
        objects = finder(cells)

        def find(facts: Mapping[str, Any]) -> Mapping[str, Any]:
            return objects[asked_of(facts, self._today)]

        entries = {
            name: of_offers(frame, raw[OFFER]).sort(OFFER, POSITION).to_dicts()
            for name, frame in stated.items()
        }
        return self._door.judge(raw, OFFER, entries, find)

    def _together(self, sure: pl.DataFrame, lists: Frames, judged: Judged) -> Read:
        """Rows that were plain and rows that the door let through, as one."""
        schema = {name: OF_KIND[fact.type.kind] for name, fact in self._book.facts.items()}
        offers = sure.select(OFFER, *schema)
        tables: dict[str, pl.DataFrame] = {"offers": offers, **lists}
        if judged.cases:
            tables = {
                name: pl.concat([frame, _of_cases(name, judged.cases, dict(frame.schema))])
                for name, frame in tables.items()
            }
        return Read(tables, judged.faults)


def _with_rates_of(lists: Iterable[pl.DataFrame], facts: pl.DataFrame) -> pl.DataFrame:
    """Offers that also say whether an entry of theirs used a rate, or was without one."""
    for entries in lists:
        for name in (USED, WITHOUT):
            here = entries.filter(name)[OFFER].implode()
            facts = facts.with_columns(pl.col(name) | pl.col(OFFER).is_in(here))
    return facts


def _looked_up(facts: pl.DataFrame, own: pl.Series, cells: Cells) -> pl.DataFrame:
    """The cell of each offer; NULL where the offer brings its market."""
    asked = facts.select(ASKED).filter(~own)
    found = beside(asked, cells.telling, ASKED).drop(ASKED)
    return found.select(pl.all().gather(places(~own))) if own.any() else found


def _some(sheet: Stated, columns: Iterable[str]) -> pl.Series:
    """Whether anything stands in some columns."""
    nothing = pl.repeat(value=False, n=sheet.raw.height, eager=True)
    return reduce(or_, map(sheet.is_stated, columns), nothing)


def _column(frame: pl.DataFrame, name: str) -> pl.Series | None:
    """A column; NULL where there is none."""
    return frame[name] if name in frame.columns else None


def _of_cases(
    name: str, cases: Mapping[int, Case], schema: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    rows = (
        [{OFFER: number, **case.facts} for number, case in cases.items()]
        if name == "offers"
        else [
            {OFFER: number, POSITION: place, **entry}
            for number, case in cases.items()
            for place, entry in enumerate(case.entries[name])
        ]
    )
    return pl.DataFrame([{key: row.get(key) for key in schema} for row in rows], dict(schema))
