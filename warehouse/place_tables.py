"""What the alias tables know of places: names, states, cities and metropolitan areas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from warehouse.aliases import Row, alias_rows, plain, rows_of

_SPELT = {"saint": "st", "sainte": "ste", "ft": "fort", "mt": "mount", "township": "", "twp": ""}


@dataclass(frozen=True, slots=True)
class Place:
    """A place that pay is set for.

    Attributes:
        geo_id: One id for all spellings.
        country: ISO 3166 alpha-2; None when not known.
        parent: The metropolitan area it belongs to; None for countries, states and no place.
        remote: True for "Remote US" and the like.
        state: ISO 3166-2 code without its country, such as ``CA`` or ``KA``; None when not known.
    """

    geo_id: str
    country: str | None
    parent: str | None
    remote: bool
    state: str | None = None

    @property
    def is_city(self) -> bool:
        """True for a place within a metropolitan area."""
        return self.parent is not None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a qualifier behind a city's name may mean: a country, or a state of one."""

    country: str
    state: str | None = None


def spelt(name: str) -> str:
    """A city's name in one spelling.

    >>> spelt("Saint Paul"), spelt("Ft. Lauderdale")
    ('st paul', 'fort lauderdale')
    """
    words = " ".join(filter(None, (_SPELT.get(word, word) for word in plain(name).split())))
    return words.replace("mc ", "mc") if words.startswith("mc ") else words


def _place(row: Row) -> Place:
    geo_id = row["geo_id"]
    return Place(
        geo_id,
        row["country"] or None,
        row["parent"] or None,
        geo_id.startswith("remote"),
        row["state"] or None,
    )


@cache
def _named() -> dict[str, Place]:
    return {name: _place(row) for name, row in alias_rows("regions").items()}


def place_named(name: str) -> Place | None:
    """The place of a name that the tables know as it stands, qualified or not."""
    return _named().get(plain(name))


@cache
def _states() -> dict[tuple[str, str], Reading]:
    """Every name or code of a state, by its country."""
    return {
        (row["country"], plain(name)): Reading(row["country"], row["code"])
        for row in rows_of("subdivisions")
        for name in f"{row['names']}|{row['names_in_country']}".split("|")
        if name
    }


@cache
def _state_readings() -> dict[str, tuple[Reading, ...]]:
    found: dict[str, tuple[Reading, ...]] = {}
    for row in rows_of("subdivisions"):
        for name in row["names"].split("|"):
            key = plain(name)
            found[key] = (*found.get(key, ()), Reading(row["country"], row["code"]))
    return found


def states_named(qualifier: str) -> tuple[Reading, ...]:
    """The states that a name or code may mean, wherever it stands.

    >>> states_named("IL"), states_named("Ontario")
    ((Reading(country='US', state='IL'),), (Reading(country='CA', state='ON'),))
    """
    return _state_readings().get(plain(qualifier), ())


def state_in(country: str, name: str) -> str | None:
    """The code of a state whose country is known.

    >>> state_in("AU", "NS"), state_in("CA", "NS"), state_in("IN", "KA"), state_in("FR", "IL")
    ('NSW', 'NS', 'KA', None)
    """
    found = _states().get((country, plain(name)))
    return found.state if found else None


@cache
def _geonames_states() -> dict[tuple[str, str], str]:
    return {(row["country"], row["geonames"]): row["code"] for row in rows_of("subdivisions")}


def state_of_geonames(country: str, code: str) -> str | None:
    """The ISO code of a state that GeoNames numbers in its own way."""
    return _geonames_states().get((country, code))


@cache
def countries() -> dict[str, Place]:
    """The countries that the tables name, by ISO code."""
    wide = (place for place in _named().values() if not place.parent and not place.remote)
    return {place.country: place for place in wide if place.country and not place.state}


@dataclass(frozen=True, slots=True)
class Area:
    """A metropolitan area of the United States.

    Attributes:
        code: Area code of the Bureau of Labor Statistics.
        geo_id: The metropolitan area; areas that share a labour market share it.
        title: As the Bureau writes it.
        cities: Principal cities, each with its state.
    """

    code: str
    geo_id: str
    title: str
    cities: tuple[tuple[str, str], ...]


@cache
def areas() -> tuple[Area, ...]:
    """The metropolitan areas of the United States, by code."""
    return tuple(
        Area(row["area_code"], row["geo_id"], row["title"], tuple(_cities_of(row["cities"])))
        for row in rows_of("metros")
    )


def _cities_of(text: str) -> Iterator[tuple[str, str]]:
    for city in text.split("|"):
        name, _, state = city.rpartition(" ")
        yield name, state


def _without_qualifier(name: str, place: Place) -> str:
    """The bare name of a city in the tables: "cambridge" for "Cambridge MA"."""
    words = spelt(name).split()
    last = words[-1]
    known = place.country and (
        last == place.country.lower() or (place.state and state_in(place.country, last))
    )
    return " ".join(words[:-1]) if known and len(words) > 1 else " ".join(words)


@cache
def _cities() -> dict[tuple[str, str], tuple[Place, ...]]:
    """Every city of the tables by country and bare name; namesakes in the order of the tables."""
    found: dict[tuple[str, str], dict[Place, None]] = {}
    for name, place in _named().items():
        if place.is_city and place.country:
            key = (place.country, _without_qualifier(name, place))
            found.setdefault(key, {})[place] = None
    for area in areas():
        for city, state in area.cities:
            same = found.setdefault(("US", spelt(city)), {})
            if all(place.state != state for place in same):
                same[_principal(city, state, area)] = None
    return {key: tuple(same) for key, same in found.items()}


def _principal(city: str, state: str, area: Area) -> Place:
    return Place(slug(spelt(city), state), "US", area.geo_id, False, state)


@cache
def centres(country: str) -> tuple[tuple[str, str], ...]:
    """Bare name and id of each city of a country that is the centre of its own area."""
    return tuple(
        (name, place.geo_id)
        for (code, name), same in _cities().items()
        for place in same
        if code == country and place.geo_id == place.parent
    )


def city_in(city: str, where: Reading) -> Place | None:
    """A city that the tables know within a country or state.

    >>> city_in("Cambridge", Reading("US", "MA")).parent, city_in("Reston", Reading("US", "VA"))
    ('boston', None)
    >>> city_in("Naperville", Reading("US", "IL"))
    Place(geo_id='naperville-il', country='US', parent='chicago', remote=False, state='IL')
    """
    same = _cities().get((where.country, spelt(city)), ())
    fitting = [place for place in same if where.state is None or place.state in (where.state, None)]
    return fitting[0] if fitting else None


def slug(*parts: str) -> str:
    """An id of names: their plain words, joined by hyphens."""
    return plain(" ".join(parts)).replace(" ", "-")
