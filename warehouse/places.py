"""Which places a pay zone covers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from warehouse.aliases import plain
from warehouse.locate import country_place, located, state_place, table_place
from warehouse.place_tables import (
    Place,
    Reading,
    areas,
    city_in,
    countries,
    place_named,
    slug,
    states_named,
)

__all__ = [
    "Place", "area_places", "country_of_currency", "country_place", "place_of", "places",
]  # fmt: skip

_CODE = 3  # letters; a shorter word behind a comma says where, and is no place of its own
NOWHERE = Place("unknown", None, None, False)
_CURRENCY_COUNTRY = {
    "USD": "US", "GBP": "GB", "INR": "IN", "CAD": "CA", "SGD": "SG", "ILS": "IL", "AUD": "AU",
    "CNY": "CN", "HKD": "HK", "BRL": "BR", "DKK": "DK", "SEK": "SE", "PLN": "PL", "CHF": "CH",
    "IDR": "ID", "KRW": "KR", "JPY": "JP", "TWD": "TW", "VND": "VN", "UYU": "UY", "ARS": "AR",
}  # fmt: skip
_ORNAMENT = re.compile(
    r":[a-z][a-z0-9_+-]*:|\*\*"
    "|[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\ufe0f\u200d\U000e0020-\U000e007f]"
)
_CURRENCY = re.compile(r"[(\[]\s*(?:[A-Z]{3}\s*)?(?:[A-Z]{0,2}[$£€₹₪¥₩])?\s*[)\]]")
_NO_PLACE = re.compile(
    r"(?i)\s*(n/?a|none|not applicable|unknown|tbd|various|any|other|onsite|on-site|office"
    r"|hybrid|-+|\u2014|\u2013)?\s*$|\s*n/a\b"
)
_APART = re.compile(r"\s*[/|;]\s*|\s+(?:or|and|&|\+|[\u2013\u2014-])\s+")
_REMOTE = re.compile(
    r"\b(fully |all |100 )?(remote|wfh|work from home|work from anywhere|anywhere|distributed"
    r"|virtual|telecommute)( first| only| ok| friendly| work)?\b"
)
_FILLER = re.compile(r"\b(all|based|only|in|the|within|from|other markets|open to|other)\b")


def country_of_currency(currency: str) -> str | None:
    """The country of a currency that one country uses; None for the euro and unknown codes."""
    return _CURRENCY_COUNTRY.get(currency)


def _remote(country: str | None, geo_id: str = "") -> Place:
    if country is None:
        return place_named(f"remote {geo_id}") or Place("remote", None, None, True)
    return Place(f"remote-{country.lower()}", country, None, True)


def _remote_of(text: str) -> Place | None:
    """The remote zone of a country or region, or of nowhere in particular."""
    words = plain(text)
    if not _REMOTE.search(words):
        return None
    where = " ".join(_FILLER.sub(" ", _REMOTE.sub(" ", words)).split())
    if not where:
        return _remote(None)
    known = place_named(f"remote {where}") or place_named(where)
    if known is None and (states := states_named(where)):
        return _remote(states[0].country if where.upper() not in countries() else None)
    known = known or located(where.upper())
    return known if known and known.remote else _remoted(known)


def _remoted(place: Place | None) -> Place:
    return _remote(place.country, place.geo_id) if place else _remote(None)


def _outside_brackets(zone: str) -> list[str]:
    """The alternatives of a zone, each with the bracket that follows it."""
    shielded = re.sub(r"[(\[][^)\]]*[)\]]?", lambda m: re.sub(r"[/|;&+ ]", "\0", m[0]), zone)
    pieces, start = [], 0
    for cut in _APART.finditer(shielded):
        pieces.append(zone[start : cut.start()])
        start = cut.end()
    return [piece for piece in (*pieces, zone[start:]) if plain(piece)]


def _one(text: str, *, listed: bool = False) -> tuple[Place, ...]:
    """The place of a name, or the places of a list of names behind commas."""
    if place := place_named(text) or _remote_of(text) or table_place(text):
        return (place,)
    names = [name for name in text.split(",") if plain(name)]
    each = [place_named(name) if len(plain(name)) > _CODE else None for name in names]
    if len(names) > 1 and all(place and place.is_city for place in each):
        return tuple(place for place in each if place)
    place = None if listed else located(text.strip())
    return (place,) if place else ()


def _alternative(text: str) -> tuple[Place, ...]:
    """A name and its bracket: what the bracket locates, explains or lists."""
    head, _, bracket = text.replace("[", "(").partition("(")
    inner = bracket.partition(")")[0]
    if not plain(inner):
        return _one(head)
    if not plain(head):
        return places(inner)
    beside = table_place(f"{head.strip()}, {inner}")
    if beside and beside.is_city:
        return (beside,)
    within = [place for part in _outside_brackets(inner) for place in _one(part, listed=True)]
    outer = _one(head)
    return tuple(_combined(outer, within)) if outer else tuple(within)


def _combined(outer: tuple[Place, ...], within: list[Place]) -> Iterable[Place]:
    narrow = [place for place in within if place.is_city or place.remote]
    if any(place.remote for place in outer):
        wide = [_remoted(place) for place in within if not place.is_city and not place.remote]
        return [*(wide or outer), *narrow]
    if any(place.is_city for place in outer):
        return [*outer, *(place for place in narrow if place.remote)]
    country = outer[0].country
    return [_within(place, country) for place in narrow] or outer


def _within(place: Place, country: str | None) -> Place:
    return _remote(country) if place.geo_id == "remote" and country else place


def _sorted_out(found: list[Place]) -> list[Place]:
    """A country beside its own cities only locates them; beside a remote zone it is remote too."""
    narrow = [place for place in found if place.is_city or place.remote]
    if found and found[0].remote and not any(place.is_city for place in found):
        found = [place if place.remote else _remoted(place) for place in found]
        return [p for p in found if p.geo_id != "remote"] or found
    inside = {place.country for place in narrow}
    countries = [place for place in found if not place.is_city and not place.remote]
    own = {place.country for place in countries if place.country}
    kept = [
        _within(place, next(iter(own)) if len(own) == 1 else None)
        for place in found
        if place in narrow or (place.country not in inside and (place.country or not narrow))
    ]
    return kept or found


@lru_cache(maxsize=65536)
def places(zone: str) -> tuple[Place, ...]:
    """Every place that a pay zone names; a country beside its cities only locates them.

    >>> [place.geo_id for place in places("Seattle / Bay Area (US)")]
    ['seattle', 'bay-area']
    >>> [place.geo_id for place in places("NYC HQ")], places("Melbourne, FL")[0].country
    (['new-york'], 'US')
    >>> [place.geo_id for place in places("US (Other Markets / Remote)")]
    ['remote-us']
    >>> [place.geo_id for place in places("EMEA (London/Dublin)")], places("N/A")[0].geo_id
    (['london', 'dublin'], 'unknown')
    >>> places("Atlantis")[0].country is None
    True
    """
    text = _CURRENCY.sub("", _ORNAMENT.sub("", zone)).strip()
    if _NO_PLACE.match(text):
        return (NOWHERE,)
    if whole := place_named(text):
        return (whole,)
    found = [place for part in _outside_brackets(text) for place in _alternative(part)]
    if not found:
        return (located(text) or _unknown(plain(text)),)
    return tuple(dict.fromkeys(_sorted_out(found)))


def _unknown(words: str) -> Place:
    geo_id = words.replace(" ", "-")
    return Place(geo_id, None, geo_id, False) if geo_id else NOWHERE


def place_of(region: str) -> Place:
    """The one place of an offer's region: the first that it names."""
    return places(region)[0]


