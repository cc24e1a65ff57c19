"""Why two decisions differ: each difference divided among its four possible causes.

The causes are that the offer was edited, that the book changed, that the market changed and that
the date moved.  All sixteen mixtures of the inputs of the two are judged, and every number gets
Shapley's value of each cause: the parts add up to the change, exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import orjson

from offerdesk.replay import judge_and_clerk
from offerdesk.shapley import Causes, Shares, coalitions, enough, needed, shares
from offerdesk.sides import CAUSES, Mixed, Mixer, Raw, Side, side_of
from rules.checker import Type
from rules.decision import ASKED_PARTS
from rules.errors import FailedWorld, Fault
from warehouse.log import LogRow

ORDER = {"walk_away": 0, "counter": 1, "accept": 2}
Outcome = tuple[str, str]  # verdict and status


@dataclass(frozen=True, slots=True)
class Change:
    """A number that differs, and what part of the change each cause has.

    Attributes:
        name: Its name in the book, or ``verdict`` and ``needs_review``.
        label: What a person calls it.
        type: Its unit; None for a count.
        before: In the earlier decision; None where there is none; ``after``: in the later one.
    """

    name: str
    label: str
    type: Type | None
    before: float | None
    after: float | None
    shares: Shares


@dataclass(frozen=True, slots=True)
class Attribution:
    """Two decisions, and why they differ.

    Attributes:
        differing: The inputs that differ; only they can be causes.
        mixed: What each mixture gives, by the inputs taken from the later one.
        verdict: The verdict as a number, and whether a person has to look; both where they differ.
        asks: What is asked for; ``figures``: every other number of the record.
        enough: The smallest sets of causes that bring the later outcome about.
        needed: The causes without which it does not come about.
        notes: What could not be divided, or not done as it was.
    """

    before: Side
    after: Side
    differing: tuple[str, ...]
    mixed: Mapping[Causes, Mixed]
    verdict: tuple[Change, ...]
    asks: tuple[Change, ...]
    figures: tuple[Change, ...]
    enough: tuple[Causes, ...]
    needed: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether both have the same verdict and status."""
        return outcome(self.before.record) == outcome(self.after.record)


def outcome(record: Raw) -> Outcome:
    """The verdict and the status of a decision."""
    return record["verdict"], record["status"]


def attribution(before: LogRow, after: LogRow) -> Attribution:
    """Say why the later of two logged decisions is another one.

    Args:
        before: The earlier.
        after: The later; they may be of the same offer or of different ones.

    Raises:
        FailedWorld: ``replay-differs`` and what else keeps one of them from being judged again;
            ``changed-inseparable``, where it is judged otherwise from its separate inputs.
    """
    mixer = Mixer(side_of(before), side_of(after))
    mixed = {some: mixer.mixed(some) for some in coalitions(CAUSES)}
    _check(mixer, mixed)
    divide = _Divider(mixer, mixed)
    outcomes = {some: outcome(one.record) for some, one in mixed.items() if one.record}
    differs = mixer.differing()
    return Attribution(
        mixer.before,
        mixer.after,
        differs,
        mixed,
        tuple(divide.verdict()),
        tuple(divide.asks()),
        tuple(divide.figures()),
        tuple(enough(outcomes, differs)),
        tuple(needed(outcomes, differs)),
        tuple(_notes(mixer, mixed)),
    )


def _check(mixer: Mixer, mixed: Mapping[Causes, Mixed]) -> None:
    """Both ends are what was logged, although their inputs were taken apart and put together."""
    for side, some in ((mixer.before, frozenset[str]()), (mixer.after, frozenset(CAUSES))):
        found = mixed[some].record
        kept = ("verdict", "status", "rule", "derived", "ask")
        wrong = [name for name in kept if found is None or _plain(found[name]) != side.record[name]]
        if wrong:
            place = f"decision {side.row.id}, {wrong[0]}"
            told = "another one, when judged from its separate inputs"
            raise FailedWorld(Fault("changed-inseparable", place, told, "", "report this"))


def _plain(value: Any) -> Any:
    """As JSON gives it back."""
    return orjson.loads(orjson.dumps(value))


