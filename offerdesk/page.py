"""What a decision says to a person, in order, whatever it is printed as.

The page has two parts.  ``Words to say`` is meant for the employer and holds nothing private; all
the rest, the floors and the minimum above all, is for the person who decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offerdesk.bars import Bar
from offerdesk.complaints import printable
from offerdesk.decision import Decision
from offerdesk.headings import pinned, subject_line
from rules.wording import money

VERDICTS = {"accept": "ACCEPT", "counter": "COUNTER", "walk_away": "WALK AWAY"}
PRIVATE, WORDS, ORIGIN = "For your eyes only", "Words to say", "Where this comes from"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``strong`` where it must not be overlooked."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """One line of thought each; numbered, from a first number on, where their order counts."""

    items: tuple[str, ...]
    numbered: bool = False
    first: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table; the columns in ``right`` hold amounts."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Bars:
    """Components of pay, each against its band."""

    bars: tuple[Bar, ...]


Block = Paragraph | Bullets | Grid | Bars


@dataclass(frozen=True, slots=True)
class Section:
    """Something under a title of its own."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Sections for one reader."""

    title: str
    note: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A decision, ready to be laid out."""

    verdict: str
    colour: str
    subject: str
    reason: str
    parts: tuple[Part, ...]


def page_of(decision: Decision) -> Page:
    """Lay a decision out as a page."""
    record = decision.record
    is_open = decision.status == "needs_review"
    verdict = VERDICTS[decision.verdict]
    return Page(
        verdict=f"NEEDS REVIEW (provisional: {verdict})" if is_open else verdict,
        colour="yellow" if is_open else COLOURS[decision.verdict],
        subject=subject_line(record),
        reason=printable(record["because"]),
        parts=tuple(part for part in _parts(decision) if part.sections),
    )


COLOURS = {"accept": "green", "counter": "cyan", "walk_away": "red"}


def outcome_line(outcome: Mapping[str, Any]) -> str:
    """A verdict in capitals; one that is provisional says so.

    >>> outcome_line({"verdict": "walk_away", "status": "decided"})
    'WALK AWAY'
    """
    verdict = VERDICTS[outcome["verdict"]]
    return verdict if outcome["status"] == "decided" else f"NEEDS REVIEW ({verdict})"


def _parts(decision: Decision) -> Iterator[Part]:
    record = decision.record
    private = [
        _review(record),
        _standing(decision),
        _worth(record),
        _asks(record),
        _packages(record),
        _bullets("Before you sign", (one["text"] for one in record["conditions"])),
        _questions(record),
        _evidence(record),
        _bullets("Notices", record["notices"]),
    ]
    yield Part(PRIVATE, "Do not pass this part on.", tuple(one for one in private if one))
    words = (*_words(record), _said_together(record))
    said = tuple(section for section in words if section)
    yield Part(WORDS, "To the employer, in your own voice.", said)
    origin = (_sources(record), _law(record), _standing_of(record), _pins(decision))
    yield Part(ORIGIN, "", tuple(section for section in origin if section))


def _bullets(
    title: str, items: Iterable[str], numbered: bool = False, first: int = 1
) -> Section | None:
    listed = tuple(printable(item) for item in items)
    return Section(title, (Bullets(listed, numbered, first),)) if listed else None


# --- For your eyes only -------------------------------------------------------------------------


def _review(record: Mapping[str, Any]) -> Section | None:
    if record["status"] != "needs_review":
        return None
    decisive = [one["text"] for one in record["questions"] if one["decisive"]]
    verdict = VERDICTS[record["verdict"]].lower()
    said = f"The verdict ({verdict}) is provisional: it is the one that can still be taken back. "
    said += "These answers settle it:" if decisive else "No single answer settles it."
    asked = (Bullets(tuple(map(printable, decisive)), numbered=True),) if decisive else ()
    return Section("What is missing", (Paragraph(said, strong=True), *asked))


def _standing(decision: Decision) -> Section | None:
    bars = tuple(_bars(decision))
    return Section("Where the offer stands", (Bars(bars),)) if bars else None


def _bars(decision: Decision) -> Iterator[Bar]:
    figures, facts, asks = decision.record["derived"], decision.facts, decision.record["ask"]
    scale = _ratio(figures["grant_years"], figures["band_years"])
    floor = _product(figures["accept_floor_equity_run_rate"], figures["grant_years"])
    lines = {
        "base": (
            "base salary",
            figures["base"],
            figures["base_band"],
            figures["accept_floor_base"],
            figures["target_base"],
        ),
        "equity_total": (
            "equity grant",
            figures["equity_paper_value"],
            [_product(end, scale) for end in figures["equity_band"]],
            floor,
            _product(figures["target_equity"], scale),
        ),
        "sign_on": (
            "sign-on",
            figures["sign_on_total"],
            [facts.get("guide_sign_on_min"), facts.get("guide_sign_on_max")],
            None,
            None,
        ),
    }
    for name, (label, offered, band, own_floor, own_target) in lines.items():
        ask = asks.get(name, {})
        bar = Bar(
            label=label,
            currency=decision.record["currency"],
            band=(band[0], band[1]),
            offer=offered,
            floor=ask.get("floor", own_floor),
            target=ask.get("target", own_target),
            opening=ask.get("opening"),
        )
        if offered is not None and bar.compares:
            yield bar


def _ratio(a: float | None, b: float | None) -> float:
    return a / b if a and b else 1.0


def _product(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a * b


def _worth(record: Mapping[str, Any]) -> Section | None:
    figures, ranges = record["derived"], record["ranges"]
    lines = [
        ("a usual year", "tc_recurring"),
        ("the first year", "tc_y1"),
        ("the fourth year", "cash_flow_y4"),
        ("four-year average", "tc_4y_avg"),
        ("the same, promised in the letter", "committed_4y_avg"),
        ("four-year average, after risk", "tc_risk_adj"),
        ("no deal, to you", "reservation_tc"),
        (
            f"best other offer ({figures['best_competing_company']}), after risk",
            "best_competing_tc_risk_adj",
        ),
        ("its first year", "best_competing_cash_flow_y1"),
        ("its fourth year", "best_competing_cash_flow_y4"),
        ("its average, promised in its letter", "best_competing_committed_4y_avg"),
    ]
    rows = tuple(
        (printable(label), _money(record, figures[name]), _span(record, _ends(ranges, name)))
        for label, name in lines
        if (figures[name] is not None or name in ranges) and not _is_repeated(figures, name)
    )
    rows += tuple(_swings(record))
    if not rows:
        return None
    wide = 3 if any(row[2] for row in rows) else 2
    cells = tuple(row[:wide] for row in rows)
    grid = Grid(("", "a year", "between")[:wide], cells, frozenset({1, 2}))
    return Section("What it is worth", (grid,))


def _ends(ranges: Mapping[str, Any], name: str) -> Any:
    """The ends of a figure; on paper the other offer has none, whichever is the best one."""
    is_on_paper = name.startswith("best_competing") and not name.endswith("risk_adj")
    return None if is_on_paper else ranges.get(name)


def _is_repeated(figures: Mapping[str, Any], name: str) -> bool:
    """Whether a figure says no more than the average that stands beside it."""
    return name.endswith("committed_4y_avg") and _is_close(
        figures[name], figures[name.replace("committed", "tc")]
    )


def _is_close(a: float | None, b: float | None) -> bool:
    return a is not None and b is not None and abs(a - b) < 1


def _swings(record: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The average year when the stock falls and rises alike, on both sides."""
    figures = record["derived"]
    for label, name in (("if the stock moves", "tc"), ("the other, likewise", "competing_tc")):
        ends = [figures[f"{name}_4y_avg_if_stock_{way}"] for way in ("falls", "rises")]
        if None not in ends and ends[0] != ends[1]:
            yield label, "", _span(record, ends)


