# ruff: noqa: E501  one band per line is easier to compare with its guide
"""Guides in the wild: figures read by hand, and the labelled set, where the files are at hand.

The labels are facts (figures, names, counts) that a person read in each file; the files
themselves are not part of the project.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pipelines.guides import read_guide
from rules.errors import UnusableCase

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data"
GUIDES, GOLD = DATA / "guides", DATA / "guides_gold.json"

pytestmark = pytest.mark.skipif(
    not GUIDES.is_dir(), reason="the corpus of guides is not beside the project"
)

# file: (first band, last band, guide); a band is region, currency, base, equity, period, kind,
# bonus, unit, total.
Band = tuple[object, ...]
LABELS: dict[str, tuple[int, Band, Band, dict[str, object]]] = {
    "hsbc/data-engineer.md": (
        3,
        ("London (HQ)", "GBP", 90e3, 122e3, 36e3, 54e3, "4yr", "rsu", 16e3, 27e3, "amount", 142e3, 205e3),
        ("Singapore", "SGD", 155e3, 211e3, 62e3, 93e3, "4yr", "rsu", 28e3, 50e3, "amount", 246e3, 354e3),
        {"company": "HSBC", "levers": 4, "target_total": 198e3, "accept_total": 165e3,
         "target_base": None, "accept_base": None, "signon_low": 35e3, "signon_high": 45e3},
    ),
    "revolut/software-engineer.md": (
        3,
        ("London", "GBP", 55e3, 80e3, 30e3, 60e3, "4yr", "options", None, None, None, 85e3, 140e3),
        ("New York", "USD", 110e3, 150e3, 50e3, 100e3, "4yr", "options", None, None, None, 160e3, 250e3),
        {"company": "Revolut", "levers": 4, "target_base": 80e3, "accept_base": 65e3,
         "accept_equity": 45e3, "signon_low": 10e3, "signon_high": 15e3},
    ),
    "oracle/security-engineer.md": (
        3,
        ("Austin", "USD", 172e3, 212e3, 140e3, 238e3, "4yr", "rsu", None, None, None, 218e3, 290e3),
        ("Bangalore", "INR", 35e5, 55e5, 15e5, 28e5, "4yr", "rsu", None, None, None, 42e5, 65e5),
        {"company": "Oracle", "levers": 4, "target_base": 215e3, "target_equity": 240e3,
         "target_signon": 78e3, "accept_base": 200e3, "accept_equity": 210e3,
         "signon_low": 35e3, "signon_high": 70e3, "premium_low_pct": None},
    ),
    "vanguard/engineering-manager.md": (
        3,
        ("Malvern, PA (HQ)", "USD", 165e3, 222e3, 41e3, 68e3, None, "other", 32e3, 52e3, "amount", 238e3, 342e3),
        ("Scottsdale, AZ", "USD", 157e3, 211e3, 39e3, 65e3, None, "other", 30e3, 49e3, "amount", 226e3, 325e3),
        {"company": "Vanguard", "levers": 4, "target_total": 325e3, "target_base": 210e3,
         "target_equity": 67e3, "target_signon": 40e3, "accept_total": 250e3,
         "signon_low": 25e3, "signon_high": 50e3},
    ),
    "deutsche-bank/engineering-manager.md": (
        3,
        ("New York City", "USD", 168e3, 232e3, 55e3, 140e3, "yr", "other", 20, 35, "pct", 235e3, 385e3),
        ("Frankfurt (HQ)", "EUR", 100e3, 150e3, 32e3, 80e3, "yr", "other", 20, 35, "pct", 138e3, 240e3),
        {"company": "Deutsche Bank", "levers": 4, "target_base": None, "target_signon": 65e3,
         "accept_base": None, "accept_total": None, "signon_low": 50e3, "signon_high": 85e3},
    ),
    "tsmc/product-designer.md": (
        3,
        ("Phoenix AZ", "USD", 110e3, 145e3, 25e3, 42e3, "4yr", "rsu", 15, 18, "pct", 148e3, 208e3),
        ("Hsinchu Taiwan", "TWD", 1.8e6, 2.4e6, 18e3, 32e3, "4yr", "rsu", 20, 35, "pct", 2.8e6, 4e6),
        {"company": "TSMC", "levers": 4, "target_base": 140e3, "target_equity": 38e3,
         "accept_base": 135e3, "accept_equity": None,
         "competing": [("Applied Materials", 172e3), ("Intel", 180e3)]},
    ),
    "servicenow/product-designer.md": (
        3,
        ("Santa Clara", "USD", 155e3, 195e3, 130e3, 230e3, "4yr", "rsu", 10, 15, "pct", 195e3, 260e3),
        ("London", "GBP", 100e3, 127e3, 85e3, 150e3, "4yr", "rsu", 10, 15, "pct", 127e3, 170e3),
        {"company": "ServiceNow", "levers": 4, "target_total": 260e3, "target_equity": 220e3,
         "target_signon": 25e3, "accept_equity": 180e3},
    ),
    "new-relic/product-designer.md": (
        3,
        ("San Francisco", "USD", 145e3, 185e3, None, None, "4yr", "options", 10, 12, "pct", 185e3, 250e3),
        ("London", "GBP", 80e3, 115e3, None, None, "4yr", "options", 10, 12, "pct", 100e3, 145e3),
        {"company": "New Relic", "levers": 4, "target_base": 178e3, "target_signon": 25e3,
         "accept_base": 155e3, "signon_low": 10e3, "signon_high": 25e3,
         "competing": [("Datadog", 260e3), ("Figma", 260e3)]},
    ),
    "spacex/ml-ai-engineer.md": (
        2,
        ("Hawthorne, CA", "USD", 155e3, 210e3, 110e3, 300e3, "4yr", "other", None, None, None, 205e3, 375e3),
        ("Redmond, WA", "USD", 155e3, 210e3, 110e3, 300e3, "4yr", "other", None, None, None, 205e3, 375e3),
        {"company": "SpaceX", "levers": 4, "target_equity": 280e3, "accept_equity": 240e3,
         "competing": [("DeepMind", 380e3), ("Google Brain", 380e3), ("OpenAI", 380e3)]},
    ),
    "sequoia/security-engineer.md": (
        3,
        ("Menlo Park (HQ)", "USD", 185e3, 232e3, 120e3, 178e3, None, "other", None, None, None, 347e3, 468e3),
        ("London", "GBP", 132e3, 170e3, 82e3, 125e3, None, "other", None, None, None, 240e3, 335e3),
        {"company": "Sequoia", "levers": 4, "target_base": 220e3, "target_equity": 165e3,
         "accept_base": 205e3, "accept_equity": 140e3},
    ),
    "check-point/security-engineer.md": (
        9,
        ("Tel Aviv", "ILS", None, None, None, None, None, "rsu", None, None, None, 420e3, 560e3),
        ("London", "GBP", None, None, None, None, None, "rsu", None, None, None, 116e3, 158e3),
        {"company": "Check Point", "levers": 4, "target_base": 225e3, "target_equity": 260e3,
         "accept_total": 415e3},
    ),
    "freshworks/product-manager.md": (
        9,
        ("San Mateo / Bay Area", "USD", None, None, None, None, None, "rsu", None, None, None, 145e3, 195e3),
        ("Europe", "EUR", None, None, None, None, None, "rsu", None, None, None, 112e3, 155e3),
        {"company": "Freshworks", "levers": 4, "target_base": 185e3, "target_equity": 120e3,
         "accept_total": 235e3},
    ),
    "att/ml-ai-engineer.md": (
        3,
        ("Dallas / Austin", "USD", 132e3, 190e3, 32e3, 120e3, "4yr", "rsu", 12, 15, "pct", 158e3, 258e3),
        ("Atlanta / Seattle", "USD", 128e3, 185e3, 30e3, 112e3, "4yr", "rsu", 12, 15, "pct", 152e3, 248e3),
        {"company": "AT&T", "levers": 4, "target_base": 178e3, "target_equity": 105e3,
         "premium_low_pct": 10, "premium_high_pct": 18, "signon_low": 20e3, "signon_high": 30e3},
    ),
    "pleo/technical-program-manager.md": (
        3,
        ("Copenhagen", "DKK", 660e3, 900e3, 210e3, 415e3, "4yr", "options", 50e3, 85e3, "amount", 920e3, 1.4e6),
        ("Berlin", "EUR", 75e3, 102e3, 20e3, 42e3, "4yr", "options", 7e3, 11e3, "amount", 102e3, 155e3),
        {"company": "Pleo", "levers": 4, "target_total": 1.25e6, "accept_total": 1.05e6,
         "signon_low": 10e3, "signon_high": 12e3},
    ),
    "point72/senior-software-engineer.md": (
        3,
        ("Stamford CT (HQ)", "USD", 225e3, 300e3, None, None, None, None, 210e3, 335e3, "amount", 435e3, 635e3),
        ("London", "USD", 200e3, 270e3, None, None, None, None, 185e3, 300e3, "amount", 385e3, 570e3),
        {"company": "Point72", "levers": 4, "target_base": 290e3, "accept_base": 260e3,
         "competing": [("Citadel", 600e3), ("Two Sigma", 580e3)]},
    ),
    "fidelity/solutions-architect.md": (
        3,
        ("Boston (HQ)", "USD", 145e3, 192e3, 28e3, 50e3, None, "rsu", 29e3, 50e3, "amount", 202e3, 292e3),
        ("Dallas, TX", "USD", 133e3, 177e3, 26e3, 46e3, None, "rsu", 27e3, 46e3, "amount", 186e3, 269e3),
        {"company": "Fidelity Investments", "levers": 4, "target_total": 262e3, "target_base": 180e3,
         "target_equity": 45e3, "target_signon": 32e3, "accept_total": 202e3,
         "signon_low": 22e3, "signon_high": 38e3},
    ),
    "riot-games/technical-program-manager.md": (
        3,
        ("Los Angeles", "USD", 160e3, 220e3, None, None, None, "other", 15, 25, "pct", 218e3, 340e3),
        ("Dublin", "EUR", 60e3, 90e3, None, None, None, "other", 15, 20, "pct", 78e3, 120e3),
        {"company": "Riot Games", "levers": 4, "target_total": 315e3, "target_base": 210e3,
         "accept_base": 190e3},
    ),
    "tencent/product-manager.md": (
        5,
        ("Palo Alto / Los Angeles (US R&D)", "USD", 170e3, 240e3, 100e3, 260e3, "4yr", "rsu", 15, 20, "pct", 250e3, 400e3),
        ("Singapore", "SGD", 135e3, 205e3, 65e3, 160e3, "4yr", "rsu", 15, 20, "pct", 185e3, 315e3),
        {"company": "Tencent", "levers": 4, "target_base": None, "target_signon": 60e3,
         "accept_base": None},
    ),
    "recorded-future/software-engineer.md": (
        9,
        ("Somerville/Boston", "USD", None, None, None, None, None, None, None, None, None, 150e3, 210e3),
        ("Gothenburg", "SEK", None, None, None, None, None, None, None, None, None, 1e6, 1.35e6),
        {"company": "Recorded Future", "levers": 4, "target_base": 170e3, "target_equity": 50e3,
         "accept_total": 220e3},
    ),
}  # fmt: skip
FIELDS = [
    "region",
    "currency",
    "base_low",
    "base_high",
    "stock_low",
    "stock_high",
    "stock_period",
    "equity_kind",
    "bonus_low",
    "bonus_high",
    "bonus_unit",
    "total_low",
    "total_high",
]


@pytest.mark.parametrize("file", sorted(LABELS))
def test_figures_read_by_hand(file: str) -> None:
    count, first, last, facts = LABELS[file]
    record = read_guide(GUIDES / file)
    found = record["bands"]
    assert isinstance(found, list)
    assert len(found) == count
    for band, expected in ((found[0], first), (found[-1], last)):
        assert tuple(band[name] for name in FIELDS) == expected
    record["levers"] = len(record["levers"])  # type: ignore[arg-type]
    offers = record["competing"]
    assert isinstance(offers, list)
    record["competing"] = sorted((o["company"], o["total"]) for o in offers if o["total"])
    assert {name: record[name] for name in facts} == facts


def plain(value: object) -> object:
    return re.sub(r"\W+", " ", value).strip().lower() if isinstance(value, str) else value


FLAT = [
    "company",
    "role",
    "premium_low_pct",
    "premium_high_pct",
    "signon_low",
    "signon_high",
    "target_base",
    "target_equity",
    "target_signon",
    "accept_base",
    "accept_equity",
    "accept_total",
]


@pytest.mark.skipif(not GOLD.is_file(), reason="the labelled guides are not beside the project")
def test_the_labelled_guides_are_read() -> None:
    wrong, total = [], 0
    for label in json.loads(GOLD.read_text(encoding="utf-8")):
        record = read_guide(GUIDES / label["file"])
        bands = record["bands"]
        assert isinstance(bands, list)
        pairs = [(name, record[name], label.get(name)) for name in FLAT]
        for band, expected in zip(bands, label["bands"], strict=True):
            pairs += [(name, band[name], expected.get(name)) for name in FIELDS]
        total += len(pairs)
        wrong += [(label["file"], *pair) for pair in pairs if plain(pair[1]) != plain(pair[2])]
    assert len(wrong) <= 0.03 * total, wrong


SAMPLE = sorted(GUIDES.glob("*/*.md"))[::25]


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: "/".join(path.parts[-2:]))
def test_every_guide_has_plausible_bands(path: Path) -> None:
    record = read_guide(path)
    json.dumps(record)
    bands, levers = record["bands"], record["levers"]
    assert isinstance(bands, list)
    assert isinstance(levers, list)
    assert bands
    assert len(levers) >= 3
    for band in bands:
        assert band["currency"]
        if "guide-relative-amount" in band["flags"]:
            continue
        pay = [(band["base_low"], band["base_high"]), (band["total_low"], band["total_high"])]
        known = [ends for ends in pay if ends != (None, None)]
        assert known
        assert all(0 < low <= high for low, high in known)


def test_a_dossier_is_no_guide() -> None:
    for path in GUIDES.glob("*.md"):
        with pytest.raises(UnusableCase, match="guide-not-a-guide"):
            read_guide(path)