class _Divider:
    """Divides every number that differs."""

    def __init__(self, mixer: Mixer, mixed: Mapping[Causes, Mixed]) -> None:
        self.before, self.after = mixer.before, mixer.after
        self.records = {some: one.record for some, one in mixed.items()}
        self.causes = mixer.differing()
        book = judge_and_clerk(mixer.after.row.entry.book)[0].book
        earlier = judge_and_clerk(mixer.before.row.entry.book)[0].book
        self.types = {**earlier.types, **book.types}
        self.same_money = self.before.record["currency"] == self.after.record["currency"]

    def verdict(self) -> Iterator[Change]:
        yield from self.change("verdict", "verdict", None, lambda one: ORDER[one["verdict"]])
        yield from self.change("needs_review", "to be reviewed", None, _needs_review)

    def asks(self) -> Iterator[Change]:
        both = {**self.before.record["ask"], **self.after.record["ask"]}
        for name, ask in both.items():
            told = f"{ask['label']} is asked for"
            yield from self.change(f"ask_{name}", told, None, _is_asked(name))
            for part in ASKED_PARTS:
                key = f"ask_{name}_{part}"
                told = f"{ask['label']}, {part}"
                yield from self.change(key, told, self.types.get(key), _asked(name, part))

    def figures(self) -> Iterator[Change]:
        for name in {**self.before.record["derived"], **self.after.record["derived"]}:
            label = name.replace("_", " ")
            yield from self.change(name, label, self.types.get(name), _figure(name))

    def change(
        self, name: str, label: str, kind: Type | None, read: Callable[[Raw], Any]
    ) -> Iterator[Change]:
        """The change of a number; nothing where there is none."""
        before, after = (_number(read(side.record)) for side in (self.before, self.after))
        if before == after or (not self.same_money and is_money(kind)):
            return
        values = {
            some: None if record is None else _exact(read(record))
            for some, record in self.records.items()
        }
        yield Change(name, label, kind, before, after, shares(values, self.causes))


def is_money(kind: Type | None) -> bool:
    """Whether a number is an amount in some currency."""
    return kind is not None and kind.unit is not None and ("currency", 1) in kind.unit.powers


def _needs_review(record: Raw) -> bool:
    return outcome(record)[1] == "needs_review"


def _is_asked(name: str) -> Callable[[Raw], Any]:
    return lambda record: name in record["ask"]


def _asked(name: str, part: str) -> Callable[[Raw], Any]:
    return lambda record: record["ask"].get(name, {}).get(part)


def _figure(name: str) -> Callable[[Raw], Any]:
    return lambda record: record["derived"].get(name)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _exact(value: Any) -> Fraction | None:
    """A number without any rounding; None of anything else."""
    return Fraction(value) if isinstance(value, int | float) else None


def _notes(mixer: Mixer, mixed: Mapping[Causes, Mixed]) -> Iterator[str]:
    refused = [(some, one.refused) for some, one in mixed.items() if one.refused]
    if refused:
        some, fault = refused[0]
        yield (
            f"{len(refused)} of 16 mixtures are refused, such as that with the later "
            f"{' and '.join(sorted(some))} ({fault}); what passes them is left out of the averages."
        )
    doubted = [one.doubts[0] for one in mixed.values() if one.doubts]
    if doubted:
        found = f"{doubted[0].code}: {doubted[0].place} {doubted[0].found}"
        yield f"{len(doubted)} of 16 mixtures were judged although no offer could be so ({found})."
    left_out = sorted({name for one in mixed.values() for name in one.left_out})
    if left_out:
        yield f"One of the books does not know {', '.join(left_out)}: left out where it judges."
    employers = [side.record["company"] for side in (mixer.before, mixer.after)]
    if None not in employers and employers[0] != employers[1]:
        yield (
            f"They are about two offers, of {employers[0]} and of {employers[1]}: "
            "whatever one states otherwise than the other counts as edited."
        )
    codes = [side.record["currency"] for side in (mixer.before, mixer.after)]
    if codes[0] != codes[1]:
        yield f"One is paid in {codes[0]}, the other in {codes[1]}: amounts are not compared."
    if any(_has_foreign_rivals(side) for side in (mixer.before, mixer.after)):
        yield (
            "Competing offers in another currency keep the amounts into which they were converted: "
            "what moved the rates counts as a change of the offer."
        )


def _has_foreign_rivals(side: Side) -> bool:
    rivals: Sequence[Raw] = side.stated["entries"].get("competing_offers", ())
    home = side.record["currency"]
    return any(one.get("currency") not in (None, home) for one in rivals)
