"""Pay components in running text: which amount in a sentence is base, equity, sign-on or total.

The word that names an amount stands right behind it ("$240K base") or before it with a
connecting word ("base of $240K").  Amounts in a chain ("$205K / $160K RSU", "€85K base (A) /
£90K (B)") lend each other the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.guides.money import Money, scan, unwrap

_KINDS = (
    ("signon", r"(?:sign(?:ing)?[- ]?ons?|signing|make-whole)\b(?:\s+bonus(?:es)?)?"),
    ("refresh", r"refresh\w*|retention (?:grant|bonus)|stipend|budget|relocation|severance"),
    ("price", r"per share|/\s?share|valuation|revenue|market cap|raise\b|buyback|secondary round"),
    (
        "delta",
        r"(?:base|RSUs?|equity|salary|option)(?:\s\w+)? "
        r"(?:increase|uplift|bump|raise|delta|premium)\b(?!\s+to\b)",
    ),
    (
        "total",
        r"\bTCs?\b|\btotal\b(?! (?:rewards|equity|grants?|RSUs?|stock|options?)\b)"
        r"|\bpackages?\b|\bcomp(?:ensation)?\b|\bOTE\b|\ball-in\b",
    ),
    ("base", r"\bbase\b|\bsalary\b|\ball-cash\b"),
    (
        "stock",
        r"\b(?:equity|carry|stock)/bonus\b|\b(?:RSUs?|equity|options?|shares?|stock|PPUs?)\b"
        r"|\bphantom\b|\bcarry\b|\bprofit-shar\w+|\bgrants?\b|\bprofit units?\b",
    ),
    ("bonus", r"\bbonus(?:es)?\b"),
)
_KEYWORD = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _KINDS), re.IGNORECASE)
_STOP = re.compile(
    r"[;,+()\[\]\u2014\u2013=\"“”]|\s/\s|\s-{1,2}\s|\.\s|\b(?:with|and|or|plus|from|to|by|that|which|if|but|"
    r"when|because|reflecting|citing|versus|vs|below|above|up|tied"
    r"|would|will|should|could|can|may|might|must)\b|(?<!-)\bon\b",
    re.IGNORECASE,
)
_BEFORE_STOP = re.compile(
    r"[;,+)\]\u2014\u2013\"“”]|\s/\s|\.\s|\bwith\b|\band\b|\bor\b|\bplus\b", re.IGNORECASE
)
_CONNECTOR = re.compile(
    r"(?:\b(?:at|of|to|is|are|as|in|around|above|exceeds?|exceeding|reach(?:es)?|near|hits?|valued|be"
    r"|goes|over|approximately|roughly|minimum|than|between|target(?:ing)?|rang(?:es?|ing) from)"
    r"|[:=(>\u2265])"
    r"[\s~≈]*(?:(?:least|a|an|the|about|approximately|roughly|minimum|at|around|of)\s+)*[~≈]?\s*$",
    re.IGNORECASE,
)
_ADDED = re.compile(r"\b(?:additional|extra|another|worth)\s*[~≈]?$", re.IGNORECASE)
_MORE = re.compile(
    r"\s+(?:more|extra|on top|above (?:the )?(?:initial|first|standard))\b", re.IGNORECASE
)
_FOUR_YEARS = re.compile(
    r"^[^,;+]*?(?:over (?:4|four) years|/\s?4\s?yr|\b4[- ]?yr\b|over 4yr|four[- ]year)",
    re.IGNORECASE,
)
_YEARLY = re.compile(r"^[^,;+()]*?(?:/\s?y(?:ea)?r\b|per year|annual)", re.IGNORECASE)
UNITS = re.compile(r"\b(\d[\d,]*)\+?\s+(?:[A-Z][\w.&-]*\s+){0,3}(?:RSUs?|options?|shares?|PPUs?)\b")
_ABBREVIATION = re.compile(
    r"(?:\b(?:vs|Sr|Jr|Inc|Ltd|Corp|e\.g|i\.e|approx|est|equiv|St|No|U\.S|Dr|Mr|Ms))\.$"
)
_SENTENCE_END = re.compile(r"[.!?][\"”\u2019')\]*]*\s+(?=[\"“*(\[']*[A-Z0-9$£€₹])")


@dataclass(frozen=True, slots=True)
class Ask:
    """One amount with the pay component that it is.

    Attributes:
        component: ``base``, ``stock``, ``signon``, ``bonus``, ``total``; None when not named.
        money: The amount.
        period: ``yr``, ``4yr`` or ``mo`` when the text says so for this amount.
        shares: The number of units behind an equity value; None when not given.
        aside: True when the amount stands in brackets.
    """

    component: str | None
    money: Money
    period: str | None = None
    shares: int | None = None
    aside: bool = False


def sentences(text: str) -> Iterator[str]:
    """The sentences of a paragraph.

    >>> list(sentences('I want $1.5M vs. $2M. "Accept at $3M." Now.'))
    ['I want $1.5M vs. $2M.', '"Accept at $3M."', 'Now.']
    """
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if _ABBREVIATION.search(text[start : match.start() + 1]):
            continue
        yield text[start : match.end()].strip()
        start = match.end()
    if text[start:].strip():
        yield text[start:].strip()


def asks(text: str, zone: str | None = None) -> list[Ask]:
    """The amounts of a stretch of text, each with its component.

    >>> [(a.component, a.money.low) for a in asks("base at $155K with RSUs at $90K/4yr")]
    [('base', 155000.0), ('stock', 90000.0)]
    >>> [(a.component, a.money.low) for a in asks("$215K / $260K RSU and a $30K signing bonus")]
    [('base', 215000.0), ('stock', 260000.0), ('signon', 30000.0)]
    >>> [(a.component, a.shares) for a in asks("800 RSUs ($280,000 at about $350)")]
    [('stock', 800), (None, None)]
    """
    plain = unwrap(text)
    amounts = scan(plain, zone)
    named = [_ask(plain, amounts, index) for index in range(len(amounts))]
    return _lend(plain, named)


def _ask(text: str, amounts: list[Money], index: int) -> Ask:
    money = amounts[index]
    before = text[amounts[index - 1].end if index else 0 : money.start]
    after = text[money.end : amounts[index + 1].start if index + 1 < len(amounts) else len(text)]
    aside = text.count("(", 0, money.start) > text.count(")", 0, money.start)
    shares = UNITS.search(before) if aside else None
    if shares and before.rstrip(" ~≈").endswith(("(", "approximately", "about", "roughly")):
        return Ask("stock", money, None, int(shares[1].replace(",", "")), aside)
    added = _ADDED.search(before) or _MORE.match(after)
    component = "delta" if added else _named_after(after) or _named_before(before)
    period = _period(money, before, after)
    if component is None and period == "4yr":
        component = "stock"  # nothing else is paid over four years
    return Ask(component, money, period, None, aside)


def _named_after(text: str) -> str | None:
    stop = _STOP.search(text)
    near = text[: stop.start() if stop else None][:48]
    match = _KEYWORD.search(near)
    if not match or len(near[: match.start()].split()) > 5:
        return None
    return match.lastgroup


def _named_before(text: str) -> str | None:
    if not _CONNECTOR.search(text):
        return None
    tail = re.sub(r"\([^()]*\)", " ", text)
    tail = re.sub(r"\((?=[^()]*$)(?=[A-Z][\w .]*:\s*$)", " ", tail)
    *_, near = _BEFORE_STOP.split(tail[-90:])
    matches = list(_KEYWORD.finditer(near))
    if not matches or len(near[matches[-1].end() :].split()) > 6:
        return None
    return matches[-1].lastgroup


def _period(money: Money, before: str, after: str) -> str | None:
    if money.period:
        return money.period
    if re.search(r"annual\s+(?:equity|RSUs?)\s+(?:of|at)\s*$", before):
        return "yr"
    spans = (("4yr", _FOUR_YEARS), ("yr", _YEARLY))
    found = {
        period: match.end() for period, pattern in spans if (match := pattern.search(after[:48]))
    }
    if found:
        return min(found, key=lambda period: found[period])
    return None


def _lend(text: str, named: list[Ask]) -> list[Ask]:
    """Give unnamed links of a chain the name of their neighbour."""
    result = list(named)
    for index in range(len(result) - 2, -1, -1):
        this, following = result[index], result[index + 1]
        if (
            this.component is None
            and this.aside == following.aside
            and _chained(text, this, following)
        ):
            same = this.money.currency == following.money.currency
            lent = "base" if same and following.component == "stock" else following.component
            result[index] = _renamed(this, lent)
    for index in range(1, len(result)):
        previous, this = result[index - 1], result[index]
        if this.component is None and not this.aside and _listed(text, previous, this):
            result[index] = _renamed(this, previous.component)
    return result


def _renamed(ask: Ask, component: str | None) -> Ask:
    return Ask(component, ask.money, ask.period, ask.shares, ask.aside)


def _chained(text: str, this: Ask, following: Ask) -> bool:
    gap = text[this.money.end : following.money.start]
    return bool(re.fullmatch(r"\s*(?:\([^()]*\))?\s*/\s*", gap))


def _listed(text: str, previous: Ask, this: Ask) -> bool:
    gap = text[previous.money.end : this.money.start]
    return bool(re.fullmatch(r"[^/,;.+]*?(?:\([^()]*\))?\s*(?:/|,|,? or)\s*(?:for [\w .]+)?", gap))
