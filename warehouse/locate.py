"""Where one name lies: a city, state or country with whatever stands beside it to tell which.

What a qualifier means is decided by what exists: "Chicago IL" is in Illinois and "Tel Aviv IL" in
Israel, because Illinois has no Tel Aviv and Israel no Chicago.  Our own tables are asked first;
the gazetteer only for names that they do not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from warehouse.aliases import plain
from warehouse.place_tables import (
    Place,
    Reading,
    city_in,
    countries,
    place_named,
    slug,
    state_in,
    states_named,
)

if TYPE_CHECKING:
    from warehouse.gazetteer import City

_GLOSS = re.compile(
    r"\b(hq|headquarters?|global hq|benchmark|metro|metropolitan|greater|area|region|office|based"
    r"|only|r d|other markets|major tech hubs|all markets|onsite|on site|hybrid|in person)\b"
)
_KOREA = re.compile(r"(?i)\bkorea\s*,\s*south\b")
_OF_NAMESAKES = frozenset({"US", "CA", "AU"})  # where only the state tells a city
_CITY_STATES = frozenset({"SG", "HK"})
_LONGEST_QUALIFIER = 3  # words, as in "New South Wales"


def _country(name: str) -> str | None:
    """The code of a country's name or code, from the tables where they have it."""
    known = place_named(name)
    if known:
        inner = known.is_city or known.remote or known.state
        return None if inner and known.country not in _CITY_STATES else known.country
    code = name.strip().upper()
    return code if code in countries() else None


def _foreign(name: str) -> str | None:
    """The same from the libraries; a short word counts only when written as a code."""
    from warehouse.gazetteer import country_named

    short = len(name.strip()) <= _LONGEST_QUALIFIER
    return country_named(name) if not short or name.strip().isupper() else None


def _readings(qualifier: str, *, world: bool) -> tuple[Reading, ...]:
    """What a qualifier may mean, the likelier first: a state before a country of that code."""
    states = states_named(qualifier)
    code = _country(qualifier) or (_foreign(qualifier) if world else None)
    return (*states, Reading(code)) if code else states


Way = tuple[str, tuple[Reading, ...]]


def _ways(text: str, *, world: bool) -> Iterator[Way]:
    """Every way to read a text as a city and what it lies in.

    Args:
        text: A place's name.
        world: Whether the libraries may be asked for countries that the tables lack.
    """
    name, *rest = [part.strip() for part in _KOREA.sub("South Korea", text).split(",")]
    rest = [part for part in rest if plain(part)]
    if len(rest) > 1:
        readings = _in_country(rest[-2], _readings(rest[-1], world=world))
        yield name, readings
        yield rest[-2], readings  # where the first was a district of it
    elif rest:
        yield name, _readings(rest[0], world=world)
    else:
        yield from _by_last_words(text.split(), world=world)


def _in_country(state: str, readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    exact = tuple(
        Reading(reading.country, code)
        for reading in readings
        if reading.state is None and (code := state_in(reading.country, state))
    )
    told_apart = exact and exact[0].country in _OF_NAMESAKES
    return exact if told_apart else (*exact, *readings)


def _by_last_words(words: list[str], *, world: bool) -> Iterator[Way]:
    for count in range(min(_LONGEST_QUALIFIER, len(words) - 1), 0, -1):
        tail = " ".join(words[-count:])
        # A word that is no code could be part of the name, so that the libraries are not asked.
        readings = _readings(tail, world=world and len(tail) == len("XX") and tail.isupper())
        if readings:
            yield " ".join(words[:-count]), readings


def _from_gazetteer(name: str, readings: tuple[Reading, ...]) -> Place | None:
    """The city that a reading finds; a country whose code is a state's too needs a large city.

    "Vernon, CA" is a small town of California, not the one of Canada that the gazetteer has.
    """
    from warehouse.gazetteer import WELL_KNOWN, find_city

    states = any(where.state for where in readings)
    for where in readings:
        city = find_city(name, where.country, where.state)
        doubtful = states and where.state is None and where.country != readings[0].country
        if city and not (doubtful and city.population < WELL_KNOWN):
            return _placed(city)
    return None


def _placed(city: City) -> Place:
    from warehouse.gazetteer import metro_of

    known = city_in(city.name, Reading(city.country, city.state))
    if known:
        return known
    geo_id = slug(city.name, _suffix(city.country, city.state))
    return Place(geo_id, city.country, metro_of(city) or geo_id, False, city.state)


def _suffix(country: str, state: str | None) -> str:
    """What tells a city from its namesakes: the state where namesakes within a country abound."""
    return (state if country in _OF_NAMESAKES else None) or country


def _alone(text: str) -> Place | None:
    """A country, a state or a well-known city without anything beside it."""
    from warehouse.gazetteer import only_city

    states = states_named(text) if len(plain(text)) > _LONGEST_QUALIFIER else ()
    code = _country(text) or _foreign(text)
    if states and not code:
        return state_place(states[0])
    if states or code:
        return None if states else country_place(code or "")
    city = only_city(text)
    return _placed(city) if city else None


def state_place(where: Reading) -> Place:
    """A state as a place of its own."""
    geo_id = slug(where.country, where.state or "")
    return Place(geo_id, where.country, None, False, where.state)


def country_place(code: str) -> Place:
    """A country by its ISO 3166 alpha-2 code; a place of no country when there is none such.

    >>> country_place("GB").geo_id, country_place("lt"), country_place("QQ").country
    ('uk', Place(geo_id='lithuania', country='LT', parent=None, remote=False, state=None), None)
    """
    code = code.strip().upper()
    if known := countries().get(code):
        return known
    from warehouse.gazetteer import country_title

    title = country_title(code)
    if title is None:
        return Place("unknown", None, None, False)
    return place_named(title) or Place(slug(title), code, None, False)


def table_place(text: str) -> Place | None:
    """The place of a name that the tables alone can tell, with or without a qualifier.

    >>> table_place("San Francisco HQ").geo_id, table_place("Tel Aviv IL").country
    ('san-francisco', 'IL')
    >>> table_place("Springfield IL").parent, table_place("Rockstar")
    ('springfield-il', None)
    """
    return place_named(text) or place_named(_GLOSS.sub(" ", plain(text))) or _table_city(text)


def _table_city(text: str) -> Place | None:
    for name, readings in _ways(text, world=False):
        for where in readings:
            if place := city_in(name, where):
                return place
    return None


@lru_cache(maxsize=65536)
def located(text: str) -> Place | None:
    """The place of one name; None when nothing knows it and nothing beside it tells its country.

    >>> located("Paris, TX"), located("Atlantis")
    (Place(geo_id='paris-tx', country='US', parent='paris-tx', remote=False, state='TX'), None)
    """
    known = table_place(text)
    if known:
        return known
    ways = list(_ways(text, world=True))
    for name, readings in ways:
        if place := _from_gazetteer(name, readings):
            return place
    return _alone(text) or next(
        (_unlisted(name, readings[0]) for name, readings in ways if readings and plain(name)), None
    )


def _unlisted(name: str, where: Reading) -> Place:
    """A place that is in no list, in a state or country that is."""
    geo_id = slug(name, _suffix(where.country, where.state))
    return Place(geo_id, where.country, geo_id, False, where.state)
