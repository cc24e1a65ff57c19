"""How much of the real data's names resolve; the bounds are what was measured, rounded down."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from pipelines.guides.reader import read_guide
from rules.errors import OfferdeskError
from warehouse.companies import company_id, company_named
from warehouse.levels import level_std
from warehouse.place_tables import areas
from warehouse.places import area_places, country_place, place_of, places
from warehouse.roles import role_of, role_of_occupation

METROS = {area.geo_id for area in areas()}
CITY = (
    "WORKSITE_CITY",
    "LCA_CASE_WORKLOC1_CITY",
    "WORK_LOCATION_CITY1",
    "CITY_1",
    "City",
)
STATE = tuple(name.replace("CITY", "STATE").replace("City", "State") for name in CITY)
EMPLOYER = ("EMPLOYER_NAME", "LCA_CASE_EMPLOYER_NAME", "NAME", "Employer")


def rows(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, errors="replace", newline="") as lines:
        comma = "," if lines.readline().count(";") < 3 else ";"
        lines.seek(0)
        return list(csv.DictReader(lines, delimiter=comma))


@cache
def levels_fyi(data: Path) -> list[dict[str, str]]:
    return rows(data / "levels_fyi" / "Levels_Fyi_Salary_Data.csv")


@cache
def visas(data: Path) -> list[dict[str, str]]:
    return [row for path in sorted((data / "h1b_lca").glob("*.csv")) for row in rows(path)]


@cache
def guides(data: Path) -> list[dict[str, object]]:
    """One guide of a standard role and the signature role of every company."""
    found = []
    roles = {path.name for path in (data / "guides" / "pinterest").glob("*.md")}
    standard = roles - {"shopping-assistant-ai-engineer.md", "software-engineer.md"}
    for path in sorted((data / "guides").rglob("*.md")):
        if path.name in standard:
            continue
        try:
            found.append(dict(read_guide(path)))
        except OfferdeskError:
            continue
    return found


def stated(row: dict[str, str], names: tuple[str, ...]) -> str:
    return next((row[name] for name in names if row.get(name)), "")


def share(names: Counter[str], resolves: Callable[[str], object]) -> float:
    """The share of rows, not of spellings, whose name resolves."""
    return sum(n for name, n in names.items() if resolves(name)) / names.total()


def test_regions_of_the_guides(shared_data: Path) -> None:
    bands = [band for guide in guides(shared_data) for band in guide["bands"]]  # type: ignore[attr-defined]
    regions = Counter(str(band["region"]) for band in bands if band["region"])
    wide = {"europe", "apac", "remote", "remote-eu"}
    lost = [
        region
        for region in regions
        if not all(place.country or place.geo_id in wide for place in places(region))
    ]
    assert lost == []


def test_locations_of_levels_fyi(shared_data: Path) -> None:
    found = Counter(row["location"] for row in levels_fyi(shared_data))
    assert share(found, lambda name: place_of(name).country) > 0.999
    american = Counter({name: n for name, n in found.items() if name.count(",") == 1})
    assert share(american, lambda name: place_of(name).parent in METROS) > 0.99


def test_worksites_of_visa_applications(shared_data: Path) -> None:
    found = Counter(
        f"{city}, {state}"
        for row in visas(shared_data)
        if (city := stated(row, CITY)) and len(state := stated(row, STATE)) == 2
    )
    assert share(found, lambda name: place_of(name).country == "US") > 0.998
    assert share(found, lambda name: place_of(name).parent in METROS) > 0.91


def test_a_worksite_s_area_is_that_of_its_county(shared_data: Path) -> None:
    county_area = {}
    for row in rows(shared_data / "oflc" / "Geography.csv", "latin-1"):
        county_area[row["CountyTownName"].upper(), row["StateAb"]] = row["AreaName"]
    hits = misses = 0
    for row in visas(shared_data):
        county, state = row.get("WORKSITE_COUNTY") or "", row.get("WORKSITE_STATE") or ""
        area = county_area.get((f"{county.upper()} COUNTY", state))
        place = place_of(f"{row.get('WORKSITE_CITY')}, {state}")
        if area and "nonmetropolitan" not in area and place.parent in METROS:
            same = place.parent in {one.parent for one in area_places(area)}
            hits, misses = hits + same, misses + (not same)
    assert hits > 400
    assert hits / (hits + misses) > 0.97


def test_areas_of_the_official_wages(shared_data: Path) -> None:
    oews = rows(shared_data / "oews" / "oews_2025_computer_math_by_area.csv")
    names = {row["area_name"] for row in oews}
    lost = [
        name
        for name in names
        if ", " in name and not {place.parent for place in area_places(name)} <= METROS
    ]
    assert lost == []
    assert all(area_places(name)[0].state for name in names - {"National"})


def test_countries_of_ai_jobs(shared_data: Path) -> None:
    found = rows(shared_data / "aijobs" / "salaries.csv")
    codes = {row["company_location"] for row in found} | {
        row["employee_residence"] for row in found
    }
    assert len(codes) > 90
    assert all(country_place(code).country for code in codes)


def test_places_of_the_posted_offers(shared_data: Path) -> None:
    posted = json.loads((shared_data / "offers" / "leetcode_offers_2026.json").read_text())
    found = Counter(offer["location"] for offer in posted if offer["location"])
    assert share(found, lambda name: place_of(name).country or place_of(name).remote) > 0.999


def test_titles(shared_data: Path) -> None:
    def told(title: str) -> bool:
        return role_of(title).family != "other"

    posted = json.loads((shared_data / "offers" / "leetcode_offers_2026.json").read_text())
    ai_jobs = rows(shared_data / "aijobs" / "salaries.csv")
    assert share(Counter(str(guide["role"]) for guide in guides(shared_data)), told) > 0.96
    assert share(Counter(row["title"] for row in levels_fyi(shared_data)), told) == 1
    assert share(Counter(row["job_title"] for row in ai_jobs), told) > 0.81
    assert share(Counter(offer["role"] for offer in posted), told) > 0.78


def test_occupations_of_the_official_wages(shared_data: Path) -> None:
    codes = {row["soc"] for row in rows(shared_data / "oflc" / "oflc_wages_2025_26.csv")}
    untold = {code for code in codes if role_of_occupation(code).family == "other"}
    assert untold == {"15-1299", "15-2099"}


def test_spellings_of_employers(shared_data: Path) -> None:
    spellings = {row["company"] for row in levels_fyi(shared_data)}
    lower = {name.strip().lower() for name in spellings}
    merged = {company_id(name) for name in spellings}
    assert (len(spellings), len(lower)) == (1633, 1101)
    assert 1000 < len(merged) < 1030
    assert {name for name in lower if not company_id(name)} == {
        "anonymous", "n/a", "other", "startup", "test",
    }  # fmt: skip


def test_no_employer_of_the_visa_applications_is_taken_for_another(shared_data: Path) -> None:
    names = {stated(row, EMPLOYER) for row in visas(shared_data)} - {""}
    assert len(names) > 6000
    forgiven = {name: company_id(name) for name in names if company_named(name).how == "fuzzy"}
    assert set(forgiven.values()) <= {"mobileiron", "opentext", "cognizant", "capgemini"}


def test_companies_of_the_guides_are_told_apart_by_their_titles(shared_data: Path) -> None:
    found: dict[str, set[str]] = {}
    for guide in guides(shared_data):
        folder = str(guide["file"]).split("/")[0]
        found.setdefault(company_id(str(guide["company"])), set()).add(folder)
    shared = {company: folders for company, folders in found.items() if len(folders) > 1}
    assert shared == {
        "brex": {"brex", "brex-ai"},
        "elastic": {"elastic", "elastic-security"},
        "plaid": {"plaid", "plaid-identity"},
    }


@pytest.mark.parametrize(
    ("company", "least"),
    [("google", 0.95), ("amazon", 0.95), ("microsoft", 0.95), ("meta", 0.9), ("apple", 0.9)],
)
def test_levels_of_the_large_employers(shared_data: Path, company: str, least: float) -> None:
    own = [row for row in levels_fyi(shared_data) if company_id(row["company"]) == company]
    told = [row for row in own if level_std(company, row["level"], row["title"])]
    assert len(told) / len(own) > least
