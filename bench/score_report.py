"""The figures of scoring as Markdown, to be read and to be quoted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from bench.batch import BY_HAND
from bench.report import table

RATE, RATE_WITH_LEDGER = 400_000, 300_000  # offers a second, at least
MEMORY, MEMORY_AT = 2048, 10_000_000  # [MB], under, at so many offers
OVER_BY_HAND, BELOW_ZEN = 1.3, 20.0  # at most and at least
OURS = "our_frame"

Figures = Mapping[str, Any]


def as_markdown(found: Figures) -> str:
    """One page with a table per question.

    Args:
        found: What ``score.json`` holds.
    """
    sections = (
        _heading(found["machine"]),
        _whole(found["scored"]),
        _growth(found["scored"]),
        _engines(found["engines"]),
        _ratios(found["engines"]["runs"], found["engines"]["names"]),
        _agreement(found["engines"]),
    )
    return "\n".join(line for section in sections for line in section)


def _heading(machine: Figures) -> Iterator[str]:
    yield "# How fast whole sheets are scored"
    yield ""
    yield "Made by `python -m bench.scoring` (`make bench`), everything in one run on two cores."
    yield "On a busy machine processor time is nearer to the truth than time taken."
    yield ""
    yield from (f"- {name.replace('_', ' ')}: {value}" for name, value in machine.items())


def _whole(scored: Sequence[Figures]) -> Iterator[str]:
    yield from ("", "## `offerdesk score`, Parquet to Parquet, the whole process", "")
    yield "Starting, reading, judging, levers, tally and writing, in two processes. Peak: what all"
    yield "processes held at one moment; high water: the most of each, summed up."
    yield ""
    head = ["offers", "ledger", "seconds", "offers/s", "wanted", "CPU us/offer", "peak MB"]
    head += ["high water MB", "written MB"]
    yield from table(head, [_sheet(one) for one in scored])
    yield ""
    yield _memory(scored)


def _sheet(one: Figures) -> list[object]:
    rate, least = one["rows"] / one["seconds"], RATE_WITH_LEDGER if one["ledger"] else RATE
    met = "met" if rate >= least else f"{least:,}, missed {least / rate:.1f} x"
    return [
        f"{one['rows']:,}",
        "with" if one["ledger"] else "without",
        one["seconds"],
        f"{rate:,.0f}",
        met,
        f"{one['cpu_seconds'] / one['rows'] * 1e6:.1f}",
        one["peak_mb"],
        one["high_water_mb"],
        one["written_mb"],
    ]


def _memory(scored: Sequence[Figures]) -> str:
    measured = [one for one in scored if one["rows"] == MEMORY_AT]
    wanted = f"Wanted: under {MEMORY} MB at {MEMORY_AT:,} offers"
    if not measured:
        return f"{wanted}; not measured in this run (`--long`)."
    most = max(one["high_water_mb"] for one in measured)
    return f"{wanted}; {most} MB, {'met' if most < MEMORY else 'missed'}."


def _growth(scored: Sequence[Figures]) -> Iterator[str]:
    """What one more offer costs between two sizes: flat where it stays the same."""
    rows = []
    for has_ledger in (False, True):
        some = [one for one in scored if one["ledger"] is has_ledger]
        for fewer, more in pairwise(some):
            added = more["rows"] - fewer["rows"]
            rows.append(
                [
                    f"{fewer['rows']:,} to {more['rows']:,}",
                    "with" if has_ledger else "without",
                    f"{(more['cpu_seconds'] - fewer['cpu_seconds']) / added * 1e6:.2f}",
                    f"{(more['peak_mb'] - fewer['peak_mb']) / added * 1e6:.0f}",
                ]
            )
    if rows:
        yield from ("", "What one more offer costs, without what is done once:", "")
        yield from table(["offers", "ledger", "CPU us/offer", "peak MB per million"], rows)


def _engines(found: Figures) -> Iterator[str]:
    yield from ("", "## The book alone, beside engines in which it is written by hand", "")
    yield "Facts in Parquet in, answers in Parquet out; starting and compiling do not count. The"
    yield "slice is what a person writes whole: worth of the package, gaps to floors and minimum,"
    yield "the row that decides on them, and floor, target and opening of base and grant. Its"
    yield "offers have a band of their own, no rivals and nothing uncertain; an engine by hand does"
    yield "no more than they need, while ours allows for all that an offer may state. All have two"
    yield "cores: two threads, or two processes. The least of up to three runs. Polars compresses"
    yield "as `offerdesk score` has it do, for whichever engine; DuckDB as it always does (Snappy)."
    yield ""
    cpu = {(one["engine"], one["rows"]): _each(one, "cpu_seconds") for one in found["runs"]}
    head = ["engine", "offers", "seconds", "offers/s", "CPU us/offer", "CPU / our slice"]
    head.append("peak MB")
    rows = [
        [
            found["names"][one["engine"]],
            f"{one['rows']:,}",
            one["seconds"],
            f"{one['rows'] / one['seconds']:,.0f}",
            f"{_each(one, 'cpu_seconds'):.2f}",
            _over(_each(one, "cpu_seconds"), cpu.get((OURS, one["rows"]))),
            one["peak_mb"],
        ]
        for one in sorted(found["runs"], key=lambda one: one["rows"])
    ]
    yield from table(head, rows)
    yield ""
    yield from (f"- {found['names'][name]}: {note}" for name, note in found["notes"].items())
    yield from (f"- {name} was left out: {why}" for name, why in found["absent"].items())
    outcomes = (f"{count:,} x {what}" for what, count in found["verdicts"].items())
    yield f"- What the slice decides: {', '.join(outcomes)}."


def _each(one: Figures, what: str) -> float:
    """Of one offer [us]."""
    return float(one[what] / one["rows"] * 1e6)


def _over(value: float, base: float | None) -> str:
    return "" if base is None else f"{value / base:.2f}"


def _ratios(runs: Sequence[Figures], names: Mapping[str, str]) -> Iterator[str]:
    """Ours over the best by hand, and zen-engine over ours, size by size."""
    ours = {one["rows"]: one for one in runs if one["engine"] == OURS}
    rows = []
    for size, own in ours.items():
        by_hand = [one for one in runs if one["engine"] in BY_HAND and one["rows"] == size]
        if by_hand:
            rows.append(_ratio("ours / best by hand", own, by_hand))
    for one in runs:
        if one["engine"].startswith("zen") and ours:
            own = ours.get(one["rows"], ours[max(ours)])
            rows.append(_ratio(f"{names[one['engine']]} / ours", one, [own]))
    if rows:
        yield from ("", "What one offer costs; where the numbers of offers differ, both are told.")
        yield f"Wanted: ours at most {OVER_BY_HAND} of the best by hand, zen-engine at least"
        yield f"{BELOW_ZEN:g} times ours."
        yield ""
        yield from table(["ratio", "offers", "time taken", "CPU"], rows)


def _ratio(name: str, above: Figures, below: Sequence[Figures]) -> list[object]:
    found = [
        _each(above, what) / min(_each(one, what) for one in below)
        for what in ("seconds", "cpu_seconds")
    ]
    sizes = dict.fromkeys((above["rows"], below[0]["rows"]))
    return [name, " / ".join(f"{size:,}" for size in sizes), *(f"{one:.2f}" for one in found)]


def _agreement(found: Figures) -> Iterator[str]:
    yield ""
    wrong = {name: columns for name, columns in found["differing"].items() if columns}
    if not wrong:
        yield "All engines gave the same answers to all offers that they were given: words and"
        yield "unknowns exactly, amounts but for rounding in the last digits."
    for name, columns in wrong.items():
        counts = ", ".join(f"{column} for {count:,}" for column, count in columns.items())
        yield f"- {found['names'][name]} differs: {counts}."
    yield ""
