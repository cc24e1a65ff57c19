"""Decision rows: every case gets one, each of them can decide, and what wins where two hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations, permutations

from rules.book import Row
from rules.errors import Fault
from rules.expression import And, Call, Expression, IsNull, Literal, Name, Not
from rules.open_case import equals
from rules.proving.claims import Claim, Places
from rules.proving.seeking import Seeker, Settled
from rules.proving.statement import Statement

CHAPTER, FILE = "rows", "verdict.yaml"


def not_true(condition: Expression) -> Expression:
    """FALSE or UNKNOWN.

    >>> not_true(Name("a")).function
    'COALESCE'
    """
    return Call("COALESCE", (Not(condition), Literal(True)))


def truth(row: Row) -> Name:
    """Whether the condition of a row is TRUE, as a term."""
    return Name(f"row {row.name}")


class RowProofs:
    """The claims about the rows of a book.

    Attributes:
        overlaps: The pairs of rows that were found to hold together, the one that wins first, and
            the reason that the book gives for it.
    """

    def __init__(
        self, seeker: Seeker, places: Places, statement: Statement, about: Collection[str] = ()
    ) -> None:
        self._seeker, self._places, self._statement = seeker, places, statement
        self._about = about
        self._rows = seeker.book.rows
        self.overlaps: list[tuple[str, str, str]] = []

    def claims(self) -> Iterator[Claim]:
        """Every claim, one after the other."""
        yield self._every_case_gets_a_row()
        masked = set()
        # Where a later row decides, no earlier one holds.
        for row in filter(self._is_wanted, reversed(self._rows)):
            claim = self._can_decide(row)
            masked |= {row.name} if claim.standing == "failed" else set()
            yield claim
        yield self._no_gap()
        yield from self._subsumed(masked)
        yield from self._overlaps()

    def _is_wanted(self, *rows: Row) -> bool:
        return not self._about or any(row.name in self._about for row in rows)

    # --- One row for every case ---------------------------------------------------------------

    def _every_case_gets_a_row(self) -> Claim:
        text = "every case gets exactly one row"
        settled = self._seeker.settle(IsNull(Name("rule")))
        fault = Fault("proof-no-row", self._place(self._rows[-1]), "an offer without a row", _LAST)
        return claimed(self._seeker, CHAPTER, text, settled, fault, wanted="impossible")

    def _no_gap(self) -> Claim:
        """An offer of which every row says FALSE is complete, and no row was made for it."""
        *rows, last = self._rows
        says = [
            self._seeker.any_case.unfolding.in_the_end(say.when) for say in last.because if say.when
        ]
        condition = And((*(Not(truth(row)) for row in rows), *(not_true(when) for when in says)))
        settled = self._seeker.settle(condition)
        fault = Fault(
            "proof-gap",
            self._place(last),
            f"a complete offer that no row before {last.name} is made for",
            "a row for every complete offer",
            "widen a row, or give the last row a sentence for this offer",
        )
        text = (
            f"no complete offer falls through to {last.name}, unless one of its sentences says why"
        )
        return claimed(self._seeker, CHAPTER, text, settled, fault, wanted="impossible")

    # --- Each row -----------------------------------------------------------------------------

    def _can_decide(self, row: Row) -> Claim:
        before = self._before(row)
        decides = And(
            (truth(row), equals("rule", row.name), *(not_true(truth(one)) for one in before))
        )
        settled = self._seeker.settle(decides, row.when, is_likely=True)
        fault = (
            self._dead_or_masked(row, before)
            if settled.outcome == "impossible"
            else Fault("proof-not-proved", self._place(row), settled.remark)
        )
        return claimed(
            self._seeker, CHAPTER, f"{row.name} can decide", settled, fault, wanted="found"
        )

    def _before(self, row: Row) -> Sequence[Row]:
        return self._rows[: self._rows.index(row)]

    def _dead_or_masked(self, row: Row, before: Iterable[Row]) -> Fault:
        if self._seeker.is_impossible(truth(row)):
            found = f"{row.name}, whose condition can never be TRUE"
            return Fault("proof-dead-row", self._place(row), found, "a row that can decide", _MEND)
        names = [
            one.name
            for one in before
            if self._seeker.is_impossible(And((truth(row), not_true(truth(one)))))
        ]
        by = ", ".join(names) or "the rows before it"
        found = f"{row.name}, which is masked by {by}: whenever it holds, an earlier row decides"
        return Fault("proof-masked-row", self._place(row), found, "a row that can decide", _MOVE)

    def _subsumed(self, masked: Iterable[str]) -> Iterator[Claim]:
        """A row adds nothing where another one of the same verdict holds whenever it does."""
        for one, other in permutations(self._rows[:-1], 2):
            is_told = {one.name, other.name} & set(masked)
            if one.decides == other.decides and not is_told and self._is_wanted(one, other):
                adds = And((truth(one), not_true(truth(other))))
                settled = self._seeker.settle(adds, one.when, is_likely=True)
                found = f"{one.name}, which implies {other.name}; both say {one.decides}"
                fault = Fault("proof-subsumed-row", self._place(one), found, _ADDS, _MERGE)
                text = f"{one.name} says more than {other.name}"
                yield claimed(self._seeker, CHAPTER, text, settled, fault, wanted="found")

    def _overlaps(self) -> Iterator[Claim]:
        for first, second in combinations(self._rows[:-1], 2):
            if first.decides != second.decides and self._is_wanted(first, second):
                yield self._overlap(first, second)

    def _overlap(self, first: Row, second: Row) -> Claim:
        both = And((truth(first), truth(second)))
        stated = self._statement.wins(first.name, second.name)
        settled = self._seeker.settle(both, both, is_likely=stated is not None)
        if settled.outcome != "impossible":
            self.overlaps.append((first.name, second.name, stated.reason if stated else ""))
        if settled.outcome != "impossible" and stated is not None:
            text = f"{first.name} wins over {second.name} where both hold"
            return Claim(CHAPTER, text, "stated", None, (), stated.reason)
        text = f"{first.name} and {second.name} never hold together"
        found = f"{first.name} ({first.decides}) and {second.name} ({second.decides}) both TRUE"
        fault = Fault("proof-overlap", self._place(second), found, _ONE, _STATE.format(first.name))
        return claimed(self._seeker, CHAPTER, text, settled, fault, wanted="impossible")

    def _place(self, row: Row) -> str:
        return self._places.of(FILE, ("rows", row.name, "when"))


def claimed(
    seeker: Seeker, chapter: str, text: str, settled: Settled, fault: Fault, *, wanted: str
) -> Claim:
    """A claim, from what came of its condition.

    Args:
        seeker: Cuts the offer down that breaks the claim.
        chapter: Where it belongs.
        text: The claim.
        settled: What is known of the condition.
        fault: What is wrong where the condition is settled the other way.
        wanted: ``impossible`` where the condition would break the claim, ``found`` where it
            shows it.
    """
    if settled.outcome == "not_proved":
        step = "ask an engineer, or make the condition simpler; not proved is not a pass"
        open_fault = Fault("proof-not-proved", fault.place, settled.remark, "", step)
        return Claim(chapter, text, "not_proved", open_fault)
    if settled.outcome == wanted:
        return Claim(chapter, text, "proved" if wanted == "impossible" else "shown")
    offer = seeker.shortest(settled)
    return Claim(chapter, text, "failed", fault, () if offer is None else (offer,))


_LAST = "a last row that always holds"
_MEND = "mend the condition, or remove the row"
_MOVE = "move it before the rows that mask it, narrow them, or remove it"
_ADDS = "rows that each add something"
_MERGE = "remove the one that adds nothing, or narrow it"
_ONE = "rows of different verdicts that never hold together, or an overlap that is stated"
_STATE = "narrow one of them, or state in proofs.yaml that {} wins, with the reason"
