"""Which places a pay zone covers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from warehouse.aliases import alias_rows, plain

_STATES = frozenset(
    plain(
        "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh "
        "nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc"
    ).split()
)
_GLOSS = re.compile(r"\b(hq|headquarters|benchmark|metro|area only|r d|other markets)\b")
_CURRENCY_COUNTRY = {
    "USD": "US", "GBP": "GB", "INR": "IN", "CAD": "CA", "SGD": "SG", "ILS": "IL", "AUD": "AU",
    "CNY": "CN", "HKD": "HK", "BRL": "BR", "DKK": "DK", "SEK": "SE", "PLN": "PL", "CHF": "CH",
    "IDR": "ID", "KRW": "KR", "JPY": "JP", "TWD": "TW", "VND": "VN", "UYU": "UY", "ARS": "AR",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A place that pay is set for.

    Attributes:
        geo_id: One id for all spellings.
        country: ISO 3166 alpha-2; None when not known.
        parent: The metropolitan area it belongs to; None for countries and unknown places.
        remote: True for "Remote US" and the like.
    """

    geo_id: str
    country: str | None
    parent: str | None
    remote: bool

    @property
    def is_city(self) -> bool:
        """True for a place within a metropolitan area."""
        return self.parent is not None


def country_of_currency(currency: str) -> str | None:
    """The country of a currency that one country uses; None for the euro and unknown codes."""
    return _CURRENCY_COUNTRY.get(currency)


def _known(text: str) -> Place | None:
    row = alias_rows("regions").get(text)
    if row is None:
        return None
    geo_id = row["geo_id"]
    return Place(geo_id, row["country"] or None, row["parent"] or None, geo_id.startswith("remote"))


def _unknown(text: str) -> Place:
    words = text.split()
    country = "US" if len(words) > 1 and words[-1] in _STATES else None
    remote = "remote" in words
    return Place(
        text.replace(" ", "-"), country, None if remote else text.replace(" ", "-"), remote
    )


def _look_up(text: str) -> Place | None:
    name = " ".join(_GLOSS.sub(" ", plain(text)).split())
    words = name.split()
    shorter = " ".join(words[:-1]) if len(words) > 1 and words[-1] in _STATES | {"us"} else name
    return _known(name) or _known(shorter)


def places(zone: str) -> tuple[Place, ...]:
    """Every place that a pay zone names; a country beside its cities only locates them.

    >>> [place.geo_id for place in places("Seattle / Bay Area (US)")]
    ['seattle', 'bay-area']
    >>> [place.geo_id for place in places("NYC HQ")], places("Melbourne, FL")[0].country
    (['new-york'], 'US')
    >>> [place.geo_id for place in places("US (Other Markets / Remote)")]
    ['remote-us']
    >>> places("Atlantis")
    (Place(geo_id='atlantis', country=None, parent='atlantis', remote=False),)
    """
    whole = _look_up(zone)
    if whole:
        return (whole,)
    parts = [part for part in re.split(r"[/()|]|\bor\b|\band\b", zone) if plain(part)]
    found = [place for part in parts if (place := _look_up(part))]
    countries = [place for place in found if not place.is_city and not place.remote]
    inner = [place for place in found if place.is_city or place.remote] or countries
    if not inner:
        return (_unknown(plain(zone) or "unknown"),)
    country = countries[0].country if countries else None
    located = [_within(place, country) for place in inner]
    return tuple(dict.fromkeys(located))


def _within(place: Place, country: str | None) -> Place:
    if place.geo_id == "remote" and country:
        return Place(f"remote-{country.lower()}", country, None, True)
    return place


def place_of(region: str) -> Place:
    """The one place of an offer's region: the first that it names."""
    return places(region)[0]


def country_place(code: str) -> Place:
    """A country by its ISO 3166 alpha-2 code.

    >>> country_place("GB").geo_id
    'gb'
    """
    return Place(code.lower(), code, None, False)
