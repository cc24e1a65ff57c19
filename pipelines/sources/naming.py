"""Canonical names for the rows of a pay source, looked up once per distinct spelling.

What was written stays beside what it was taken to mean.  Pay is made annual here, too, through
``pipelines.sources.annual``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from duckdb import DuckDBPyConnection

from pipelines.sources.annual import per_year_sql
from warehouse.companies import company_id
from warehouse.levels import level_std
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
    "flags": "''::VARCHAR",
}


# What a column means, and the types of what is looked up; every key is text.
COMPANY = {"company_id": "VARCHAR"}
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
    keys: Sequence[str],
    types: Mapping[str, str],
    meaning: Callable[..., Names],
) -> None:
    """A table ``name`` that holds the meaning of every distinct combination in ``parsed``."""
    listed = ", ".join(keys)
    columns = dict.fromkeys(keys, "VARCHAR") | dict(types)
    shape = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    connection.execute(f"CREATE TABLE {name} ({shape})")
    found = connection.execute(f"SELECT DISTINCT {listed} FROM parsed ORDER BY ALL").fetchall()
    rows = [{**dict(zip(keys, key, strict=True)), **meaning(*key)} for key in found]
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


def name_pay(connection: DuckDBPyConnection) -> None:
    """Complete ``parsed`` to the columns of ``pay``."""
    _with_optional_columns(connection)
    look_up(connection, "company_meant", ["company_raw"], COMPANY, _company)
    look_up(connection, "role_meant", ["title_raw", "occupation"], ROLE, _role)
    look_up(connection, "place_meant", ["place_raw", "country_code"], PLACE, _place)
    connection.execute("ALTER TABLE parsed RENAME TO stated")
    connection.execute(
        f"""
        CREATE TABLE parsed AS
        SELECT s.*, c.company_id, r.role_id, r.role_family,
            p.geo_id, p.metro, p.state, p.country,
            coalesce(s.is_remote, p.remote) AS remote,
            s.stated * {per_year_sql("s.unit")} / s.fte AS base,
            s.stated_max * {per_year_sql("s.unit")} / s.fte AS base_max
        FROM stated AS s
        JOIN company_meant AS c ON s.company_raw IS NOT DISTINCT FROM c.company_raw
        JOIN role_meant AS r ON s.title_raw IS NOT DISTINCT FROM r.title_raw
            AND s.occupation IS NOT DISTINCT FROM r.occupation
        JOIN place_meant AS p ON s.place_raw IS NOT DISTINCT FROM p.place_raw
            AND s.country_code IS NOT DISTINCT FROM p.country_code
        """
    )
    connection.execute("DROP TABLE stated")
    look_up(connection, "level_meant", ["company_id", "level_raw", "title_raw"], LEVEL, _level)
    connection.execute("ALTER TABLE parsed RENAME TO unlevelled")
    connection.execute(
        """
        CREATE TABLE parsed AS
        SELECT u.*, l.level_std FROM unlevelled AS u
        JOIN level_meant AS l ON u.company_id IS NOT DISTINCT FROM l.company_id
            AND u.level_raw IS NOT DISTINCT FROM l.level_raw
            AND u.title_raw IS NOT DISTINCT FROM l.title_raw
        """
    )
    connection.execute("DROP TABLE unlevelled")


def _with_optional_columns(connection: DuckDBPyConnection) -> None:
    present = {row[0] for row in connection.execute("DESCRIBE parsed").fetchall()}
    for name, default in OPTIONAL.items():
        if name not in present:
            value, kind = default.split("::")
            connection.execute(f"ALTER TABLE parsed ADD COLUMN {name} {kind} DEFAULT {value}")