def _span(record: Mapping[str, Any], ends: Sequence[Any] | None) -> str:
    if not ends or None in ends:
        return ""
    return f"{_money(record, min(ends))} and {_money(record, max(ends))}"


def _asks(record: Mapping[str, Any]) -> Section | None:
    rows = tuple(
        (
            ask["label"],
            *(_money(record, ask[part]) for part in ("offered", "opening", "target")),
            _money(record, _least_to_sign(ask)),
        )
        for ask in record["ask"].values()
    )
    if rows:
        head = ("", "offered", "say", "settle at", "sign at")
        worth = Paragraph(_worth_of_asking(record))
        return Section("What to ask for", (Grid(head, rows, frozenset({1, 2, 3, 4})), worth))
    polish = [f"{one['label']} of {_money(record, one['amount'])}" for one in record["polish_asks"]]
    return _bullets("You may still ask, without making it a condition", polish)


def _least_to_sign(ask: Mapping[str, Any]) -> float | None:
    """The floor, or what is offered already where that is more: nobody signs for less."""
    return max((ask[part] for part in ("offered", "floor") if ask[part] is not None), default=None)


def _worth_of_asking(record: Mapping[str, Any]) -> str:
    """Both sides of asking, as far as they are known."""
    figures = record["derived"]
    gain, loss = figures["expected_gain_of_asking"], figures["expected_loss_of_asking"]
    risk = figures["rescission_risk"]
    said = "" if gain is None else f"Asking brings about {_money(record, gain)} a year on average. "
    said += f"The chance that it costs the offer is about {100 * risk:.0f} %"
    return f"{said}, worth {_money(record, loss)} a year." if loss else f"{said}."


