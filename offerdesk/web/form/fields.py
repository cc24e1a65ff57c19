"""The fields of the form, out of the vocabulary of the book: one for each key of a fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from rules.book import Book, Fact

SHARES = frozenset({"fraction", "1/year"})  # asked for in hundredths
DERIVED = frozenset({"length", "jurisdiction", "currencies without a rate", "rate date"})
IN_A_LIST = frozenset({"contains", "mentions"})
LABELS = {
    "role_title": "Role, as in the letter",
    "level_label": "Level, as they call it",
    "level_std": "Level on the common ladder",
    "region": "Place",
    "base_salary": "Base salary a year",
    "sign_on_y1": "Sign-on, first year",
    "sign_on_y2": "Sign-on, second year",
    "bonus_type": "Kind of bonus",
    "bonus_target_pct": "Target bonus, of base",
    "bonus_target_amount": "Target bonus, as an amount",
    "bonus_guaranteed_y1_amount": "Bonus guaranteed in the first year",
    "bonus_proration_y1": "Share of the first year's bonus that is paid",
    "equity_type": "Kind of equity",
    "equity_grant_value": "Whole grant, in money",
    "equity_annual_value": "Grant per year, in money",
    "equity_grant_years": "Years it vests over",
    "equity_shares": "Number of options or shares",
    "fmv_409a": "Appraised price (409A)",
    "fte": "Share of a full week",
    "liquidity_program": "How shares become money",
    "offer_form": "How it was made",
    "offer_date": "Made on",
    "response_deadline": "Answer due",
    "employer_final": "They say it is final",
    "min_base": "Least base you would take",
    "min_tc": "Least total a year you would take",
    "min_cash_y1": "Least cash you need in the first year",
    "employment_status": "Do you have a job now?",
    "no_negotiation_policy": "They say they never negotiate",
    "negotiation_round": "Counters you have made so far",
    "components_locked": "They say this cannot move",
    "risk_flags": "This has happened",
    "country": "Country",
    "role_family": "Family of roles",
    "company_type": "Kind of employer",
    "tc_stated": "Total that its letter prints",
    "pto_days": "Paid days off a year",
    "ptep_days": "Days to exercise options after leaving",
    "current_tc": "Present total pay",
    "clawback_months": "Repaid when leaving within",
    "clawback_prorated": "Less is due as time passes",
    "clawback_contract_date": "Date of that agreement",
    "type": "What it is",
    "employer_position": "What the employer said",
}
ENDS = {"0": ", from", "1": ", to"}  # of a band
SHORT = {"tc": "yearly total"}
WORDS = {
    "rsu": "RSU (restricted stock)",
    "rsu_double_trigger": "RSU, vests at a listing only",
    "psu": "PSU (tied to performance)",
    "option_iso": "options (ISO)",
    "option_nso": "options (NSO)",
    "ppu": "PPU (profit participation)",
    "fmv_409a": "appraised price (409A)",
    "na": "does not apply",
    "pnl": "share of profit and loss",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in.

    Attributes:
        name: The path at which it stands in an offer file, dotted.
        key: The path without section or entry, for telling what to show first.
        kind: number, share (in hundredths), money, flag, date, word, text or tick.
        choices: Word -> what it is called; empty where anything may be written.
        word: What a tick puts in its list.
        unit: In words; empty where there is nothing to say.
        meaning, missing: What the book says of the fact.
        private: Whether it may never reach the employer.
    """

    name: str
    key: str
    label: str
    kind: str
    choices: tuple[tuple[str, str], ...]
    word: str
    unit: str
    meaning: str
    missing: str
    private: bool

    @property
    def id(self) -> str:
        """Its id on the page."""
        word = f"-{self.word}" if self.word else ""
        return f"f-{self.name.replace('.', '-')}{word}".replace(" ", "-")

    def inside(self, root: str) -> Field:
        """The same in another place."""
        return replace(self, name=f"{root}.{self.key}")


