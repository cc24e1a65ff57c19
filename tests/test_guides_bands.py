"""Band tables: every layout, the conventions of totals, and what is held back."""

from __future__ import annotations

import pytest

from pipelines.guides import read_guide_text
from rules.errors import UnusableCase

Guide = dict[str, object]


def guide(
    table: str, below: str = "", title: str = "Data Engineer | Acme Global Negotiation Guide"
) -> Guide:
    return read_guide_text(f"### {title}\n\n{table.strip()}\n\n{below}\n", "acme.md")


def bands(table: str, below: str = "") -> list[dict[str, object]]:
    found = guide(table, below)["bands"]
    assert isinstance(found, list)
    return found


def codes(table: str, below: str = "") -> dict[str, str]:
    found = guide(table, below)["quarantine"]
    assert isinstance(found, list)
    return {doubt["code"]: doubt["severity"] for doubt in found}


REGIONS = """
| Region | Base Salary | Stock (RSU/4yr) | Bonus | Total Comp |
|---|---|---|---|---|
| New York | $150K-$200K | $80K-$160K | 10-15% | $185K-$270K |
| 🇬🇧 **London** (GBP) | £90,000 - £120,000 | £40,000 - £80,000 | 10% | £109,000 - £152,000 |
"""
LEVELS = """
| Level | Austin (USD) | Tel Aviv (ILS ₪) |
|---|---|---|
| Mid (L3-L4) | $150,000-$190,000 | ₪420,000-₪560,000 |
| Senior (L5) | $195,000-$265,000 | ₪560,000-₪730,000 |
"""
COMPONENTS = """
| Component | Boston (USD) | London (GBP) |
|---|---|---|
| Base Salary | $135,000 - $175,000 | £72,000 - £100,000 |
| Annual Bonus | 10-12% target | 10% target |
| RSU Grant | $55,000 - $115,000/yr vesting | £40,000 - £85,000/yr vesting |
| Signing Bonus | $12,000 - $28,000 | £9,000 - £20,000 |
| Total Comp (Year 1) | $215,000 - $330,000 | £127,000 - £210,000 |
"""


def test_rows_by_region() -> None:
    first, second = bands(REGIONS)
    assert (first["region"], first["currency"], first["base_low"]) == ("New York", "USD", 150_000)
    assert (first["stock_period"], first["equity_kind"], first["bonus_unit"]) == (
        "4yr",
        "rsu",
        "pct",
    )
    assert (second["region"], second["currency"], second["total_high"]) == (
        "London",
        "GBP",
        152_000,
    )
    assert second["cells"] == {
        "base": "£90,000 - £120,000",
        "stock": "£40,000 - £80,000",
        "bonus": "10%",
        "total": "£109,000 - £152,000",
    }


def test_rows_by_level_are_totals_and_flagged() -> None:
    found = bands(LEVELS, "*Total pay includes RSUs and a bonus (10%).*")
    assert [(b["region"], b["level"]) for b in found][:2] == [
        ("Austin", "Mid (L3-L4)"),
        ("Tel Aviv", "Mid (L3-L4)"),
    ]
    assert (found[0]["base_low"], found[0]["total_low"], found[1]["currency"]) == (
        None,
        150_000,
        "ILS",
    )
    assert (found[0]["equity_kind"], found[0]["bonus_low"]) == ("rsu", 10)
    assert all("guide-level-table-kind" in b["flags"] for b in found)  # type: ignore[operator]


def test_rows_by_component() -> None:
    first, second = bands(COMPONENTS)
    assert (first["base_high"], first["stock_period"], first["signon_low"]) == (
        175_000,
        "yr",
        12_000,
    )
    assert (first["total_basis"], first["tc_basis"]) == ("Year 1", "year1")
    assert (second["region"], second["currency"], second["bonus_low"]) == ("London", "GBP", 10)


def test_level_and_region_rows() -> None:
    (band,) = bands(
        "| Level | Region | Base Salary | Stock (RSU/4yr) | Signing Bonus | Total Comp (Yr 1) |\n"
        "|---|---|---|---|---|---|\n"
        "| L4 | Seattle | $120K-$160K | $80K-$200K | $40K-$80K | $170K-$280K |"
    )
    assert (band["level"], band["signon_low"], band["bonus_low"]) == ("L4", 40_000, None)


def test_dropped_and_renamed_columns() -> None:
    (options,) = bands("| Region | Base Salary | Options (4yr) | Total Comp |\n|---|---|---|---|\n"
                       "| Berlin | €60K-€80K | €30K-€60K | €67K-€95K |")  # fmt: skip
    assert (options["equity_kind"], options["stock_period"], options["bonus_unit"]) == (
        "options",
        "4yr",
        None,
    )
    (carry,) = bands("| Region | Base Salary | Carry/Bonus | Total Comp |\n|---|---|---|---|\n"
                     "| Boston | $200K | $130K | $330K |")  # fmt: skip
    assert (carry["equity_kind"], carry["stock_low"], carry["bonus_low"]) == (
        "other",
        130_000,
        None,
    )
    (cash,) = bands(row("Boston | $160K-$200K | None | $40K-$100K (25-50%) | $200K-$300K"))
    assert (cash["equity_kind"], cash["stock_period"], cash["stock_text"]) == (None, None, "None")
    assert (cash["bonus_unit"], cash["bonus_pct_high"], cash["tc_basis"]) == (
        "amount",
        50,
        "cash_only",
    )


