"""Two editions of a book side by side: for a terminal, for a pull request, for a machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from textwrap import indent
from typing import Any

from offerdesk.backtest_page import record as backtest_record
from offerdesk.backtest_page import sections as backtest_sections
from offerdesk.book_diff import BookDiff
from offerdesk.listings import as_json
from offerdesk.markdown import escaped
from rules.book import Book
from rules.case import Case
from rules.revision.changes import CHANGED, DECIDES, REASONS, WORDS, Change
from rules.revision.difference import Difference, End, Range, Region
from rules.revision.edges import Edge, Way
from rules.revision.features import ENDS
from rules.worked.reducing import departures
from rules.worked.writing import flow

_TITLES = {
    DECIDES: "What decides",
    WORDS: "Words: no verdict and no ask changes by them",
    REASONS: "Reasons only: meanings, sources, grades; nothing that is decided reads them",
}
HASH = 12  # [digits] of a hash that are shown


def as_form(found: BookDiff, form: str) -> str:
    """The difference, for whom it is."""
    if form == "json":
        return as_json(_record(found))
    lay = _markdown if form == "md" else _text
    parts = [lay(title, lines) for title, lines in _parts(found)]
    if found.logged or found.redacted:
        parts += [f"{'## ' if form == 'md' else ''}Logged decisions"]
        by = f"by {found.new.name}"
        parts += list(backtest_sections(found.logged, by, form, found.redacted))
    head = _head(found)
    return "\n\n".join([f"## {head}" if form == "md" else head, *parts])


def _head(found: BookDiff) -> str:
    if not found.changes:
        return f"{found.old.name} and {found.new.name} say the same: {found.new.book.hash}"
    counts = [sum(one.effect == effect for one in found.changes) for effect in _TITLES]
    told = ", ".join(f"{count} {what}" for count, what in zip(counts, _COUNTED, strict=True))
    old, new = (f"{one.name} ({one.book.hash[:HASH]})" for one in (found.old, found.new))
    return f"From {old} to {new}: {told}"


_COUNTED = ("of what decides", "of words", "of reasons only")


def _parts(found: BookDiff) -> Iterator[tuple[str, list[str]]]:
    """Titles and lines."""
    for effect, title in _TITLES.items():
        some = [one for one in found.changes if one.effect == effect]
        if some:
            yield title, [line for one in some for line in _change(one, found.reach[one.told])]
    if not found.changes:
        return
    yield "Where verdicts differ", list(_where(found))


def _change(one: Change, reach: Sequence[str]) -> Iterator[str]:
    what = "" if one.what == CHANGED else f" is {one.what}"
    yield f"{one.told}{what} ({one.place})"
    for detail in one.details:
        yield f"  {detail.at}: {detail.before} -> {detail.after}"
    if reach:
        yield f"  can reach: {', '.join(reach)}"


def _where(found: BookDiff) -> Iterator[str]:
    where = found.difference
    if where is None:
        yield "Nowhere: nothing that was changed can reach a verdict or an ask."
        return
    yield (
        f"{where.tried:,} offers, made like {found.known:,} known ones, were judged by both: of "
        f"{where.flips:,} the verdict differs, of {where.asks:,} more only what is asked for."
    )
    if not where.flips:
        yield "That none was found is no proof that there is none."
    for number, region in enumerate(where.regions, 1):
        yield from _region(number, region, where, found.old.book)
    if where.untold:
        yield f"{where.untold} rare ways to differ are not described."
    yield from _meanings(where.regions, found.old.book)


def way_told(way: Way) -> str:
    """Both outcomes in words."""
    before, after = (
        verdict if status == "decided" else f"{verdict} (needs review)"
        for verdict, status in (way[:2], way[3:5])
    )
    return f"{before} -> {after} ({way[2]} -> {way[5]})"


def _region(number: int, region: Region, where: Difference, book: Book) -> Iterator[str]:
    yield f"{number}. {way_told(region.way)}: {100 * region.share:.2g} % of those offers"
    ranges = [range_told(one, book) for one in region.ranges] or ["wherever both rows can hold"]
    yield f"   where {'; '.join(ranges)}"
    yield f"   {_pure(region)}"
    yield f"   such as {_witness(departs(region.witness, where.plain))}"


def _pure(region: Region) -> str:
    told = f"{100 * region.purity:.3g} % of the offers that were seen there differ so"
    return f"{told}, leaving out those that something else decides"


def _witness(departing: dict[str, Any]) -> str:
    return f"the plain offer with {flow(departing)}" if departing else "the plain offer"


def departs(case: Case, plain: Case) -> dict[str, Any]:
    """What a case states otherwise than the plain offer, as a worked case would."""
    found: dict[str, Any] = {name: case.facts[name] for name in departures(case, plain)}
    for name, entries in case.entries.items():
        if list(entries) != list(plain.entries[name]):
            found[name] = [{k: v for k, v in one.items() if v is not None} for one in entries]
    return found


def range_told(one: Range, book: Book) -> str:
    """A range in words: from where to where, and whether its ends are exact."""
    name, _, world = one.name.partition("@")
    subject = f"{name} {ENDS[world]}" if world else name
    if one.words:
        return f"{subject} is {' or '.join(map(str, one.words))}"
    if one.low and one.high and one.low.value == one.high.value:
        return f"{subject} is {_number(one.low.value, name, book)}"
    ends = [_end(one.low, _LOW, name, book), _end(one.high, _HIGH, name, book)]
    return f"{subject} is {' to '.join(end for end in ends if end)}".replace("to up to", "to")


_LOW = {True: "from", False: "above"}
_HIGH = {True: "up to", False: "under"}


def _end(end: End | None, words: Mapping[bool, str], name: str, book: Book) -> str:
    if end is None:
        return ""
    about = "" if end.is_exact else "about "
    return f"{words[end.included]} {about}{_number(end.value, name, book)}"


def _number(value: float, name: str, book: Book) -> str:
    kind = book.types.get(name)
    unit = str(kind.label or kind.unit or "") if kind else ""
    if unit in ("fraction", "1/year"):
        return f"{100 * value:.8g} %"
    return f"{value:,.10g}"


def _meanings(regions: Sequence[Region], book: Book) -> Iterator[str]:
    from offerdesk.glossary import Glossary

    glossary = Glossary(book)
    names = [one.name.partition("@")[0] for region in regions for one in region.ranges]
    for name in dict.fromkeys(names):
        if name in glossary:
            yield f"{name}: {glossary[name].told}"


def _text(title: str, lines: Sequence[str]) -> str:
    return f"{title}\n" + indent("\n".join(lines), "  ")


def _markdown(title: str, lines: Sequence[str]) -> str:
    items = [
        f"{line[: len(line) - len(line.lstrip())]}- {escaped(line.lstrip())}" for line in lines
    ]
    return "\n".join([f"### {title}", "", *items])


def _margin(line: str) -> str:
    return " " * (2 * bool(line.startswith(" ")))


# --- For a machine --------------------------------------------------------------------------


def _record(found: BookDiff) -> dict[str, Any]:
    where = found.difference
    return {
        "old": found.old.book.hash,
        "new": found.new.book.hash,
        "changes": [
            {
                "kind": one.kind,
                "name": one.name,
                "what": one.what,
                "effect": one.effect,
                "place": one.place,
                "details": [asdict(detail) for detail in one.details],
                "reach": list(found.reach[one.told]),
            }
            for one in found.changes
        ],
        "tried": where.tried if where else 0,
        "flips": where.flips if where else 0,
        "asks": where.asks if where else 0,
        "ways": [_way(way) | {"offers": count} for way, count in where.ways] if where else [],
        "regions": [_region_record(one, where) for one in where.regions] if where else [],
        "logged": _logged_record(found),
    }


def _logged_record(found: BookDiff) -> dict[str, Any] | None:
    is_empty = not found.logged and not found.redacted
    return None if is_empty else backtest_record(found.logged, found.redacted)


def _way(way: Way) -> dict[str, Any]:
    return {"before": list(way[:3]), "after": list(way[3:])}


def _region_record(region: Region, where: Difference) -> dict[str, Any]:
    return {
        **_way(region.way),
        "share": region.share,
        "seen": region.seen,
        "purity": region.purity,
        "ranges": [_range_record(one) for one in region.ranges],
        "witness": departs(region.witness, where.plain),
    }


def _range_record(one: Range) -> dict[str, Any]:
    found: dict[str, Any] = {"name": one.name, "words": list(one.words) or None}
    for side, end in (("low", one.low), ("high", one.high)):
        found[side] = None if end is None else {
            "value": end.value,
            "exact": end.is_exact,
            "included": end.included,
            "edge": _edge(end.edge) if end.edge else None,
        }  # fmt: skip
    return found


def _edge(edge: Edge) -> dict[str, Any]:
    listed, name = edge.slot
    return {
        "fact": name,
        "list": listed or None,
        "entry": edge.at if listed else None,
        "inside": edge.inside,
        "outside": edge.outside,
    }
