"""Competing offers: which employer, at what total, or at which base and equity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.guides.money import tidy, unwrap
from pipelines.guides.prose import Ask, asks
from pipelines.guides.strategy import stretches

_TITLES = (
    r"SWEs?|SDEs?|DEs?|DS|EMs?|PMs?|TPMs?|SAs?|SREs?|MLEs?|ML|UX|QR|Eng|Engineers?|Engineering",
    r"Staff|Senior|Sr\.?|Principal|Distinguished|Lead|Junior|Director|VP|Managers?|Architects?",
    r"Researchers?|Research|Scientists?|Designers?|Design|Developers?|Analysts?|Product|Software",
    r"Data|DevOps|Security|Technical|Program|Infra|Infrastructure|Solutions?|Platform",
    r"(?:L|E|IC|ICT|M|P|T|SA|PM|TPM|SDE|MTS)-?\d+(?:[-\u2013/](?:[A-Z]*\d+))?\+?|[IVX]{2,3}",
    r"roles?|teams?|package|level",
)
# What ends an employer's name wherever it stands: "Google L6 Networking" is Google.
_SHORT_TITLES = (
    r"(?:SWE|SDE|DE|EM|PM|TPM|TPgM|SA|SRE|MLE|ML|DS|QR|VP|ED|CE|CSE|CSA|SSE|SysDE|SecEng)s?",
    r"(?:L|E|IC|ICT|SDE|MTS)-?\d\S*",
)
_ROLE = re.compile(rf"\s+(?:{'|'.join(_TITLES)})$")
_FILLERS = (
    r"and|or|an?|the|my|your|their|one|active|strong|competing|competitive|current|comparable",
    r"written|(?:two|three)(?=\s+competing)|design|data|engineering|existing|offers?",
    r"from|by|with|at|of|like|including|such as|both|to|is|are|against|for|versus|vs\.?|over",
    r"i(?:'|\u2019)?m|i am|currently|evaluating|have|hold|holding|leaving|between|choosing",
    r"based on|reference|referencing|cite|citing|present",
    r"(?:DE|DS|EM|PM|SA|TPM|SWE|ML|AI|UX)(?=\s+offer)",
)
_LEAD = re.compile(rf"^(?:(?:{'|'.join(_FILLERS)})\b[\s:,]*)+", re.IGNORECASE)
_LINK = re.compile(
    r"[\s\[(]*"
    r"(?:\boffers?\b(?:\s+in\s+[A-Z]\w+)?|\b(?:offering|pay(?:s|ing)?|packages?|commands?)\b)?"
    r"\s*(?:\b(?:are|is|were)\s+)?(?:\bhas offered me\b)?"
    r"(?:[\u2014\u2013-]"
    r"|\b(?:at|offer(?:s|ing)?|pays?|ranging(?: from)?|of|in the|are|is|around)\b|:|\()?"
    r"[\s(~≈]*$",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"\b(?:alternatives?|compan(?:y|ies)|roles|leadership|labs?|firms?|startups?|platforms|FAANG|"
    r"funds?)\b",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    r"\[([^\[\]]+)(?:\]?\s*|\]\s+(?:(?:[a-z]+|[A-Z]{2,4})\s+){1,5}(?:[a-z]+)?[$£€]?)$"
)
_CUT = re.compile(rf"(?<=\w)\s+(?:{'|'.join(_SHORT_TITLES)})\b.*$|\s*[(\]].*$|[\s\u2014\u2013.-]+$")
_ROLE_OF = re.compile(r"^((?:[A-Z0-9][\w.&'-]*\s)*[A-Z0-9][\w.&'-]*)\s+(?:as|in|at the)\s.*$")
_HELD_AT = re.compile(rf"^.*(?:{'|'.join(_TITLES)})\s+at\s+(?=[A-Z])")
_PLACEHOLDER = re.compile(r"^\[?(?:company|competitor|employer|name)\b[^\]]*\]?$", re.IGNORECASE)
_FROM = re.compile(
    r"[^.;$£€₹]{0,40}?\bfrom\s+(?:\[([^\]]+)\]|"
    r"((?:an?\s)?[A-Z][\w.&']*(?:(?:,? or |, |\s)(?:an?\s)?[A-Z][\w.&']*)*))"
)
_SPLIT = re.compile(r"\s*[/;]\s*|\s*,\s*(?:(?:and|or)\s+)?|\s+(?:and|or|vs\.?)\s+")
_BOUNDARY = re.compile(
    r"[\[;:.\"“”]\s+|[\[\"“]"
    r"|\b(?:from|holding|hold|have|with|leaving|between|citing|reference|against|alongside)\s+(?!\[)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A competing offer as a guide tells it.

    Attributes:
        company: The employer without role and level, or the generic phrase.
        total: Total compensation [currency]; None for a placeholder or a split into parts.
        total_high: High end of a range; None for a single amount.
        currency: ISO code; None without an amount.
        base: Base pay when the offer is split.
        equity: Equity when the offer is split.
        generic: True when no employer is named.
        placeholder_name: True when the name is a blank to fill in.
        alternative_group: Offers that share one amount share this number.
    """

    company: str
    total: float | int | None = None
    total_high: float | int | None = None
    currency: str | None = None
    base: float | int | None = None
    equity: float | int | None = None
    generic: bool = False
    placeholder_name: bool = False
    alternative_group: int | None = None


