"""An offer file that states given facts: the way back from facts to what somebody would write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from rules.book import Book, Fact
from rules.expression import Value
from rules.keys import root_of
from rules.reading import READINGS

Facts = Mapping[str, Value]
Path = tuple[str, ...]
_IN_WORDS = ("vesting years", "cliff months", "first-year share")
_LISTED = ("contains", "mentions")
NO_RATE, WITH_RATE = "XTS", "XXX"  # codes of no country: for parties whose money is converted


def offer_of(book: Book, facts: Facts, entries: Mapping[str, Sequence[Facts]]) -> dict[str, Any]:
    """A document that ``rules.case.read_case`` reads as these facts, as far as one can be written.

    Args:
        book: Whose facts they are.
        facts: Of the case; what is None or left out is not stated.
        entries: The same for each entry of the lists.
    """
    offer: dict[str, Any] = {"offer": {}, "candidate": {}, "market": {}}
    for group in dict.fromkeys(fact.group for fact in book.facts.values()):
        node: Any = offer
        for key in root_of(group):
            node = node.setdefault(str(key), {})
        state(node, [fact for fact in book.facts.values() if fact.group == group], facts)
    for one in book.lists.values():
        known = [*book.facts_of(one).values()]
        listed: list[dict[str, Any]] = []
        for entry in entries.get(one.name, ()):
            listed.append({})
            state(listed[-1], known, entry)
        _put(offer, one.path, listed)
    _place_of_work(offer, book, facts)
    _other_money(offer, book, facts)
    return offer


def state(node: dict[str, Any], facts: Iterable[Fact], values: Facts) -> None:
    """Write facts into the mapping in which they stand."""
    by_place: dict[Path, list[Fact]] = {}
    for fact in facts:
        if values.get(fact.name) is not None:
            path = fact.paths[0][:-1] if fact.read == "entry or zero" else fact.paths[0]
            by_place.setdefault(path, []).append(fact)
    for path, stated in by_place.items():
        written = _written(stated, values)
        if written is not None:
            _put(node, path, written)


def _written(stated: Sequence[Fact], values: Facts) -> Any:
    """What stands in one place, from all the facts that are read out of it."""
    readings = {fact.read for fact in stated}
    if readings & {"entry or zero", "length"}:
        return _schedule(stated, values)
    if readings & set(_IN_WORDS):
        return ", ".join(_phrase(fact, values[fact.name]) for fact in stated)
    if readings & set(_LISTED):
        return _flagged(stated, values)
    return _plain(values[stated[0].name]) if readings <= READINGS.keys() - _NOT_WRITTEN else None


_NOT_WRITTEN = {"jurisdiction", "currencies without a rate", "currencies converted", "rate date"}


def _plain(value: Value) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _schedule(stated: Sequence[Fact], values: Facts) -> list[Any]:
    shares = [
        float(values[fact.name])  # type: ignore[arg-type]
        for fact in sorted(stated, key=lambda fact: fact.paths[0])
        if fact.read == "entry or zero"
    ]
    lengths = [values[fact.name] for fact in stated if fact.read == "length"]
    years = int(lengths[0]) if lengths else len(shares)  # type: ignore[arg-type]
    later = max(0, years - len(shares))
    rest = max(0.0, 1 - sum(shares)) / later if later else 0.0
    return [_plain(share) for share in (*shares, *[rest] * later)][:years]


def _phrase(fact: Fact, value: Any) -> str:
    match fact.read:
        case "vesting years":
            return f"{value:g} years"
        case "cliff months":
            return f"{value:g} months cliff"
        case _:
            return f"{100 * value:.0f}/30/20"


def _flagged(stated: Sequence[Fact], values: Facts) -> Any:
    """A text or a list of words, each of which stands for one flag and no other."""
    texts = [str(values[fact.name]) for fact in stated if fact.type.kind == "text"]
    flags = [fact for fact in stated if fact.read in _LISTED]
    unsaid = [fact for fact in flags if not READINGS[fact.read](texts, fact.words)]
    words = [_word(fact, flags) for fact in unsaid if values[fact.name] is True]
    return " ".join([*texts, *words]) if texts else words


def _word(fact: Fact, flags: Sequence[Fact]) -> str:
    others = [other for other in flags if other is not fact]
    alone = (
        word
        for word in fact.words
        if not any(READINGS[other.read]([word], other.words) for other in others)
    )
    return next(alone, fact.words[0])


def _put(node: Any, path: Sequence[str], value: Any) -> None:
    """Put a value at a path; a number in it is a place in a list."""
    for step, after in pairwise(path):
        node = _at(node, step, [] if after.isdigit() else {})
    if isinstance(node, list):
        _at(node, path[-1], None)
        node[int(path[-1])] = value
    else:
        node[path[-1]] = value


def _at(node: Any, step: str, empty: Any) -> Any:
    """What stands at a step; ``empty`` is put there where nothing does."""
    if isinstance(node, dict):
        return node.setdefault(step, empty)
    node += [None] * (int(step) + 1 - len(node))
    if node[int(step)] is None:
        node[int(step)] = empty
    return node[int(step)]


def _place_of_work(offer: dict[str, Any], book: Book, facts: Facts) -> None:
    for fact in book.facts.values():
        if fact.read == "jurisdiction" and isinstance(facts.get(fact.name), str):
            country, _, region = str(facts[fact.name]).partition("-")
            offer["offer"]["country"] = country
            if region:
                offer["offer"]["state"] = region


def _other_money(offer: dict[str, Any], book: Book, facts: Facts) -> None:
    """Parties without figures, whose money would have to be converted."""
    for code, listed in zip(_codes(book, facts), _lists_with_money(book), strict=False):
        node: Any = offer
        for key in listed:
            node = node[key]
        node.append({"currency": code})
    day = next((facts.get(f.name) for f in book.facts.values() if f.read == "rate date"), None)
    if WITH_RATE in _codes(book, facts):
        rates = {f"{WITH_RATE}_{facts.get('currency')}": 1.0}
        dated = {"as_of": day} if isinstance(day, date) else {}
        offer["market"]["fx"] = {**rates, **dated}


def _codes(book: Book, facts: Facts) -> list[str]:
    codes = {"currencies without a rate": NO_RATE, "currencies converted": WITH_RATE}
    return [codes[f.read] for f in book.facts.values() if f.read in codes and facts.get(f.name)]


def _lists_with_money(book: Book) -> Iterator[Path]:
    """A list that no package stands in, as often as it is needed."""
    for one in book.lists.values():
        if not one.is_package and any(fact.name == "currency" for fact in one.facts):
            yield from [one.path] * len(_NOT_WRITTEN)
