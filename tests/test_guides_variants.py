# ruff: noqa: RUF001  a dash, and a quote, are what is tested
"""Guides as a publisher nobody has seen may write them: one band, in many hands."""

from __future__ import annotations

import pytest

from pipelines.guides import read_guide_text
from rules.errors import UnusableCase

TITLE = "### Data Engineer | Acme Global Negotiation Guide"
HEADER = "| Region | Base Salary | Stock (RSU/4yr) | Bonus | Total Comp |"
ROW = "| Austin | $120K-$150K | $50K-$90K | 10-15% | $145K-$195K |"
RULE = "|---|---|---|---|---|"
TABLE = f"{HEADER}\n{RULE}\n{ROW}"
BASE = {"base_low": 120_000, "base_high": 150_000, "currency": "USD"}
WHOLE = BASE | {
    "region": "Austin", "stock_low": 50_000, "stock_high": 90_000, "bonus_low": 10,
    "bonus_high": 15, "total_low": 145_000, "total_high": 195_000,
}  # fmt: skip


def first_band(text: str) -> dict[str, object]:
    bands = read_guide_text(text, "acme.md")["bands"]
    assert isinstance(bands, list)
    return dict(bands[0])


def only(band: dict[str, object], expected: dict[str, object]) -> dict[str, object]:
    return {name: band[name] for name in expected}


MARKDOWN = {
    "no outer pipes": TABLE.replace("\n| ", "\n").replace(" |\n", "\n").removeprefix("| "),
    "aligned": TABLE.replace(RULE, "|:---|:---:|---:|:-:|--:|"),
    "indented": TABLE.replace("|\n", "|\n  "),
    "entities": TABLE.replace("-$", "&ndash;$").replace(" |", "&nbsp;|"),
    "tags": TABLE.replace("Austin", "<b>Austin</b><sup>1</sup>").replace("10-15%", "10-15%<br>"),
    "emphasis": TABLE.replace("$120K-$150K", "**$120K** - **$150K**")
    .replace("10-15%", "_10-15%_")
    .replace("$50K-$90K", "`$50K-$90K`"),
    "escaped": TABLE.replace("$", "\\$").replace("-", "\\-").replace("\\-\\-\\-", "---"),
    "footnotes": TABLE.replace("Austin", "Austin\u00b9").replace("$150K |", "$150K* |")
    .replace("15% |", "15%\u2020 |"),
    "approximate": TABLE.replace("$50K-$90K", "~$50K-~$90K").replace("10-15%", "~10-15%"),
    "below facts": f"| Metric | Value |\n|---|---|\n| Founded | 2012 |\n\n{TABLE}",
    "below code": f"```\n| a | b |\n|---|---|\n| 1 | 2 |\n```\n\n{TABLE}",
    "two lines of a comment": f"<!-- drawn up\nin spring -->\n{TABLE}",
    "carriage returns": TABLE.replace("\n", "\r\n"),
    "other order": "| Total Compensation | Location | Target Bonus | RSUs (4yr) | Annual Base |\n"
    f"{RULE}\n| $145K-$195K | Austin | 10-15% | $50K-$90K | $120K-$150K |",
    "own word for region": TABLE.replace("Region", "Where"),
    "html": "<table>\n<tr><th>Region</th><th>Base Salary</th><th>Stock (RSU/4yr)</th>"
    "<th>Bonus</th><th>Total Comp</th></tr>\n<tr><td>Austin</td><td>$120K-$150K</td>"
    "<td>$50K-$90K</td><td>10-15%</td><td>$145K-$195K</td></tr>\n</table>",
}  # fmt: skip


@pytest.mark.parametrize("table", MARKDOWN.values(), ids=MARKDOWN)
def test_one_table_in_many_markdowns(table: str) -> None:
    assert only(first_band(f"{TITLE}\n\n{table}\n"), WHOLE) == WHOLE


