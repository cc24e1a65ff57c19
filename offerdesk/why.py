"""Why: from a verdict down to the facts, the numbers of the book and the market rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from offerdesk.glossary import Glossary, Term
from offerdesk.page import VERDICTS
from offerdesk.reason import Reason
from offerdesk.reduced import cut_away, reduced
from offerdesk.replay import Replayed
from offerdesk.why_market import MarketRows
from rules.book import Row
from rules.expression import Expression, Lookup, sql_text, walk
from rules.interpreter import Explanation, explain
from rules.interpreter import compile as meaning
from rules.units import NUMBER
from rules.wording import shown

TRUTHS = {True: "TRUE", False: "FALSE", None: "UNKNOWN"}
SEEN = "see above"
_COMPARISON = re.compile(r"([a-z][a-z0-9_]*) (?:=|<>|<=?|>=?) ")


def reasons(replayed: Replayed, other: str | None = None) -> Reason:
    """The reasoning behind a decision, or behind its not being another one.

    Args:
        replayed: The decision, judged again.
        other: ``accept``, ``counter``, ``walk_away`` or ``needs_review``: why was it not this?
    """
    return _Reasoner(replayed).why_not(other) if other else _Reasoner(replayed).why()


class _Reasoner:
    """Follows names through the book; what was shown once is not shown again."""

    def __init__(self, replayed: Replayed) -> None:
        self.replayed = replayed
        self.book = replayed.book
        self.judgement = replayed.judgement
        self.values: Mapping[str, Any] = replayed.judgement.values
        self.glossary = Glossary(replayed.book, replayed.judgement)
        self.market = MarketRows(replayed)
        self.seen: set[str] = set()

    # --- Rows -------------------------------------------------------------------------------

    def why(self) -> Reason:
        row = self.judgement.row
        parts = [
            self.row(row),
            Reason("rows", "Why no earlier row", rests_on=tuple(self.earlier(row))),
            *self.ends(),
            *self.market.all(),
        ]
        return Reason("decision", self.headline(), rests_on=tuple(parts), value=self.said)

    def why_not(self, other: str) -> Reason:
        wanted = "review" if other == "needs_review" else other
        rows = [row for row in self.book.rows if row.decides == wanted]
        if self.judgement.row.decides == wanted:
            text = f"It is {other.replace('_', ' ')}, by row {self.judgement.row.name}."
            return Reason("decision", self.headline(), rests_on=(Reason("rows", text),))
        found = tuple(self.lost(row) for row in rows)
        text = f"Why not {other.replace('_', ' ')}: {len(rows)} rows would say so, none decided"
        return Reason("decision", self.headline(), rests_on=(Reason("rows", text, rests_on=found),))

    @property
    def said(self) -> str:
        """The verdict as the book's rows name it."""
        return "needs_review" if self.judgement.row.decides == "review" else self.judgement.verdict

    def headline(self) -> str:
        row = self.replayed.row
        verdict = VERDICTS[self.judgement.verdict]
        if self.judgement.status == "needs_review":
            verdict = f"NEEDS REVIEW (provisional: {verdict})"
        again = "the same, byte for byte" if self.replayed.is_same else "NOT the same"
        return f"Decision {row.id}: {verdict}. Judged again from the log: {again}."

    def row(self, row: Row) -> Reason:
        why = self.replayed.record["because"]
        text = f"Row {row.name} says {row.decides.replace('_', ' ')}: {why}"
        rests_on = tuple(self.condition(self.explained(row.when)))
        return Reason("row", text, row.name, True, rests_on)

    def lost(self, row: Row) -> Reason:
        truth = self.judgement.rows[row.name]
        text = f"Row {row.name} is {TRUTHS[truth]}"
        if truth is True:
            return Reason(
                "row", f"{text}, but {self.judgement.row.name} decides first", row.name, True
            )
        rests_on = tuple(self.condition(self.explained(row.when)))
        return Reason("row", text, row.name, truth, rests_on)

    def earlier(self, deciding: Row) -> Iterator[Reason]:
        for row in self.book.rows:
            if row is deciding or row.name == deciding.name:
                return
            truth = self.judgement.rows[row.name]
            failed = tuple(self.misses(self.explained(row.when)))
            says = row.decides.replace("_", " ")
            yield Reason("row", f"{row.name} ({says}) is {TRUTHS[truth]}", row.name, truth, failed)

    def ends(self) -> Iterator[Reason]:
        """What was tried when something is uncertain."""
        tried = self.judgement.trials
        if len(tried) > 1:
            told = ", ".join(
                f"own equity at its {own} and the others' at their {other}: {row}"
                for (own, other), row in tried.items()
            )
            yield Reason("rows", f"Tried at the ends of what is uncertain: {told}.")

    # --- Conditions -------------------------------------------------------------------------

    def explained(self, expression: Expression) -> Explanation:
        """Why an expression has its value, without the branches that were not taken."""
        return explain(reduced(expression, self.values), self.values)

    def condition(self, why: Explanation) -> Iterator[Reason]:
        """What makes a condition what it is; what makes no difference is left out."""
        if _turns_over(why):
            rests_on = tuple(self.condition(why.parts[0]))
            if rests_on:
                yield Reason("condition", self.told(why), value=why.value, rests_on=rests_on)
        elif why.parts:
            for part in why.parts:
                if _tells(part, why):
                    yield from self.condition(part)
        elif why.text in self.glossary:
            yield self.name(why.text)
        elif why.reads:
            rests_on = tuple(self.names(why.reads))
            yield Reason("condition", self.told(why), value=why.value, rests_on=rests_on)

    def told(self, why: Explanation) -> str:
        margin = self.margin(why)
        how = "" if margin is None else f", {'by' if why.value else 'misses by'} {margin}"
        return f"{why.text}: {TRUTHS[why.value]}{how}"  # type: ignore[index]

    def margin(self, why: Explanation) -> str | None:
        """How far a comparison is from turning, in the unit of its left side."""
        if not why.margin:
            return None
        found = _COMPARISON.match(why.text)
        if found and found[1] in self.book.types:
            return self.shown(found[1], abs(why.margin))
        return f"{abs(why.margin):,.4g}"

    def misses(self, why: Explanation) -> Iterator[Reason]:
        """The single conditions that keep a row from being TRUE."""
        if why.parts and not _turns_over(why):
            for part in why.parts:
                if _tells(part, why):
                    yield from self.misses(part)
            return
        reads = sorted(_reads(why))
        unknown = [name for name in reads if self.values[name] is None]
        missing = f" (not known: {', '.join(unknown)})" if why.value is None and unknown else ""
        read = ", ".join(
            f"{name} = {self.shown(name)}"
            for name in reads
            if name != why.text and not isinstance(self.values[name], Mapping | None)
        )
        values = f" ({read})" if read and not missing else ""
        yield Reason("condition", f"{self.told(why)}{values}{missing}", value=why.value)

    # --- Names ------------------------------------------------------------------------------

    def names(self, names: Iterable[str]) -> Iterator[Reason]:
        for name in names:
            yield self.name(name)

    def name(self, name: str) -> Reason:
        term = self.glossary[name]
        value = self.values.get(name)
        plain = None if isinstance(value, Mapping) else value
        if name in self.seen:
            return Reason(term.kind, f"{self.head(term, value)} ({SEEN})", name, plain)
        self.seen.add(name)
        text = f"{self.head(term, value)}{self.range(name)} - {term.told}"
        return Reason(term.kind, text, name, plain, tuple(self.below(term)))

    def head(self, term: Term, value: Any) -> str:
        if term.kind == "signal":
            return f"{term.name}: {TRUTHS[value]}"
        if isinstance(value, Mapping):
            return f"{term.name}(...)"
        return f"{term.name} = {self.shown(term.name)}"

    def below(self, term: Term) -> Iterator[Reason]:
        if term.expression is None:
            yield from (Reason(term.kind, told) for told in term.details)
            yield from self.market.behind(term.name)
            return
        taken = reduced(term.expression, self.values)
        why = explain(taken, self.values)
        if term.kind == "signal":
            yield from self.condition(why)
        else:
            yield Reason("formula", f"= {sql_text(taken)}")
            reads = sorted(_reads(why))
            yield from self.names(reads) if reads else self.chosen(term.expression)
        yield from (self.entry(one) for one in walk(taken) if isinstance(one, Lookup))

    def chosen(self, expression: Expression) -> Iterator[Reason]:
        """Why an expression came to a constant: what was asked and found missing before it."""
        for one in dict.fromkeys(cut_away(expression, self.values)):
            yield from self.condition(self.explained(one))

    def entry(self, lookup: Lookup) -> Reason:
        """The entry of a table that was read."""
        key, value = meaning(lookup.key)(self.values), meaning(lookup)(self.values)
        term = self.glossary[lookup.table]
        text = f"{lookup.table}({key}) = {'unknown' if value is None else value}"
        return Reason(term.kind, f"{text} - {term.told}", lookup.table, value)

    def shown(self, name: str, value: Any = ...) -> str:
        """A value in its unit; a plain number as the book writes it, 0.05 and not 5 %."""
        kind = self.book.types.get(name)
        given = self.values.get(name) if value is ... else value
        if kind is None or (isinstance(given, float) and kind.unit in (None, NUMBER)):
            return f"{given:.4g}" if isinstance(given, float) else str(given)
        return shown(given, kind, self.judgement.case.currency)

    def range(self, name: str) -> str:
        ends = self.judgement.ends.get(name)
        if ends is None:
            return ""
        low, high = (self.shown(name, end) for end in ends)
        return f" (between {low} and {high})"


def _reads(why: Explanation) -> set[str]:
    return set(why.reads).union(*(_reads(part) for part in why.parts))


def _turns_over(why: Explanation) -> bool:
    """Whether it is a NOT, the only thing with a single part."""
    return len(why.parts) == 1


def _tells(part: Explanation, whole: Explanation) -> bool:
    """Whether a part is a reason for the value of the whole.

    TRUE parts make an OR true and FALSE parts an AND false; a part that has another value than
    the whole is no reason for it.  Beside a bare NULL it is: what must be UNKNOWN when something
    holds is UNKNOWN because that holds.
    """
    return (
        part.value is whole.value
        or (whole.value is not True and part.value is None)
        or (whole.value is None and any(map(_is_bare_null, whole.parts)))
    )


def _is_bare_null(why: Explanation) -> bool:
    return why.value is None and not why.reads and not why.parts
