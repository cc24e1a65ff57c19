"""The answers that a question may get, as far as they can be listed.

A question asks for places in the offer's file.  What may plausibly stand there:

* a flag is true or false, a word one of the words of the vocabulary;
* an amount of money lies between shares of an amount that is known, such as 0.6 to 1.4 of the base
  for the least that a person would take; the shares are in ``BETWEEN`` and are judgements;
* a band or a percentile is about the base that is offered: its middle from 0.7 to 1.3 of it;
* a place, a pay tier or a currency is one that the file names somewhere, or another one;
* a deadline is from two weeks ago to two months ahead.

What cannot be listed, such as an employer's own name for a level, is not tried, and said so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rules.book import Book, Fact
from rules.exchange import usual_rates

STEPS = 40  # answers in even steps from the least to the most
HALF_BAND = 0.14  # of the middle: half the width of a usual base band
ELSEWHERE = "Elsewhere"
Path = tuple[str, ...]
Known = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answers:
    """What may be answered at one place of the file.

    Attributes:
        place: Such as ``offer.strike_price``.
        unit: Of numbers; empty for others.
        values: From the least to the most, where they have an order.
        put: What stands at the place for an answer, given what stands there now.
        has_order: Whether values between two answers are answers too.
    """

    place: str
    unit: str
    values: Sequence[Any]
    put: Callable[[Any, Any], Any]
    has_order: bool = False

    @property
    def path(self) -> Path:
        """The place, step by step."""
        return tuple(self.place.split("."))


# Fact -> the amount of which the answer is a share, and between which shares.
BETWEEN: Mapping[str, tuple[Sequence[str], float, float]] = {
    "base_salary": (("band_base_mid", "base_p50"), 0.6, 1.4),
    "min_base": (("base",), 0.6, 1.4),
    "min_tc": (("tc_recurring", "base"), 0.6, 1.4),
    "min_cash_y1": (("cash_y1",), 0.6, 1.4),
    "equity_grant_value": (("base",), 0.0, 3.0),
    "relocation_amount": (("base",), 0.0, 0.3),
    "forfeiture_equity_12m": (("base",), 0.0, 1.0),
    "forfeiture_bonus": (("base",), 0.0, 0.4),
    "repayment_owed": (("base",), 0.0, 0.3),
    "strike_price": (("preferred_price", "fmv_409a"), 0.0, 1.5),
    "fmv_409a": (("preferred_price", "strike_price"), 0.0, 1.5),
    "preferred_price": (("strike_price", "fmv_409a"), 0.5, 10.0),
}
# Fact -> between which plain numbers it lies.
PLAIN: Mapping[str, tuple[float, float]] = {
    "bonus_target_pct": (0.0, 0.5),
    "equity_shares": (1_000.0, 250_000.0),
    "fully_diluted_shares": (10e6, 500e6),
    "interviewed_level_std": (3.0, 7.0),
    "noncompete_months": (0.0, 24.0),
    "noncompete_paid_pct": (0.0, 1.0),
    "ptep_days": (0.0, 3650.0),
}


def answers_to(place: str, book: Book, known: Known, document: Mapping[str, Any]) -> Answers | None:
    """The answers at a place of the file; None where they cannot be listed.

    Args:
        place: As a question of the book asks for it.
        book: Its facts say what may stand there.
        known: Every fact and figure of the case, by name.
        document: The file.
    """
    if place in _BUNDLES:
        return _BUNDLES[place](place, book, known, document)
    fact = _fact_at(place, book)
    return _of_fact(place, fact, known) if fact else None


def _fact_at(place: str, book: Book) -> Fact | None:
    section, _, rest = place.partition(".")
    groups = {"offer": ("offer", "package")}.get(section, (section,))
    found = (fact for fact in book.facts.values() if fact.group in groups)
    return next((one for one in found if ".".join(one.paths[0]) == rest), None)


def _of_fact(place: str, fact: Fact, known: Known) -> Answers | None:
    match fact.type.kind:
        case "flag":
            return _listed(place, (False, True))
        case "text":
            return _listed(place, sorted(fact.type.choices)) if fact.type.choices else None
        case "number":
            ends = _ends(fact, known)
            return _numbers(place, str(fact.type.unit), *ends) if ends else None
        case _:
            return None


def _ends(fact: Fact, known: Known) -> tuple[float, float] | None:
    if fact.name in PLAIN:
        return PLAIN[fact.name]
    names, low, high = BETWEEN.get(fact.name, ((), 0.0, 0.0))
    of = next((known[name] for name in names if isinstance(known.get(name), float)), None)
    return (low * of, high * of) if of else None


def _listed(place: str, values: Sequence[Any]) -> Answers:
    return Answers(place, "", values, lambda answer, _: answer)


def _numbers(place: str, unit: str, low: float, high: float) -> Answers:
    values = [low + (high - low) * step / STEPS for step in range(STEPS + 1)]
    return Answers(place, unit, values, lambda answer, _: answer, has_order=True)


# --- Places that hold more than one fact ----------------------------------------------------------


def _around_base(place: str, known: Known, put: Callable[[float], Any]) -> Answers | None:
    """A market whose middle is somewhere about the base that is offered."""
    base = known["base"]
    if not isinstance(base, float):
        return None
    found = _numbers(place, "currency/year", 0.7 * base, 1.3 * base)
    return Answers(place, found.unit, found.values, lambda middle, _: put(middle), has_order=True)


def _band(middle: float) -> list[float]:
    return [middle * (1 - HALF_BAND), middle * (1 + HALF_BAND)]


def _guide(place: str, book: Book, known: Known, document: Mapping[str, Any]) -> Answers | None:
    today = known["evaluation_date"]
    about = {"source": "your answer", "as_of": f"{today:%Y-%m}", "currency": known["currency"]}
    about |= {"level_match": True, "region": known["work_location_region"] or known["region"]}
    return _around_base(place, known, lambda middle: {**about, "base": _band(middle)})


def _guide_base(
    place: str, book: Book, known: Known, document: Mapping[str, Any]
) -> Answers | None:
    return _around_base(place, known, _band)


def _percentiles(
    place: str, book: Book, known: Known, document: Mapping[str, Any]
) -> Answers | None:
    today = known["evaluation_date"]
    about = {"source": "your answer", "metric": "base", "n": 100, "as_of": f"{today:%Y-%m}"}
    about["currency"] = known["currency"]
    return _around_base(place, known, lambda middle: [{**about, "p50": middle}])


def _rates(place: str, book: Book, known: Known, document: Mapping[str, Any]) -> Answers | None:
    """Rates of all foreign currencies together, from a fifth under to a fifth over the usual."""
    home, usual = known["currency"], usual_rates(book, known["evaluation_date"])
    foreign = sorted({code for code in _currencies(document) if code != home and code in usual})
    if home not in usual or not foreign:
        return None

    def put(factor: float, _: Any) -> dict[str, float]:
        return {f"{code}_{home}": factor * usual[home] / usual[code] for code in foreign}

    values = [0.8 + 0.4 * step / STEPS for step in range(STEPS + 1)]
    return Answers(place, "fraction", values, put, has_order=True)


def _currencies(node: Any) -> Iterator[str]:
    """Every currency that a file names."""
    if isinstance(node, Mapping):
        code = node.get("currency")
        if isinstance(code, str):
            yield code.upper()
        for value in node.values():
            yield from _currencies(value)
    elif isinstance(node, list):
        for value in node:
            yield from _currencies(value)


def _currency(place: str, book: Book, known: Known, document: Mapping[str, Any]) -> Answers:
    return _listed(place, sorted({"USD", *_currencies(document)}))


def _company(place: str, book: Book, known: Known, document: Mapping[str, Any]) -> Answers:
    return _listed(place, ("The employer",))


def _places(place: str, book: Book, known: Known, document: Mapping[str, Any]) -> Answers:
    names = ("work_location_region", "region", "guide_region", "geo_tier_applied")
    return _listed(place, sorted({ELSEWHERE, *(known[n] for n in names if known.get(n))}))


def _deadline(place: str, book: Book, known: Known, document: Mapping[str, Any]) -> Answers:
    today: date = known["evaluation_date"]
    return _listed(place, [(today + timedelta(n)).isoformat() for n in range(-14, 61)])


def _clawback(place: str, book: Book, known: Known, document: Mapping[str, Any]) -> Answers:
    terms = {
        "prorated, a year, not after a layoff": (12, True, ["voluntary_exit"]),
        "prorated, two years, not after a layoff": (24, True, ["voluntary_exit"]),
        "in full, a year, not after a layoff": (12, False, ["voluntary_exit"]),
        "prorated, three years, not after a layoff": (36, True, ["voluntary_exit"]),
        "prorated, a year, also after a layoff": (12, True, ["layoff"]),
    }

    def put(answer: str, _: Any) -> dict[str, Any]:
        months, prorated, triggers = terms[answer]
        return {"months": months, "prorated": prorated, "triggers": triggers}

    return Answers(place, "", tuple(terms), put)


def _in_each(place: str, key: str, words: Sequence[str]) -> Answers:
    """The same word in every entry of a list."""
    return Answers(
        place, "", words, lambda word, entries: [{**one, key: word} for one in entries or ()]
    )


def _words_of(book: Book, listed: str, name: str) -> Sequence[str]:
    facts = {fact.name: fact for fact in (*book.facts.values(), *book.lists[listed].facts)}
    return sorted(facts[name].type.choices or ())


_BUNDLES: Mapping[str, Callable[[str, Book, Known, Mapping[str, Any]], Answers | None]] = {
    "market.guide": _guide,
    "market.guide.base": _guide_base,
    "market.percentiles": _percentiles,
    "market.fx": _rates,
    "market.guide.region": _places,
    "offer.work_location_region": _places,
    "offer.geo_tier_applied": _places,
    "offer.currency": _currency,
    "offer.company": _company,
    "offer.response_deadline": _deadline,
    "offer.clawback": _clawback,
    "candidate.hard_constraints": lambda place, book, *_: _in_each(
        place, "employer_position", _words_of(book, "hard_constraints", "employer_position")
    ),
    "candidate.competing_offers": lambda place, book, *_: _in_each(
        place, "liquidity_program", _words_of(book, "competing_offers", "liquidity_program")
    ),
}