CELLS: dict[str, tuple[str, object, object, str | None]] = {
    "85.000 € – 110.000 €": ("Berlin", 85_000, 110_000, "EUR"),
    "75 000 € – 95 000 €": ("Paris", 75_000, 95_000, "EUR"),
    "€85,5K–€98,2K": ("Berlin", 85_500, 98_200, "EUR"),
    "€1,25M–€1,5M": ("Berlin", 1_250_000, 1_500_000, "EUR"),
    "CHF 120’000–150’000": ("Zurich", 120_000, 150_000, "CHF"),
    "£75–95K": ("London", 75_000, 95_000, "GBP"),
    "£85,000 to £110,000": ("London", 85_000, 110_000, "GBP"),
    "¥60万–¥90万": ("Beijing", 600_000, 900_000, "CNY"),
    "¥1,200万–¥1,800万": ("Tokyo", 12_000_000, 18_000_000, "JPY"),
    "₹24 lakh – ₹42 Lakhs": ("Pune", 2_400_000, 4_200_000, "INR"),
    "₹10 LPA – ₹15 LPA": ("Pune", 1_000_000, 1_500_000, "INR"),
    "₹0.3 Cr – ₹0.6 Cr": ("Pune", 3_000_000, 6_000_000, "INR"),
    "kr600,000–kr800,000": ("Copenhagen", 600_000, 800_000, "DKK"),
    "1.2M–1.6M Kč": ("Prague", 1_200_000, 1_600_000, "CZK"),
    "240K–300K PLN": ("Warsaw", 240_000, 300_000, "PLN"),
    "up to £110,000": ("London", None, 110_000, "GBP"),
    "from £90K": ("London", 90_000, None, "GBP"),
    "£90,000": ("London", 90_000, 90_000, "GBP"),
    "TBD": ("London", None, None, None),
    "Competitive": ("London", None, None, None),
    "n/a": ("London", None, None, None),
    "£" + "9" * 400: ("London", None, None, None),
    "£0-£0": ("London", 0, 0, "GBP"),
}


@pytest.mark.parametrize("cell", CELLS)
def test_one_cell_in_many_hands(cell: str) -> None:
    zone, low, high, currency = CELLS[cell]
    table = f"| Region | Base Salary | Total Comp |\n|---|---|---|\n| {zone} | {cell} | n/a |"
    band = first_band(f"{TITLE}\n\n{table}\n")
    assert (band["base_low"], band["base_high"], band["currency"]) == (low, high, currency)


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("Region | Base Min | Base Max | Bonus", "Austin | $120K | $150K | 10%", BASE),
        ("City | Currency | Base | Bonus", "Toronto | CAD | 120,000-150,000 | 10%",
         BASE | {"currency": "CAD"}),
        ("Region | Base | Equity (4yr total) | Total", "Austin | $120K-$150K | $80K | $160K",
         BASE | {"stock_low": 80_000, "stock_period": "4yr", "total_low": 160_000}),
        ("Region | Base (hourly) | Total", "Austin | $60-$80 | $125K",
         {"base_low": 60, "base_high": 80, "base_period": "hr"}),
        ("Region | Base | Total", "Austin | $60-$80/hr | $125K", {"base_period": "hr"}),
        ("Region | Base | Bonus | Total", "Austin | $120K-$150K | up to 15% | $145K",
         BASE | {"bonus_low": None, "bonus_high": 15}),
    ],
)  # fmt: skip
def test_columns(header: str, row: str, expected: dict[str, object]) -> None:
    rule = "|".join(["---"] * len(header.split("|")))
    band = first_band(f"{TITLE}\n\n| {header} |\n|{rule}|\n| {row} |\n")
    assert only(band, expected) == expected


@pytest.mark.parametrize(
    "title",
    [
        "# Negotiation Guide: Data Engineer at Acme",
        "## Acme — Data Engineer Negotiation Guide (2026)",
        "# Data Engineer at Acme — Negotiation Guide",
        "Data Engineer | Acme Global Negotiation Guide\n=====",
        "---\nlayout: guide\n---\n# Data Engineer - Acme Negotiation Guide",
    ],
)
def test_titles(title: str) -> None:
    record = read_guide_text(f"{title}\n\n{TABLE}\n", "x.md")
    assert (record["role"], record["company"]) == ("Data Engineer", "Acme")


def test_a_table_of_facts_alone_is_no_band_table() -> None:
    facts = "| Metric | Value |\n|---|---|\n| Valuation | $12B |\n| Founded | 2012 |\n"
    with pytest.raises(UnusableCase):
        read_guide_text(f"{TITLE}\n\n{facts}\n", "x.md")


def test_a_total_that_is_open_upward_is_not_below_the_base() -> None:
    table = TABLE.replace("$145K-$195K", "$140K+")
    assert first_band(f"{TITLE}\n\n{table}\n")["flags"] == []
