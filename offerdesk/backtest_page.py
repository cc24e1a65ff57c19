"""What came of a backtest, for a terminal, for a note under a change, and for a machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from textwrap import indent
from typing import Any

from offerdesk.listings import as_json, columns
from offerdesk.markdown import escaped
from offerdesk.tried import KINDS, Tried, counted
from rules.wording import money

SHOWN = 40  # of anything, in the text
_ASIDE = {
    "refused": "would be refused",
    "own_market": "brought their own market, which no snapshot changes",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The money asked for over four years in one currency, before and after."""

    currency: str
    before: float
    after: float

    @property
    def difference(self) -> float:
        """What is asked for in addition."""
        return self.after - self.before


def asked(tried: Sequence[Tried]) -> list[Asked]:
    """The sums by currency, over the decisions that both judge; those that do not differ, too."""
    codes = sorted({one.currency or "" for one in tried if one.after})
    return [
        Asked(
            code,
            sum(one.asked or 0.0 for one in tried if one.after and (one.currency or "") == code),
            sum(one.asks or 0.0 for one in tried if one.after and (one.currency or "") == code),
        )
        for code in codes
    ]


def as_form(tried: Sequence[Tried], by: str, form: str, redacted: int = 0, **known: Any) -> str:
    """What came out.

    Args:
        tried: Every decision.
        by: What judged them again, in words.
        form: ``text``, ``md`` or ``json``.
        redacted: How many decisions have no facts left to judge.
        known: More for the record of a machine, such as the hash of the book.
    """
    if form == "json":
        return as_json({**known, **record(tried, redacted)})
    if not tried and not redacted:
        return "Nothing is logged yet; `offerdesk decide OFFER` logs its decision."
    return "\n\n".join(sections(tried, by, form, redacted))


def record(tried: Sequence[Tried], redacted: int = 0) -> dict[str, Any]:
    """For a machine."""
    counts = counted(tried)
    return {
        "counts": {**{kind: counts[kind] for kind in KINDS}, "redacted": redacted},
        "causes": dict(_causes(tried)),
        "market_rows": dict(_market_rows(tried)),
        "asked": [{**asdict(one), "difference": one.difference} for one in asked(tried)],
        "decisions": list(map(asdict, tried)),
    }


def sections(
    tried: Sequence[Tried], by: str, form: str = "text", redacted: int = 0
) -> Iterator[str]:
    """The parts of a page."""
    yield _summary(tried, by, redacted)
    lay = _markdown if form == "md" else _text
    for kind, title in (("verdict", "Another verdict"), ("refused", "Refused")):
        some = [one for one in tried if one.kind == kind]
        if some:
            yield lay(title, _FLIPS, [_line(one) for one in some[:SHOWN]], _more(len(some)))
    for title, found in ((_CAUSES, _causes(tried)), (_ROWS, _market_rows(tried))):
        lines = [(one, f"{count:,}") for one, count in found[:SHOWN]]
        if lines:
            yield lay(title, ("", "verdicts"), lines, _more(len(found)))
    moved = [_moved(one) for one in asked(tried) if one.difference]
    if moved:
        yield lay("Asked for, over four years", ("", "before", "", "after", "difference"), moved)


_FLIPS = ("decision", "before", "", "after", "company", "role", "alone brought about by")
_CAUSES = "Brought about by (a verdict that each of two changes alone turns counts for both)"
_ROWS = "Market rows that differ for these verdicts, whether or not they count"


def _more(count: int) -> str:
    return f"and {count - SHOWN:,} more" if count > SHOWN else ""


def _summary(tried: Sequence[Tried], by: str, redacted: int) -> str:
    counts = counted(tried)
    told = (
        f"{len(tried):,} decisions, judged again {by}: "
        f"{counts['verdict']:,} would have another verdict, {counts['asks']:,} other asks, "
        f"{counts['words']:,} only other reasons or words, {counts['same']:,} are the same"
    )
    aside = [f"{counts[kind]:,} {words}" for kind, words in _ASIDE.items() if counts[kind]]
    aside += [f"{redacted:,} more are redacted and cannot be judged"] if redacted else []
    return "; ".join([told, *aside]) + "."


def _line(one: Tried) -> tuple[str, ...]:
    after = " ".join(one.after) if one.after else one.found
    by = ", ".join(one.brought_about_by)
    return (one.id, " ".join(one.before), "->", after, one.company or "", one.role or "", by)


def _causes(tried: Sequence[Tried]) -> list[tuple[str, int]]:
    """Each change, and how many verdicts it alone turns over; and of how many that is not known."""
    return Counter(cause for one in tried for cause in one.brought_about_by).most_common()


def _market_rows(tried: Sequence[Tried]) -> list[tuple[str, int]]:
    return Counter(cell for one in tried for cell in one.market_rows).most_common()


def _moved(one: Asked) -> tuple[str, ...]:
    code = one.currency
    sign = "+" if one.difference > 0 else ""
    amounts = (money(one.before, code), "->", money(one.after, code))
    return (code, *amounts, f"{sign}{money(one.difference, code)}")


def _text(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], more: str = "") -> str:
    return f"{title}\n" + indent("\n".join([columns(rows), *([more] if more else [])]), "  ")


def _markdown(
    title: str, head: Sequence[str], rows: Sequence[Sequence[str]], more: str = ""
) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| {' | '.join(map(escaped, row))} |" for row in rows]
    return "\n".join([f"### {title}", "", *lines, *(["", more] if more else [])])
