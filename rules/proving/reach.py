"""Nothing in a book is dead: some offer reaches each signal, lever, ask, question and sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rules.book import Book, Say
from rules.errors import Fault
from rules.expression import And, Expression, Literal, Name, names
from rules.open_case import equals
from rules.proving.claims import Claim, Places
from rules.proving.rows import claimed, not_true
from rules.proving.seeking import Seeker
from rules.source import PathInDocument
from rules.unfolding import HANGS_ON_RATE, Unfolding

CHAPTER = "reach"


@dataclass(frozen=True)
class _Target:
    """Something that must be TRUE of some offer.

    Attributes:
        focus: The part of the condition that is its own.
    """

    what: str
    name: str
    condition: Expression
    focus: Expression
    file: str
    path: PathInDocument

    @property
    def told(self) -> str:
        """What it is called; a sentence has but a number."""
        return f"{self.what} {self.name}" if self.what == "sentence" else self.name

    @property
    def owner(self) -> str:
        """Whose name it bears; that of its row or lever for a sentence."""
        return self.name.rpartition(" of ")[2]


class ReachProofs:
    """The claims that something can be so at all."""

    def __init__(self, seeker: Seeker, places: Places, about: Collection[str] = ()) -> None:
        self._seeker, self._places, self._about = seeker, places, about

    def claims(self) -> Iterator[Claim]:
        """One claim for each signal, lever, ask, question, condition and sentence."""
        for target in _targets(self._seeker.book, self._seeker.any_case.unfolding):
            is_wanted = not self._about or target.owner in self._about
            if is_wanted and not self.hangs_on_rate(target.condition):
                yield self._claim(target)

    def hangs_on_rate(self, condition: Expression) -> bool:
        """Whether a condition asks for a verdict at another exchange rate, which is no term."""
        return HANGS_ON_RATE in self._seeker.any_case.close.cone(names(condition))

    def _claim(self, target: _Target) -> Claim:
        settled = self._seeker.settle(target.condition, target.focus, is_likely=True)
        fault = Fault(
            f"proof-dead-{target.what}",
            self._places.of(target.file, target.path),
            f"{target.told}, which no offer can reach",
            f"a {target.what} that some offer reaches",
            "mend its condition, or remove it",
        )
        text = f"{target.what} {target.name} can be reached"
        return claimed(self._seeker, CHAPTER, text, settled, fault, wanted="found")


def _targets(book: Book, unfolding: Unfolding) -> Iterator[_Target]:
    yield from _signals(book)
    yield from _asked(book, unfolding)
    for row in book.rows:
        decides = equals("rule", row.name)
        path: PathInDocument = ("rows", row.name, "because")
        yield from _sentences(row.name, decides, row.because, "verdict.yaml", path, unfolding)
    for lever in book.levers:
        applies = Name(f"lever {lever.name}")
        own = unfolding.in_the_end(_own(lever.when))
        path = ("levers", lever.name)
        yield _Target("lever", lever.name, applies, own, "levers.yaml", (*path, "when"))
        yield from _sentences(
            lever.name, applies, lever.says, "levers.yaml", (*path, "says"), unfolding
        )


def _signals(book: Book) -> Iterator[_Target]:
    for layer in book.layers:
        for one in layer.signals:
            name = Name(one.name)
            yield _Target("signal", one.name, name, name, "signals.yaml", (one.name, "when"))


def _asked(book: Book, unfolding: Unfolding) -> Iterator[_Target]:
    for ask in book.asks:
        is_open = Name(f"ask_{ask.name}_open")
        yield _Target("ask", ask.name, is_open, is_open, "asks.yaml", ("asks", ask.name, "open"))
    for what, several in (("question", book.questions), ("condition", book.conditions)):
        for one in several:
            when = unfolding.in_the_end(one.when)
            yield _Target(
                what, one.name, when, when, "verdict.yaml", (f"{what}s", one.name, "when")
            )


def _sentences(
    name: str,
    holds: Expression,
    says: Sequence[Say],
    file: str,
    path: PathInDocument,
    unfolding: Unfolding,
) -> Iterator[_Target]:
    """A sentence is said where no earlier one fits."""
    earlier: list[Expression] = []
    for index, say in enumerate(says):
        when = Literal(True) if say.when is None else unfolding.in_the_end(say.when)
        condition = And((holds, *map(not_true, earlier), when))
        told = f"{index + 1} of {name}"
        yield _Target("sentence", told, condition, when, file, (*path, index))
        earlier.append(when)


def _own(when: Expression) -> Expression:
    """What a lever says of itself, without what it shares with all others."""
    return when.operands[-1] if isinstance(when, And) else when