def read_offers(text: str) -> list[Offer]:
    """The competing offers that a paragraph ties to an amount.

    >>> def totals(text): return [(offer.company, offer.total) for offer in read_offers(text)]
    >>> totals("Offers from Acme at $380K TC and Bolt PM at $345K.")
    [('Acme', 380000), ('Bolt', 345000)]
    >>> totals("A competing offer from [Acme/Bolt] at $[290K].")
    [('Acme', 290000), ('Bolt', 290000)]
    >>> (offer,) = read_offers("I'm holding a Bolt PM offer at $215K / $260K RSU.")
    >>> offer.company, offer.total, offer.base, offer.equity
    ('Bolt', None, 215000, 260000)
    """
    found: list[Offer] = []
    for piece in stretches(text):
        if piece.kind == "competing":
            found.extend(_stretch(piece.text, len(found)))
    return list(dict.fromkeys(found))


def _stretch(text: str, group: int) -> Iterator[Offer]:
    plain = unwrap(text)
    named = asks(plain)
    start = 0
    for index, ask in enumerate(named):
        if ask.money.start < start:
            continue
        parts = _parts(plain, named, index)
        end = parts[-1].money.end
        names = _names(plain[start : ask.money.start], start > 0) or _names_after(plain[end:])
        for name in names:
            yield _offer(name, parts, group + index + 1 if len(names) > 1 else None)
        start = end


def _parts(text: str, named: list[Ask], index: int) -> list[Ask]:
    """The amounts of one offer: a total alone, or base / equity and base + bonus."""
    parts = [named[index]]
    for following in named[index + 1 :]:
        gap = text[parts[-1].money.end : following.money.start]
        joined = re.fullmatch(r"\s*(?:base|RSUs?|salary)?\s*(?:[/+,]|with)\s*", gap)
        if parts[-1].component == "total" or not joined:
            break
        parts.append(following)
    return parts


def _names(before: str, later: bool) -> list[str]:
    """The employers that the words before an amount name.

    Args:
        before: The words between the previous amount, or the beginning, and this one.
        later: Whether there is a previous amount, whose own label the words begin with.
    """
    link = _LINK.search(before)
    stem = re.sub(r"\([^()]*\)", " ", before[: link.start() if link else None])
    bracket = _BRACKETED.search(stem)
    if bracket and "]" in before:
        return [name for part in _SPLIT.split(bracket[1]) if (name := _name(part))]
    if later:
        separator = _SPLIT.search(stem)
        stem = stem[separator.end() :] if separator else ""
    *_, stem = _BOUNDARY.split(stem)
    stem = re.sub(r"(?<=\d)/(?=[A-Z]*\d)", "-", stem)
    names = [_name(part) for part in _SPLIT.split(stem)]
    joined = re.search(r"/|\b(?:and|or)\b", stem)
    if (
        joined
        and len(names) > 1
        and all(name and len(name.split()) < 4 and name[0].isupper() for name in names)
    ):
        return names
    return [names[-1]] if names and names[-1] else []


def _names_after(after: str) -> list[str]:
    match = _FROM.match(after)
    if not match:
        return []
    return [name for part in _SPLIT.split(match[1] or match[2]) if (name := _name(part))]


def _name(text: str) -> str:
    name = re.sub(r"\s+\b(?:offers?|in\s+[A-Z]\w+)\b.*$", "", text.strip(" \"“”'[]"))
    name = re.sub(r"['\u2019]s\b.*$", "", _LEAD.sub("", name).strip(" \"“”'[]"))
    if not _GENERIC.search(name):
        name = _CUT.sub("", _ROLE_OF.sub(r"\1", _HELD_AT.sub("", name)))
    while not _GENERIC.search(name) and (shorter := _ROLE.sub("", name)) != name:
        name = shorter.strip()
    if _PLACEHOLDER.match(name):
        return f"[{name.strip('[]')}]"
    proper = re.match(r"[A-Z0-9]|[a-z]+[A-Z0-9]|[a-z]+ [A-Z]", name)
    if not proper and not _GENERIC.search(name):
        return ""
    return name if len(name.split()) <= 6 else ""


def _offer(name: str, parts: list[Ask], group: int | None) -> Offer:
    first = parts[0]
    by_kind = {ask.component: ask for ask in reversed(parts)}
    split = "base" in by_kind or ("stock" in by_kind and "total" not in by_kind)
    total = by_kind.get("total") or (None if split or first.component else first)
    generic, blank = bool(_GENERIC.search(name)), name.startswith("[")
    if total is None:
        base, stock = by_kind.get("base"), by_kind.get("stock")
        return Offer(
            name, None, None, first.money.currency,
            tidy(base.money.low) if base else None, tidy(stock.money.low) if stock else None,
            generic, blank, group,
        )  # fmt: skip
    high = tidy(total.money.high) if total.money.is_range else None
    return Offer(
        name, tidy(total.money.low), high, total.money.currency, None, None, generic, blank, group
    )
