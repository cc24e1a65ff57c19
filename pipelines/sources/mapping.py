"""What a person says about the columns of an own sheet: ``<sheet>.mapping.yaml`` beside it.

``docs/own-sheet.md`` is for those who write one.  Every fault is found at once, with its line, and
with a fault nothing of the sheet is taken in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pipelines.sources.annual import per_year
from pipelines.sources.text_rows import PERSONAL, column_names
from rules.errors import Fault, UnusableCase
from rules.source import Document, read_document

# Our fields, with what a column may hold.
FIELDS = {
    "company": "the employer",
    "title": "the job title",
    "level": "the employer's own level",
    "place": "where the work is done",
    "country": "the country, as two letters",
    "currency": "a code of three letters",
    "base": "base pay, an amount or a range",
    "unit": "what base is paid for: year, month, week, day or hour",
    "bonus": "the yearly bonus, an amount or a percentage of base",
    "equity": "the grant",
    "total": "the yearly total",
    "sign_on": "the sign-on payment, which is left out",
    "date": "the day of the offer or report",
    "headcount": "how many people the row speaks for",
    "years_experience": "years of experience",
    "id": "what tells one row from another",
}
MONEY = ("base", "bonus", "equity", "total")
NO_DEFAULT = (*MONEY, "sign_on", "id", "years_experience")
NEEDED = ("title", "base", "date")
# The other words that a mapping may say, with what they may be; the first is meant when none is.
CHOICES = {
    "kind": ("report", "offer", "posting"),
    "decimal": ("point", "comma"),
    "amounts_in": ("units", "thousands", "lakh", "millions"),
    "bonus_is": ("amount", "percent"),
    "equity_is": ("per_year", "total"),
}
KEYS = ("title", "columns", "defaults", "date_format", "equity_years", *CHOICES)
DATE_FORMAT = re.compile(r"(?=.*YYYY)(?:YYYY|MM|DD|[-./ ])+")
ISO = "YYYY-MM-DD"


@dataclass(frozen=True, slots=True)
class OwnMapping:
    """A mapping without faults.

    Attributes:
        title: What the sheet is called; its file's name when not said.
        columns: Our field to the sheet's column.
        defaults: Our field to what holds where the sheet says nothing.
        choices: Of ``CHOICES``, what was said or is meant.
        date_format: Such as ``DD.MM.YYYY``.
        equity_years: Years that a grant stated in total is spread over.
    """

    title: str
    columns: Mapping[str, str]
    defaults: Mapping[str, str]
    choices: Mapping[str, str]
    date_format: str = ISO
    equity_years: float = 1.0


# A mapping that says nothing.
SILENT = OwnMapping("", {}, {}, {name: words[0] for name, words in CHOICES.items()})


def read_mapping(path: Path, header: Sequence[str]) -> OwnMapping:
    """Read a mapping and hold it against the header of its sheet.

    Raises:
        UnusableCase: What ``rules.source.read_document`` refuses (``document-...``), and every
            fault at once: ``mapping-not-a-mapping``, ``mapping-unknown-key``,
            ``mapping-unknown-field``, ``mapping-unknown-column``, ``mapping-personal-column``,
            ``mapping-ambiguous-column``, ``mapping-missing-field``, ``mapping-missing-key``,
            ``mapping-unknown-value``, ``mapping-no-default``.
    """
    reading = _Reading(read_document(path), header)
    mapping = reading.mapping(path.name.removesuffix(".mapping.yaml"))
    if reading.faults:
        raise UnusableCase(reading.faults)
    return mapping


@dataclass(slots=True)
class _Reading:
    """A mapping being read, with the faults found so far."""

    document: Document
    header: Sequence[str]
    faults: list[Fault] = field(default_factory=list)

    def fault(
        self, code: str, path: tuple[str, ...], found: object, allowed: str, step: str = ""
    ) -> None:
        place = self.document.place(path)
        self.faults.append(Fault(f"mapping-{code}", place, str(found), allowed, step))

    def mapping(self, stem: str) -> OwnMapping:
        said = self.part(())
        self.known(said, KEYS, (), "key")
        columns = self.columns()
        defaults = self.defaults()
        self.needed(columns, defaults)
        choices = {name: self.choice(said, name) for name in CHOICES}
        return OwnMapping(
            title=str(said.get("title") or stem),
            columns=columns,
            defaults=defaults,
            choices=choices,
            date_format=self.date_format(said),
            equity_years=self.equity_years(said, columns, choices),
        )

    def part(self, path: tuple[str, ...]) -> dict[str, Any]:
        """A part of the document that has to consist of ``key: value``."""
        value = self.document.value
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if value is None:
            return {}
        if isinstance(value, dict):
            return value
        if not path or isinstance(self.document.value, dict):
            self.fault("not-a-mapping", path, repr(value)[:60], "lines of `name: value`")
        return {}

    def known(
        self, said: Iterable[str], allowed: Iterable[str], path: tuple[str, ...], what: str
    ) -> None:
        names = list(allowed)
        for name in said:
            if name not in names:
                self.fault(f"unknown-{what}", (*path, name), name, *_near(name, names))

    def columns(self) -> dict[str, str]:
        said = self.part(("columns",))
        self.known(said, FIELDS, ("columns",), "field")
        found = {name: self.column(name, said[name]) for name in FIELDS if name in said}
        return {name: column for name, column in found.items() if column is not None}

    def column(self, name: str, written: object) -> str | None:
        """The sheet's own spelling of a column; case and spaces do not count."""
        folded = [_folded(one) for one in self.header]
        names = dict(zip(folded, column_names(self.header), strict=True))
        column = names.get(_folded(str(written)))
        if folded.count(_folded(str(written))) > 1:
            allowed = "a name that one column has alone"
            self.fault("ambiguous-column", ("columns", name), written, allowed, "rename the others")
        elif column is None:
            near = _near(str(written), list(self.header))
            self.fault("unknown-column", ("columns", name), written, *near)
        elif PERSONAL.search(column):
            allowed = "columns that do not say what or who a person is"
            self.fault("personal-column", ("columns", name), column, allowed, "take the line out")
            return None
        return column

    def defaults(self) -> dict[str, str]:
        said = self.part(("defaults",))
        self.known(said, FIELDS, ("defaults",), "field")
        found: dict[str, str] = {}
        for name in (name for name in FIELDS if name in said):
            if name in NO_DEFAULT:
                self.fault("no-default", ("defaults", name), name, "a column for it")
            elif allowed := _wrong_default(name, said[name]):
                self.fault("unknown-value", ("defaults", name), said[name], allowed)
            found[name] = str(said[name])
        return found

    def needed(self, columns: Mapping[str, str], defaults: Mapping[str, str]) -> None:
        said = {*columns, *defaults, *self.part(("columns",))}
        for name in NEEDED:
            if name not in said:
                where = "columns" if name in NO_DEFAULT else "columns or defaults"
                found = f"no {name} ({FIELDS[name]})"
                self.fault("missing-field", ("columns",), found, f"a line `{name}: ...` in {where}")

    def choice(self, said: Mapping[str, Any], name: str) -> str:
        value = said.get(name, CHOICES[name][0])
        if value not in CHOICES[name]:
            self.fault("unknown-value", (name,), value, *_near(str(value), CHOICES[name]))
        return str(value)

    def date_format(self, said: Mapping[str, Any]) -> str:
        value = str(said.get("date_format", ISO))
        if not DATE_FORMAT.fullmatch(value):
            allowed = "YYYY, MM and DD with - . / or spaces, such as DD.MM.YYYY"
            self.fault("unknown-value", ("date_format",), value, allowed)
        return value

    def equity_years(
        self, said: Mapping[str, Any], columns: Mapping[str, str], choices: Mapping[str, str]
    ) -> float:
        """Years of a grant that is stated in total; 1 where each row states a year's worth."""
        value = said.get("equity_years")
        if "equity" in columns and "equity_is" not in said:
            allowed = "`equity_is: per_year`, or `equity_is: total` and `equity_years: 4`"
            self.fault("missing-key", ("columns", "equity"), "no equity_is", allowed)
        if choices["equity_is"] != "total":
            return 1.0
        if value is None:
            self.fault("missing-key", ("equity_is",), "no equity_years", "`equity_years: 4`")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 10:
            self.fault("unknown-value", ("equity_years",), value, "a number up to 10")
        else:
            return float(value)
        return 1.0


def _folded(name: str) -> str:
    return " ".join(name.lstrip("\ufeff").split()).casefold()


def _near(name: str, names: Sequence[str]) -> tuple[str, str]:
    """What is allowed, and the nearest of it as the next step."""
    folded = {one.casefold(): one for one in names}
    near = get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.5)
    return ", ".join(names), f"perhaps `{folded[near[0]]}`" if near else ""


def _wrong_default(name: str, value: object) -> str | None:
    """What a default has to be, where it is not.

    >>> _wrong_default("currency", "Euro"), _wrong_default("currency", "EUR")
    ('a code of three letters, such as EUR', None)
    """
    text = str(value)
    if name == "currency" and not re.fullmatch("[A-Z]{3}", text):
        return "a code of three letters, such as EUR"
    if name == "country" and not re.fullmatch("[A-Z]{2}", text):
        return "a code of two letters, such as DE"
    if name == "unit" and per_year(text) is None:
        return "year, month, week, day or hour"
    if name == "date" and not isinstance(value, date):
        return "a day such as 2026-03-01"
    if name == "headcount" and (isinstance(value, bool) or not isinstance(value, int | float)):
        return "a number"
    return None if value is not None and text.strip() else FIELDS[name]
