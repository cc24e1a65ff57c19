"""Which band of an employer's guides an offer belongs to, and how far it had to be fetched.

The ladder goes from the narrowest cell outward and never leaves the employer: the offer's own
level and region; its region; the nearest region of its country; the employer's remote band;
nothing.  Another employer's band is never this employer's guide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from warehouse.aliases import plain
from warehouse.cards import Cards, Row
from warehouse.companies import company_id
from warehouse.levels import own_scale_match, pivot_match
from warehouse.places import Place, country_of_currency, place_of
from warehouse.roles import OTHER, role_of

EXACT = "company+role+level+region"
REGION = "company+role+region"
NEAREST = "company+role+nearest-region"
REMOTE = "company+role+remote"
STAGES = {3: "entry junior", 4: "mid", 5: "senior", 6: "staff", 7: "principal"}
EUROPE = frozenset(
    {"IE", "FR", "DE", "NL", "SE", "DK", "ES", "PT", "IT", "PL", "LT", "EE", "AT", "BE", "FI"}
)
LAST = 9  # behind every rank that says something


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an offer says about the cell of the market it belongs to."""

    company: str
    role_id: str
    family: str
    level_label: str | None
    level_std: int | None
    place: Place
    region: str
    currency: str
    month: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A band that was found, the step of the ladder it stands on, and whether the level fits."""

    guide: Row
    band: Row
    step: str
    level_match: bool | None


def wanted_cell(
    company: str,
    role_family: str | None,
    role_title: str | None,
    level: tuple[str | None, float | None],
    region: str | None,
    currency: str,
    evaluation_date: date,
) -> Wanted:
    """The cell that an offer belongs to, in canonical names; arguments as for ``find_market``."""
    role = role_of(role_title or role_family or "")
    family = role.family if role.family != OTHER else (role_family or OTHER)
    return Wanted(
        company_id(company),
        role.role_id,
        family,
        level[0],
        None if level[1] is None else int(level[1]),
        place_of(region or ""),
        region or "",
        currency,
        evaluation_date.isoformat()[:7],
    )


def _guides(cards: Cards, wanted: Wanted) -> list[Row]:
    """The employer's guides for the role or its family."""
    return [
        guide
        for guide in cards.rows("guide", wanted.company)
        if guide["role_id"] == wanted.role_id or guide["role_family"] == wanted.family != OTHER
    ]


def _guide_text(guide: Row) -> str:
    return " ; ".join(str(guide[key]) for key in ("level_text", "title_raw", "role") if guide[key])


def _own_level(guide: Row, wanted: Wanted) -> bool | None:
    if wanted.level_label is None:
        return None
    stated = own_scale_match(wanted.level_label, guide["level_text"] or "")
    return own_scale_match(wanted.level_label, _guide_text(guide)) if stated is None else stated


def _pivot_level(guide: Row, wanted: Wanted) -> bool | None:
    if wanted.level_std is None:
        return None
    found = [pivot_match(wanted.level_std, text) for text in guide["pivots"] or () if text]
    return next((match for match in found if match is not None), None)


def _rank(match: bool | None) -> int:
    """Yes before unknown before no."""
    return {True: 0, None: 1, False: 2}[match]


def _guide_order(guide: Row, wanted: Wanted) -> tuple[Any, ...]:
    as_of = guide["as_of"] or ""
    own = _own_level(guide, wanted)
    return (
        own is False,  # the very role at another level is the next role's guide
        guide["role_id"] != wanted.role_id,
        _rank(own),
        _rank(_pivot_level(guide, wanted)),
        guide["guide_id"].split("/")[0] != wanted.company,
        as_of > wanted.month,
        [-ord(letter) for letter in as_of],
        guide["guide_id"],
    )


def _band_level(guide: Row, band: Row, wanted: Wanted) -> bool | None:
    """Whether the band is for the offer's level; None where the guide does not tell."""
    text = band["job_level_raw"]
    if text is None:
        own = _own_level(guide, wanted)
        return _pivot_level(guide, wanted) if own is None else own
    found = own_scale_match(wanted.level_label, text) if wanted.level_label else None
    if found is None and wanted.level_std is not None:
        words = STAGES.get(wanted.level_std, "").split()
        named = any(own_scale_match(word, text) for word in words)
        found = True if named else pivot_match(wanted.level_std, text)
    return found


def zone_test(band: Row, test: Callable[[Row], bool]) -> bool:
    """Whether any place that a band's zone names passes a test."""
    return any(test(zone) for zone in band["zones"])


def _nearness(band: Row, wanted: Wanted) -> tuple[int, str]:
    """How near a band's zone is to the offer's place, and the step that this is; LAST if none."""
    if plain(band["pay_zone_raw"]) == plain(wanted.region) != "":
        return -1, REGION
    place = wanted.place
    country = place.country or country_of_currency(wanted.currency)
    if zone_test(band, lambda zone: bool(zone["geo_id"] == place.geo_id)):
        return 0, REGION
    if place.remote:
        near = zone_test(band, lambda zone: bool(zone["remote"]) and _same(zone, country))
        return (1, REGION) if near else (LAST, "")
    if zone_test(band, lambda zone: bool(place.parent) and zone["parent"] == place.parent):
        return 2, NEAREST
    if zone_test(band, lambda zone: not zone["remote"] and _same(zone, country)):
        wide = zone_test(band, lambda zone: not zone["remote"] and zone["parent"] is None)
        return (3 if wide else 4), NEAREST
    if zone_test(band, lambda zone: bool(zone["remote"]) and _same(zone, country)):
        return 5, REMOTE
    if zone_test(band, lambda zone: _spans(zone["geo_id"], country)):
        return 6, REMOTE
    return LAST, ""


def _same(zone: Row, country: str | None) -> bool:
    return country is not None and bool(zone["country"] == country)


def _spans(geo_id: str, country: str | None) -> bool:
    return geo_id == "remote" or (geo_id in ("remote-eu", "europe") and country in EUROPE)


def _best_band(guide: Row, bands: Sequence[Row], wanted: Wanted) -> Hit | None:
    ranked = [(_nearness(band, wanted), _band_level(guide, band, wanted), band) for band in bands]
    reachable = [one for one in ranked if one[0][0] < LAST]
    if not reachable:
        return None
    (_, step), level, band = min(
        reachable,
        key=lambda one: (
            one[0][0],
            plain(one[2]["job_level_raw"] or "") != plain(wanted.level_label or ""),
            _rank(one[1]),
            one[2]["ordinal"],
        ),
    )
    exact = step == REGION and level is True
    return Hit(guide, band, EXACT if exact else step, level)


def find_cell(cards: Cards, wanted: Wanted) -> Hit | None:
    """The best band of the best guide that has one; None when no guide reaches the place."""
    candidates = sorted(_guides(cards, wanted), key=lambda guide: _guide_order(guide, wanted))
    for guide in candidates:
        found = _best_band(guide, cards.rows("band", guide["guide_id"]), wanted)
        if found:
            return found
    return None
