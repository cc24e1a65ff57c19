"""Canonical names for the rows of a pay source, looked up once per distinct spelling.

What was written stays beside what it was taken to mean.  Pay is made annual here, too, through
``pipelines.sources.annual``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from duckdb import DuckDBPyConnection

from pipelines.sources.annual import per_year_sql
from warehouse.companies import company_id
from warehouse.levels import level_scale, level_std
from warehouse.places import country_place, place_of
from warehouse.roles import OTHER, role_of, role_of_occupation
from warehouse.schema import insert_rows

Names = dict[str, Any]
# Columns that a pay source may leave out, with what leaving out means.
OPTIONAL = {
    "kind": "'report'::VARCHAR",
    "company_raw": "NULL::VARCHAR",
    "title_raw": "NULL::VARCHAR",
    "occupation": "NULL::VARCHAR",
    "level_raw": "NULL::VARCHAR",
    "place_raw": "NULL::VARCHAR",
    "country_code": "NULL::VARCHAR",
    "is_remote": "NULL::BOOLEAN",
    "unit": "'year'::VARCHAR",
    "fte": "1::DOUBLE",
    "stated_max": "NULL::DOUBLE",
    "equity_annual": "NULL::DOUBLE",
    "bonus": "NULL::DOUBLE",
    "tc": "NULL::DOUBLE",
    "headcount": "1::DOUBLE",
    "weight": "1::DOUBLE",
    "years_experience": "NULL::DOUBLE",
    "recorded_on": "NULL::DATE",
    "flags": "''::VARCHAR",
}


AT_ONCE = 10_000  # [names] fetched together
# What a column means, and the types of what is looked up; every key is text.
COMPANY = {"company_id": "VARCHAR"}
SCALE = {"level_scale": "VARCHAR"}
ROLE = {"role_id": "VARCHAR", "role_family": "VARCHAR"}
LEVEL = {"level_std": "TINYINT"}
PLACE = {
    "geo_id": "VARCHAR",
    "metro": "VARCHAR",
    "state": "VARCHAR",
    "country": "VARCHAR",
    "remote": "BOOLEAN",
}


def _company(name: str | None) -> Names:
    return {"company_id": (company_id(name) or None) if name else None}


def _company_and_scale(name: str | None) -> Names:
    found = _company(name)
    return {**found, "level_scale": level_scale(found["company_id"])}


def _role(title: str | None, occupation: str | None) -> Names:
    """By its title; by the occupation code where the title tells nothing."""
    role = role_of(title) if title else None
    if (role is None or role.family == OTHER) and occupation:
        coded = role_of_occupation(occupation)
        role = coded if coded.family != OTHER or role is None else role
    if role is None:
        return {"role_id": None, "role_family": OTHER}
    return {"role_id": role.role_id, "role_family": role.family}


def _place(written: str | None, country_code: str | None) -> Names:
    if country_code and written in (None, country_code):
        place = country_place(country_code)
    elif written:
        place = place_of(written)
    else:
        return {"remote": False}
    return {
        "geo_id": place.geo_id,
        "metro": place.parent,
        "state": getattr(place, "state", None),
        "country": place.country or country_code,
        "remote": place.remote,
    }


def _level(company: str | None, level: str | None, title: str | None) -> Names:
    return {"level_std": level_std(company, level, title)}


def look_up(
    connection: DuckDBPyConnection,
    name: str,
    distinct: str,
    types: Mapping[str, str],
    meaning: Callable[..., Names],
) -> None:
    """A table ``name`` that holds the meaning of every distinct combination of some columns.

    Args:
        connection: The workbench, with ``whole``.
        name: Of the new table.
        distinct: SELECT of the combinations; every key is text.
        types: Columns of the meaning.
        meaning: From the keys to those columns.  A combination without any meaning is left out.
    """
    found = connection.execute(f"{distinct} ORDER BY ALL")
    keys = [column[0] for column in found.description]
    shape = ", ".join(f"{key} VARCHAR" for key in keys)
    shape += "".join(f", {column} {kind}" for column, kind in types.items())
    rows = []
    while some := found.fetchmany(AT_ONCE):
        for key in some:
            meant = meaning(*key)
            if any(value is not None for value in meant.values()):
                rows.append({**dict(zip(keys, key, strict=True)), **meant})
    connection.execute(f"CREATE TABLE {name} ({shape})")
    insert_rows(connection, name, rows)


def renamed(row: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """A row of ``pay`` with the names of what was set to another spelling.

    Args:
        row: With the change in it.
        change: Columns that were set; a name that was set itself stays so.
    """
    found: dict[str, Any] = {}
    if "company_raw" in change:
        found |= _company(row["company_raw"])
    if "title_raw" in change or "occupation" in change:
        found |= _role(row["title_raw"], row["occupation"])
    if "place_raw" in change:
        found |= dict.fromkeys(PLACE) | _place(row["place_raw"], None)
    if {"company_raw", "title_raw", "level_raw"} & change.keys():
        company = found.get("company_id", row["company_id"])
        found |= _level(company, row["level_raw"], row["title_raw"])
    return {**row, **found, **change}


def name_pay(connection: DuckDBPyConnection) -> str:
    """A SELECT that completes ``stated`` to the columns of ``pay``."""
    _with_optional_columns(connection)
    for name, keys, types, meaning in (
        ("company_meant", "company_raw", COMPANY | SCALE, _company_and_scale),
        ("role_meant", "title_raw, occupation", ROLE, _role),
        ("place_meant", "place_raw, country_code", PLACE, _place),
    ):
        look_up(connection, name, f"SELECT DISTINCT {keys} FROM whole", types, meaning)
    levels = f"""
        SELECT DISTINCT c.level_scale, s.level_raw, s.title_raw
        FROM whole AS s LEFT JOIN company_meant AS c ON {_same("company_raw")}
    """
    look_up(connection, "level_meant", levels, LEVEL, _level)
    return f"""
        SELECT s.*, c.company_id, r.role_id, r.role_family,
            p.geo_id, p.metro, p.state, p.country,
            coalesce(s.is_remote, p.remote, false) AS remote,
            s.stated * {per_year_sql("s.unit")} / s.fte AS base,
            s.stated_max * {per_year_sql("s.unit")} / s.fte AS base_max,
            l.level_std
        FROM whole AS s
        LEFT JOIN company_meant AS c ON {_same("company_raw")}
        LEFT JOIN role_meant AS r ON {_same("title_raw", "r")} AND {_same("occupation", "r")}
        LEFT JOIN place_meant AS p ON {_same("place_raw", "p")} AND {_same("country_code", "p")}
        LEFT JOIN level_meant AS l ON c.level_scale IS NOT DISTINCT FROM l.level_scale
            AND {_same("level_raw", "l")} AND {_same("title_raw", "l")}
    """


def _same(key: str, other: str = "c") -> str:
    return f"s.{key} IS NOT DISTINCT FROM {other}.{key}"


def _with_optional_columns(connection: DuckDBPyConnection) -> None:
    """A view ``whole`` of ``stated`` with the columns that the source left out."""
    present = {row[0] for row in connection.execute("DESCRIBE stated").fetchall()}
    added = "".join(
        f", {default} AS {name}" for name, default in OPTIONAL.items() if name not in present
    )
    connection.execute(f"CREATE VIEW whole AS SELECT *{added} FROM stated")