def _packages(record: Mapping[str, Any]) -> Section | None:
    packages = record["meso_packages"]
    if not packages:
        return None
    rows = [
        (label, *(_money(record, one["components"][name]) for one in packages))
        for name, label in _labels(record).items()
    ]
    rows.append(("worth over four years", *(_money(record, one["value_4y"]) for one in packages)))
    head = ("", *(f"{one['id']}, {one['name']}" for one in packages))
    grid = Grid(head, tuple(rows), frozenset(range(1, len(head))))
    return Section("The same as packages of equal worth", (grid,))


def _labels(record: Mapping[str, Any]) -> dict[str, str]:
    """What the components of the packages are called."""
    named = record["meso_packages"][0]["components"]
    return {name: record["ask"][name]["label"] for name in named}


def _questions(record: Mapping[str, Any]) -> Section | None:
    is_open = record["status"] == "needs_review"
    left = [one["text"] for one in record["questions"] if not (is_open and one["decisive"])]
    return _bullets("Worth asking", left)


def _evidence(record: Mapping[str, Any]) -> Section | None:
    levers = sorted(record["levers"], key=lambda one: one["message"])
    used = (f"Have ready: {one['needs']} Mind: {one['risk']}" for one in levers)
    return _bullets("To go with the words below", used, numbered=True)


# --- Words to say -------------------------------------------------------------------------------


def _words(record: Mapping[str, Any]) -> Iterator[Section | None]:
    """What is said first; what waits, so that every message brings something new."""
    first, later = (
        [lever["script"] for lever in record["levers"] if lever["message"] == number]
        for number in (1, 2)
    )
    yield _bullets("In the first message" if later else "", first, True)
    yield _bullets("In the second, if one is needed", later, True, len(first) + 1)


def _said_together(record: Mapping[str, Any]) -> Section | None:
    packages = record["meso_packages"]
    if not packages:
        return None
    labels = _labels(record)
    offers = [
        ", ".join(f"{labels[name]} {_money(record, amount)}" for name, amount in parts.items())
        for parts in (one["components"] for one in packages)
    ]
    return _bullets("Or as a choice: I would be glad of any of these", offers)


# --- Where this comes from ----------------------------------------------------------------------


def _sources(record: Mapping[str, Any]) -> Section | None:
    used = dict.fromkeys(map(_source, record["market"]))
    return _bullets("Market rows", used)


def _source(row: Mapping[str, Any]) -> str:
    level = f"level {row['level']}" if row.get("level") else None
    as_of = f"as of {row['as_of']}" if row.get("as_of") else "undated"
    count = f"{row['n']:,.0f} records" if row.get("n") is not None else None
    told = [row.get("source") or "source not named", row.get("region"), level, as_of, count]
    return f"{', '.join(one for one in told if one)} ({row.get('step') or 'given'})"


def _law(record: Mapping[str, Any]) -> Section | None:
    return _bullets("Law at the place of work", map(_statute, record["law"]))


def _statute(row: Mapping[str, Any]) -> str:
    size = f", employers of {row['employers_of']} and more" if row["employers_of"] else ""
    note = f" {row['note']}" if row["note"] else ""
    return f"{row['place']} since {row['since']}{size}: {row['meaning']}{note}"


def _standing_of(record: Mapping[str, Any]) -> Section | None:
    return _bullets("What this is", record["disclaimers"])


def _pins(decision: Decision) -> Section:
    logged = f"logged as {decision.id}" if decision.id else "not logged"
    return Section("Pinned by", (Paragraph(f"{pinned(decision.record)}, {logged}"),))


def _money(record: Mapping[str, Any], value: Any) -> str:
    return "-" if value is None else money(value, record["currency"])
