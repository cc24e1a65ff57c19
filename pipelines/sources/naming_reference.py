"""Canonical names for the rows of reference sources: areas, occupations and employers.

As in ``pipelines.sources.naming``, each distinct spelling is looked up once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

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


def name_wage(connection: DuckDBPyConnection) -> str:
    """A SELECT that completes ``stated`` to the columns of ``wage``."""
    _look_up(connection, "area_name", AREA, area_named)
    _look_up(connection, "occupation", FAMILY, _family)
    return _joined({"area_name": AREA, "occupation": FAMILY})


def name_wage_area(connection: DuckDBPyConnection) -> str:
    """A SELECT that completes ``stated`` to ``wage_area``; its state is that of the county."""
    places = {name: kind for name, kind in AREA.items() if name != "state"}
    _look_up(connection, "area_name", places, area_named)
    return _joined({"area_name": places})


def name_vesting(connection: DuckDBPyConnection) -> str:
    """A SELECT that completes ``stated`` to the columns of ``vesting``."""
    _look_up(connection, "company_raw", COMPANY, _company)
    return _joined({"company_raw": COMPANY})


def _family(occupation: str | None) -> Names:
    return {"role_family": role_of_occupation(occupation or "").family}


def _company(name: str | None) -> Names:
    return {"company_id": company_id(name) if name else None}


def _look_up(
    connection: DuckDBPyConnection,
    key: str,
    types: Mapping[str, str],
    meaning: Callable[[str | None], Names],
) -> None:
    look_up(connection, f"{key}_meant", f"SELECT DISTINCT {key} FROM stated", types, meaning)


def _joined(columns_by_key: Mapping[str, Mapping[str, str]]) -> str:
    """A SELECT of ``stated`` with what its keys mean."""
    meant = "".join(
        f", {key}_meant.{column}" for key, columns in columns_by_key.items() for column in columns
    )
    joins = " ".join(
        f"LEFT JOIN {key}_meant ON s.{key} IS NOT DISTINCT FROM {key}_meant.{key}"
        for key in columns_by_key
    )
    return f"SELECT s.*{meant} FROM stated AS s {joins}"