@lru_cache(maxsize=4096)
def area_places(area_name: str) -> tuple[Place, ...]:
    """The places of an area of the official wage statistics.

    The principal cities of a metropolitan area, all with the same ``parent``; one wide place for
    a state, the nation or a nonmetropolitan area.

    >>> [place.geo_id for place in area_places("San Jose-Sunnyvale-Santa Clara, CA")]
    ['san-jose', 'sunnyvale', 'santa-clara']
    >>> {place.parent for place in area_places("Boston-Cambridge-Newton, MA-NH")}
    {'boston'}
    >>> area_places("Northwest Alabama nonmetropolitan area")[0].state
    'AL'
    """
    name = re.sub(r"(?i)\s*(metropolitan (statistical area|division)|msa)$", "", area_name).strip()
    for area in areas():
        if plain(area.title) == plain(name):
            return tuple(_city(city, state, area.geo_id) for city, state in area.cities)
    return _titled(name) or (_wide(name),)


def _city(city: str, state: str, metro: str) -> Place:
    known = city_in(city, Reading("US", state))
    return replace(known, parent=metro) if known else _unknown(plain(f"{city} {state}"))


def _titled(name: str) -> tuple[Place, ...]:
    """The places of a title of another year: "Denver-Aurora-Lakewood, CO"."""
    cities, _, states = name.rpartition(", ")
    found = [
        place
        for city in re.split(r"-+|/", cities)
        for state in states.split("-")
        if (place := city_in(city, Reading("US", state)))
    ]
    return tuple(replace(place, parent=found[0].parent) for place in dict.fromkeys(found))


def _wide(name: str) -> Place:
    if plain(name) in ("national", "u s", "us", "united states"):
        return country_place("US")
    if exact := [where for where in states_named(name) if where.country == "US"]:
        return state_place(exact[0])
    words = plain(name).split()
    spans = [" ".join(words[i : i + n]) for n in (3, 2, 1) for i in range(len(words) - n + 1)]
    inside = [
        where
        for span in spans
        if len(span) > 2
        for where in states_named(span)
        if where.country == "US"
    ]
    state = inside[0].state if inside else None
    return Place(slug(name), "US", None, False, state)