def row(cells: str, header: str = "Stock (RSU/4yr)") -> str:
    columns = f"Region | Base Salary | {header} | Bonus | Total Comp"
    return f"| {columns} |\n|---|---|---|---|---|\n| {cells} |"


@pytest.mark.parametrize(
    ("cells", "basis", "low"),
    [
        ("A | $100K-$120K | $40K-$80K | 10% | $120K-$152K", "annualised", 120_000),
        ("A | $100K-$120K | $40K-$80K | 10% | $150K-$212K", "full_grant", 120_000),
        ("A | $100K-$120K | $40K-$80K | 10% | $300K-$400K", "unknown", 120_000),
    ],
)
def test_the_stated_total_is_kept_apart_from_the_computed(cells: str, basis: str, low: int) -> None:
    (band,) = bands(row(cells))
    assert (band["tc_basis"], band["tc_computed_low"]) == (basis, low)


HELD = [
    ("Rome | €100K-$120K | €20K-€40K | 10% | €115K-€142K", "guide-mixed-currency-range", "hold"),
    ("Rome | €120K-€100K | €20K-€40K | 10% | €115K-€142K", "guide-low-above-high", "hold"),
    (
        "Rome | €100K-€120K / $300K-$360K | €20K | 10% | €115K",
        "guide-dual-currency-conflict",
        "hold",
    ),
    ("Rome | €100K-€120K | €20K-€40K | 10% | €50K-€60K", "guide-total-below-base", "hold"),
    ("Lyon | €9K-€11K/mo | €20K-€40K | 10% | €10K-€13K/mo", "guide-monthly-amount", "flag"),
    ("Haifa | ₪475K-₪590K | $20K-$45K | 5% | $172K-$240K", "guide-row-of-two-currencies", "flag"),
    ("A | $100K-$120K | $40K-$80K | 10% | $150K-$212K", "guide-total-full-grant", "flag"),
    ("A | $100K-$120K | $40K-$80K | 10% | $300K-$400K", "guide-total-fits-nothing", "flag"),
    ("Lima | local equivalent | RSUs | 10% | adjusted", "guide-relative-amount", "text"),
    ("London | $100K-$120K | $20K-$40K | 10% | $115K-$142K", "guide-dollars-abroad", "flag"),
    ("N/A | - | - | - | -", "guide-row-not-a-zone", "drop"),
]


@pytest.mark.parametrize(("cells", "code", "severity"), HELD)
def test_what_is_held_flagged_or_dropped(cells: str, code: str, severity: str) -> None:
    assert codes(row(cells)).get(code) == severity


def test_a_clean_guide_has_no_doubts() -> None:
    assert codes(REGIONS) == {}


def test_a_dropped_row_is_no_band() -> None:
    table = row("N/A | - | - | - | -") + "\n| Oslo | NOK 900K | NOK 200K | 10% | NOK 1.04M |"
    assert [band["region"] for band in bands(table)] == ["Oslo"]


def test_a_mixed_range_takes_the_currency_of_the_row() -> None:
    (band,) = bands(row("Rome | €100K-$120K | €20K-€40K | 10% | €115K-€142K"))
    assert (band["currency"], band["base_high"]) == ("EUR", 120_000)


def test_a_floor_above_a_table_by_level_is_flagged() -> None:
    below = (
        "> **Negotiate Up Strategy**: Open at $250,000 base. Accept-at floor: $400,000 total comp."
    )
    assert codes(LEVELS, below)["guide-floor-above-table"] == "flag"


def test_two_conventions_in_one_table() -> None:
    table = (
        row("A | $100K-$120K | $40K-$80K | 10% | $120K-$152K")
        + "\n| B | €100K-€120K | €40K-€80K | 10% | €150K-€212K |"
    )
    assert codes(table)["guide-total-two-conventions"] == "flag"


@pytest.mark.parametrize(
    "text",
    ["", "# Research dossier\n\n| Field | Detail |\n|---|---|\n| A | B |\n",
     "### Data Engineer | Acme Global Negotiation Guide\n\nno table\n"],
)  # fmt: skip
def test_what_is_no_guide(text: str) -> None:
    with pytest.raises(UnusableCase) as caught:
        read_guide_text(text, "x.md")
    assert caught.value.faults[0].code == "guide-not-a-guide"


@pytest.mark.parametrize(
    ("title", "role", "company"),
    [
        ("Data Engineer | Acme Global Negotiation Guide", "Data Engineer", "Acme"),
        ("Data Engineer — Acme Salary Negotiation Guide", "Data Engineer", "Acme"),
        ("Data Engineer - Acme Negotiation Guide", "Data Engineer", "Acme"),
        ("Risk Engineer (SIGNATURE ROLE) | Acme Global Negotiation Guide", "Risk Engineer", "Acme"),
        ("Risk Engineer | Acme Global Negotiation Guide — SIGNATURE ROLE", "Risk Engineer", "Acme"),
        ("SWE (L3/L4) | Acme & Co. (Parent) Global Negotiation Guide", "SWE", "Acme & Co."),
    ],
)
def test_titles(title: str, role: str, company: str) -> None:
    record = read_guide_text(f"### {title}\n\n{REGIONS.strip()}\n", "x.md")
    assert (record["role"], record["company"]) == (role, company)
