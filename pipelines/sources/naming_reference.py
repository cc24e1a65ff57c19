"""Canonical names for the rows of reference sources: areas, occupations and employers.

As in ``pipelines.sources.naming``, each distinct spelling is looked up once.
"""

from __future__ import annotations

import re

from duckdb import DuckDBPyConnection

from pipelines.sources.naming import COMPANY, Names, look_up
from pipelines.sources.states import state_codes
from warehouse.companies import company_id
from warehouse.places import place_of
from warehouse.roles import role_of_occupation

AREA = {"geo_id": "VARCHAR", "metro": "VARCHAR", "state": "VARCHAR"}
FAMILY = {"role_family": "VARCHAR"}
NATION = ("u.s.", "us", "united states", "national")


def area_named(name: str | None) -> Names:
    """What an area of the official wage statistics is: its place, metropolitan area and state.

    An area of several states counts to its first.  States and areas outside of cities have no
    place of their own.

    >>> area_named("San Jose-Sunnyvale-Santa Clara, CA")["geo_id"]
    'san-jose'
    >>> area_named("Northern West Virginia nonmetropolitan area")
    {'geo_id': None, 'metro': None, 'state': 'WV'}
    """
    written = (name or "").strip()
    cities, comma, states = written.rpartition(", ")
    if comma:
        state = states[:2]
        place = place_of(f"{re.split(r'-+|/', cities)[0]}, {state}")
        return {"geo_id": place.geo_id, "metro": place.parent, "state": state}
    if written.casefold() in NATION:
        return {"geo_id": "us", "metro": None, "state": None}
    return {"geo_id": None, "metro": None, "state": _state_within(written)}


def _state_within(name: str) -> str | None:
    """The state that a name tells, the longest where one name lies within another."""
    words = f" {name.casefold()} "
    found = [state for state in state_codes() if re.search(rf"\b{re.escape(state)}\b", words)]
    return state_codes()[max(found, key=len)] if found else None


def name_wage(connection: DuckDBPyConnection) -> None:
    """Complete ``parsed`` to the columns of ``wage``."""
    look_up(connection, "area_meant", ["area_name"], AREA, area_named)
    look_up(connection, "family_meant", ["occupation"], FAMILY, _family)
    _join(connection, "area_meant", "area_name", AREA)
    _join(connection, "family_meant", "occupation", FAMILY)


def name_wage_area(connection: DuckDBPyConnection) -> None:
    """Complete ``parsed`` to the columns of ``wage_area``; its state is that of the county."""
    places = {name: kind for name, kind in AREA.items() if name != "state"}
    look_up(connection, "area_meant", ["area_name"], places, area_named)
    _join(connection, "area_meant", "area_name", places)


def name_vesting(connection: DuckDBPyConnection) -> None:
    """Complete ``parsed`` to the columns of ``vesting``."""
    look_up(connection, "company_meant", ["company_raw"], COMPANY, _company)
    _join(connection, "company_meant", "company_raw", COMPANY)


def _family(occupation: str | None) -> Names:
    return {"role_family": role_of_occupation(occupation or "").family}


def _company(name: str | None) -> Names:
    return {"company_id": company_id(name) if name else None}


def _join(connection: DuckDBPyConnection, meaning: str, key: str, columns: dict[str, str]) -> None:
    """Add what a key means to ``parsed``."""
    for name, kind in columns.items():
        connection.execute(f"ALTER TABLE parsed ADD COLUMN {name} {kind}")
    values = ", ".join(f"{name} = {meaning}.{name}" for name in columns)
    connection.execute(
        f"UPDATE parsed SET {values} FROM {meaning} "
        f"WHERE parsed.{key} IS NOT DISTINCT FROM {meaning}.{key}"
    )