@lru_cache(maxsize=8)
def fields_of(book: Book) -> tuple[Field, ...]:
    """The fields of the offer and of the candidate, in the order of the book."""
    found = []
    for fact in book.facts.values():
        if fact.group in ("package", "offer"):
            found += list(_fields(fact, "offer"))
        elif fact.group == "candidate":
            found += list(_fields(fact, "candidate"))
    return _ticked(found)


@lru_cache(maxsize=64)
def entry_fields(book: Book, name: str) -> tuple[Field, ...]:
    """The fields of an entry of a list; their names lack the place of the entry.

    What the offer itself is asked for as well is explained there, and not again.
    """
    one = book.lists[name]
    package = [fact for fact in book.facts.values() if fact.group == "package"]
    own = [field for fact in one.facts for field in _fields(fact, "")]
    shared = [field for fact in package for field in _fields(fact, "")] if one.is_package else []
    return (*own, *(replace(field, meaning="") for field in shared))


@lru_cache(maxsize=64)
def field_at(book: Book, path: str) -> tuple[Field, ...]:
    """The fields at a path of an offer file, or below it; none where the form has none.

    Fields of a market are there as well, for questions that ask for them.
    """
    market = [fact for fact in book.facts.values() if fact.group == "market"]
    known = (*fields_of(book), *(one for fact in market for one in _fields(fact, "market")))
    return tuple(one for one in known if one.name == path or one.name.startswith(f"{path}."))


def _fields(fact: Fact, root: str) -> Iterator[Field]:
    if fact.read in DERIVED or fact.read.startswith("currencies"):
        return
    key = ".".join(fact.paths[0])
    kind = _kind(fact)
    yield Field(
        name=f"{root}.{key}" if root else key,
        key=key,
        label=LABELS.get(fact.name) or _label(fact),
        kind=kind,
        choices=_choices(fact) if kind == "word" else (),
        word=fact.words[0] if kind == "tick" else "",
        unit=_unit(fact),
        meaning=fact.meaning,
        missing=fact.missing,
        private=fact.private,
    )


def _kind(fact: Fact) -> str:
    if fact.read in IN_A_LIST:
        return "tick"
    match fact.type.kind:
        case "number":
            if fact.type.label in SHARES:
                return "share"
            return "money" if fact.type.label.startswith("currency") else "number"
        case "text":
            return "word" if fact.type.choices else "text"
        case kind:
            return kind


def _label(fact: Fact) -> str:
    if fact.read in IN_A_LIST:
        return fact.meaning.rstrip(".")
    if fact.name.startswith("vest_schedule_y"):
        return f"Vests in year {fact.name[-1]}"
    *path, last = fact.paths[0]
    end = ENDS.get(last, "") if fact.group == "market" else ""
    words = "_".join(path if end else [*path, last]).split("_")
    told = " ".join(SHORT.get(word, word) for word in words if word != "pct")
    return f"{told[:1].upper()}{told[1:]}{end}"


def _choices(fact: Fact) -> tuple[tuple[str, str], ...]:
    return tuple((word, WORDS.get(word) or word.replace("_", " ")) for word in _ordered(fact))


def _ordered(fact: Fact) -> list[str]:
    """The usual words first, then by name."""
    usual = ("rsu", "target", "public", "public_market", "written", "full_time", "employed")
    words = sorted(fact.type.choices or ())
    return [*(one for one in usual if one in words), *(one for one in words if one not in usual)]


def _unit(fact: Fact) -> str:
    unit = fact.type.label
    if unit in SHARES:
        return "%"
    told = {
        "currency/year": "",
        "currency/hour": "an hour",
        "currency/share": "a share",
        "currency": "",
        "count": "",
        "level": "3 to 7",
        "hour/week": "hours a week",
    }
    return told.get(unit, f"{unit}s" if unit else "")


def _ticked(fields: Iterable[Field]) -> tuple[Field, ...]:
    """A text that states itself is asked for once; words looked for in it are not asked again."""
    found = list(fields)
    texts = {one.name for one in found if one.kind != "tick"}
    kept = [one for one in found if one.kind != "tick" or one.name not in texts]
    return tuple({(one.name, one.word): one for one in kept}.values())
