"""What was proved of a book, made ready for its pages: counts for all of it, claims by name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.proving.claims import CHAPTERS

Record = Mapping[str, Any]
# How a claim stands -> what that is called, and the class that it is drawn by.
STANDINGS = {
    "proved": ("proved", "accept"),
    "shown": ("shown", "accept"),
    "stated": ("stated", "none"),
    "failed": ("failed", "walk-away"),
    "not_proved": ("not proved", "needs-review"),
}
MEANINGS = {
    "proved": "It holds for every offer that there can be: no other case exists.",
    "shown": "An offer was found for which it is so, and was judged.",
    "stated": "The book says that it is meant so, and why.",
    "failed": "It does not hold: an offer was found that breaks it.",
    "not proved": "Neither a proof nor a counterexample was found. That is never a pass.",
}
_NAME = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim about a book.

    Attributes:
        standing: What came of it, in a word.
        kind: The class that it is drawn by.
        reason: Of an exception, or what was found where it does not hold.
    """

    chapter: str
    text: str
    standing: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Proofs:
    """What was proved of a book; without a record nothing was, so far.

    Attributes:
        chapters: Title -> how many claims stand how.
        broken: The claims that failed or are not proved.
        outside: What lies outside of what can be proved.
        by: What proved it.
    """

    claims: Sequence[Claim]
    chapters: Mapping[str, Mapping[str, int]]
    broken: Sequence[Claim]
    outside: Sequence[str]
    by: str
    _by_name: Mapping[str, Sequence[Claim]]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many claims stand how, in all."""
        found = Counter(claim.standing for claim in self.claims)
        return {word: found[word] for word, _ in STANDINGS.values() if found[word]}

    def of(self, name: str) -> Sequence[Claim]:
        """The claims that name a name of the book."""
        return self._by_name.get(name, ())


def proofs(record: Record | None, names: Collection[str]) -> Proofs | None:
    """Make a record ready; None where nothing was proved.

    Args:
        record: As ``offerdesk.proved`` gives it.
        names: All names of the book.
    """
    if record is None:
        return None
    claims = [_claim(one) for one in record["claims"]]
    chapters = {
        title: Counter(claim.standing for claim in claims if claim.chapter == chapter)
        for chapter, title in CHAPTERS.items()
    }
    by_name = defaultdict(list)
    for claim in claims:
        for name in dict.fromkeys(_NAME.findall(claim.text)):
            if name in names:
                by_name[name].append(claim)
    broken = [claim for claim in claims if claim.kind in ("walk-away", "needs-review")]
    return Proofs(claims, chapters, broken, record["outside"], record["proved_by"], by_name)


def _claim(told: Record) -> Claim:
    standing, kind = STANDINGS[told["standing"]]
    found = f"Found {told['found']}." if told.get("found") else ""
    return Claim(
        told["chapter"],
        told["claim"],
        standing,
        kind,
        told.get("reason") or found,
    )
