"""A person's own sheet: what its mapping may say, how its cells are read, what is held."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from pipelines.sources.amounts import Amount, amount_of
from pipelines.sources.mapping import CHOICES, FIELDS, KEYS, read_mapping
from rules.errors import UnusableCase
from tests.sheets import workbook_of
from tests.taking import TakenIn, taken_in, taken_in_from
from warehouse.snapshot import current_id

SHEET = "Ref,Role,Pay,Cur,Unit,Extra,Stock,All,When,Count,Years\n"
MAPPING = """\
columns: {id: Ref, title: Role, base: Pay, currency: Cur, unit: Unit, bonus: Extra, equity: Stock,
  total: All, date: When, headcount: Count, years_experience: Years}
defaults: {currency: USD, place: Boston}
equity_is: total
equity_years: 4
"""


def sheet(tmp_path: Path, *rows: str, mapping: str = MAPPING, header: str = SHEET) -> TakenIn:
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    (folder / "own.mapping.yaml").write_text(mapping, encoding="utf-8")
    return taken_in(tmp_path, own_csv=header + "".join(f"{row}\n" for row in rows))


def test_cells_become_yearly_amounts(tmp_path: Path) -> None:
    market = sheet(
        tmp_path,
        'a,Engineer,"$120,000",,,12%,"80,000",,2026-03-01,2,3.5',
        "b,Engineer,60,EUR,hour,-,n/a,,2026-03-01,,",
        "c,Engineer,C$100K-120K,CAD,,0.15,,130000,2026-03-01,,",
        'd,Engineer,"₹2,00,000/month",,,,,,2026-03-01,,',
        mapping=MAPPING + "bonus_is: percent\n",
    )
    assert market.report.quarantined == 0
    assert market.rows(
        "currency, base, base_max, bonus, equity_annual, tc, headcount, years_experience, kind"
    ) == [
        ("USD", 120_000, None, 14_400, 20_000, None, 2, 3.5, "report"),
        ("EUR", 124_800, None, None, None, None, 1, None, "report"),
        ("CAD", 100_000, 120_000, 15_000, None, 130_000, 1, None, "report"),
        ("INR", 2_400_000, None, None, None, None, 1, None, "report"),
    ]


FAULTY = [
    ("Engineer,120k plus car,,,,,,2026-03-01,,", "custom-base-not-understood"),
    ("Engineer,65.000,,,,,,2026-03-01,,", "custom-base-not-understood"),
    ("Engineer,65000,,,by target,,,2026-03-01,,", "custom-bonus-not-understood"),
    ("Engineer,65000,,,,some,,2026-03-01,,", "custom-equity-not-understood"),
    ("Engineer,65000,,,,,lots,2026-03-01,,", "custom-total-not-understood"),
    ("Engineer,65000,,,,,,01.03.2026,,", "custom-date-not-understood"),
    ("Engineer,65000,,,,,,1926-03-01,,", "custom-date-out-of-range"),
    ("Engineer,65000,,,,,,2026-03-01,few,", "custom-headcount-not-understood"),
    ("Engineer,65000,,,,,,2026-03-01,,some", "custom-years-experience-not-understood"),
    ("Engineer,65000,,moon,,,,2026-03-01,,", "custom-unit-not-understood"),
    ("Engineer,£65000,USD,,,,,2026-03-01,,", "custom-currency-conflict"),
    ("Engineer,65000,,,€500,$900,,2026-03-01,,", "custom-currency-conflict"),
    ("Engineer,65000,dollars,,,,,2026-03-01,,", "custom-currency-unknown"),
    ("Engineer,65,,,,,,2026-03-01,,", "custom-base-implausible"),
    ("Engineer,65000,,,15,,,2026-03-01,,", "custom-bonus-implausible"),
    ("Engineer,65000,,,950000,,,2026-03-01,,", "custom-bonus-implausible"),
    ("Engineer,65000,,,,9000000,,2026-03-01,,", "custom-equity-implausible"),
    ("Engineer,70k-65k,,,,,,2026-03-01,,", "custom-low-above-high"),
    ("Engineer,65000,,,,,60000,2026-03-01,,", "custom-total-below-base"),
    ("Engineer,65000,,,,,,2026-03-01,0,", "custom-base-not-positive"),
    (",65000,,,,,,2026-03-01,,", "custom-title-missing"),
    ("Engineer,,,,,,,2026-03-01,,", "custom-base-missing"),
    ("Engineer,65000,,,,,,,,", "custom-observed-on-missing"),
]


def test_each_reason_for_holding_a_row(tmp_path: Path) -> None:
    rows = [f"{number},{row}" for number, (row, _) in enumerate(FAULTY, 1)]
    market = sheet(tmp_path, *rows, "good,Engineer,65000,,,,,,2026-03-01,,")
    held = market.held()
    assert held.keys() == set(range(1, len(FAULTY) + 1))
    for number, (_, code) in enumerate(FAULTY, 1):
        assert code in held[number], FAULTY[number - 1]


def test_one_id_is_one_row_and_may_not_mean_two(tmp_path: Path) -> None:
    market = sheet(
        tmp_path,
        "a,Engineer,65000,,,,,,2026-03-01,,",
        "a,Engineer,65000,,,,,,2026-03-01,,",
        "b,Engineer,65000,,,,,,2026-03-01,,",
        "b,Engineer,66000,,,,,,2026-03-01,,",
    )
    assert market.balance == (4, 1, 2, 1)
    assert market.held() == {3: {"custom-id-twice"}, 4: {"custom-id-twice"}}


def test_columns_may_be_called_as_ours_are(tmp_path: Path) -> None:
    market = sheet(
        tmp_path,
        "1,Engineer,65000,5000,year,EUR,2026-03-01,x,F",
        "2,Engineer,what,5000,year,EUR,2026-03-01,x,F",
        header="row_no,title,base,bonus,unit,currency,observed_on,duplicate,Gender\n",
        mapping="columns: {id: row_no, title: title, base: base, bonus: bonus, unit: unit, "
        "currency: currency, date: observed_on}\n",
    )
    assert market.rows("base, bonus, currency") == [(65_000, 5_000, "EUR")]
    assert market.held().keys() == {2}
    assert '"F"' not in market.query("SELECT raw FROM quarantine")[0][0]


def test_a_sheet_in_windows_letters(tmp_path: Path) -> None:
    market = taken_in(
        tmp_path,
        own_csv="Währung;Gehalt;Rolle\n€;65.000;Köchin\n$;65.000;Köchin\n".encode("cp1252"),
        **{
            "own.mapping_yaml": "columns: {currency: währung, base: GEHALT, title: Rolle}\n"
            "decimal: comma\ndefaults: {date: 2026-03-01}\n"
        },
    )
    assert market.rows("title_raw, base, currency") == [("Köchin", 65_000, "EUR")]
    assert market.held() == {2: {"custom-currency-unknown"}}


def test_a_workbook(tmp_path: Path) -> None:
    book = workbook_of(
        ["Role", "Pay", "Extra", "When"],
        ["Engineer", 65_000.5, 0.15, "2026-03-01"],
        ["Engineer", "70.000 €", None, "01.03.2026"],
    )
    mapping = (
        "columns: {title: Role, base: Pay, bonus: Extra, date: When}\n"
        "defaults: {currency: EUR}\ndecimal: comma\nbonus_is: percent\ndate_format: DD.MM.YYYY\n"
    )
    market = taken_in(tmp_path, **{"own.mapping_yaml": mapping, "own_xlsx": book})
    day = date(2026, 3, 1)
    assert market.rows("base, bonus, currency, observed_on") == [
        (65_000.5, pytest.approx(9_750.075), "EUR", day),
        (70_000, None, "EUR", day),
    ]


WRONG = """\
titel: Mine
columns:
  base: Pai
  title: Role
  bonus: Extra
  salary: Pay
  equity: Stock
  level: Gender
defaults:
  currency: Euro
  base: 100
  headcount: many
  datee: 2026-01-01
decimal: dot
date_format: dd.mm.yy
equity_is: total
"""


def test_every_fault_of_a_mapping_at_once(tmp_path: Path) -> None:
    with pytest.raises(UnusableCase) as caught:
        sheet(tmp_path, "a,b", mapping=WRONG, header=SHEET.replace("Ref", "Gender"))
    faults = {(one.code, one.place.rpartition(" line ")[2]): one for one in caught.value.faults}
    assert set(faults) == {
        ("mapping-unknown-key", "1, titel"),
        ("mapping-unknown-column", "3, columns.base"),
        ("mapping-unknown-field", "6, columns.salary"),
        ("mapping-personal-column", "8, columns.level"),
        ("mapping-unknown-value", "10, defaults.currency"),
        ("mapping-no-default", "11, defaults.base"),
        ("mapping-unknown-value", "12, defaults.headcount"),
        ("mapping-unknown-field", "13, defaults.datee"),
        ("mapping-unknown-value", "14, decimal"),
        ("mapping-unknown-value", "15, date_format"),
        ("mapping-missing-key", "16, equity_is"),
        ("mapping-missing-field", "2, columns"),
    }
    assert faults["mapping-unknown-column", "3, columns.base"].next_step == "perhaps `Pay`"
    assert faults["mapping-unknown-field", "13, defaults.datee"].next_step == "perhaps `date`"
    assert current_id(tmp_path / "market") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- a\n- b\n", "mapping-not-a-mapping"),
        ("columns: base\n", "mapping-not-a-mapping"),
        ("a: &x [1]\nb: *x\n", "document-alias"),
        ("columns: !!python/object:os.system {}\n", "document-tag"),
        ("columns: {base: Pay}\n", "mapping-missing-field"),
        ("columns: {base: note}\n", "mapping-ambiguous-column"),
        ("columns: {equity: Pay}\n", "mapping-missing-key"),
        ("columns: {}\nequity_is: total\nequity_years: 0\n", "mapping-unknown-value"),
    ],
)
def test_a_mapping_that_cannot_be_read(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "own.mapping.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnusableCase) as caught:
        read_mapping(path, ["Pay", "Note", "note "])
    assert code in {one.code for one in caught.value.faults}


def test_a_changed_mapping_reads_the_sheet_again(tmp_path: Path) -> None:
    row = "a,Engineer,65000,,,,,,2026-03-01,,"
    sheet(tmp_path, row)
    assert sheet(tmp_path, row).report.unchanged == 1
    again = sheet(tmp_path, row, mapping=MAPPING.replace("USD", "CAD"))
    assert again.rows("currency") == [("CAD",)]


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("1,20,000", "point", Amount(120_000, 120_000)),
        ("CHF 120'000", "point", Amount(120_000, 120_000, "CHF")),
        ("120\u202f000 €", "point", Amount(120_000, 120_000, "EUR")),
        ("24 LPA", "point", Amount(2.4e6, 2.4e6)),
        ("£45,000 p.a.", "point", Amount(45_000, 45_000, "GBP", "year")),
        ("65000.123456", "point", Amount(65_000.1235, 65_000.1235)),
        ("120-140K", "point", Amount(120_000, 140_000)),
        ("4.500 €/mo", "comma", Amount(4_500, 4_500, "EUR", "month")),
        ("65000,5", "comma", Amount(65_000.5, 65_000.5)),
        ("65000.5", "comma", Amount(65_000.5, 65_000.5)),
        ("1,5M", "comma", Amount(1.5e6, 1.5e6)),
        ("65,000", "comma", None),
        ("1.250", "point", None),
        ("$120,00", "point", None),
        ("(5,000)", "point", None),
        ("-5000", "point", None),
        ("$120,000+", "point", None),
        ("5000 shares", "point", None),
        ("$90K base, $20K bonus", "point", None),
        ("", "point", None),
    ],
)
def test_a_cell_is_understood_in_full_or_not_at_all(
    text: str, decimal: str, expected: Amount | None
) -> None:
    assert amount_of(text, decimal) == expected


def test_a_scale_for_amounts_that_name_none() -> None:
    amounts = [amount_of(text, scale=1_000) for text in ("120", "120K", "$120-140")]
    assert amounts == [
        Amount(120_000, 120_000),
        Amount(120_000, 120_000),
        Amount(120_000, 140_000, "USD"),
    ]


def test_the_example_gives_what_the_page_says(tmp_path: Path, root: Path) -> None:
    market = taken_in_from(root / "examples" / "own-sheet", tmp_path)
    assert market.balance == (6, 4, 1, 1)
    assert market.query("SELECT found FROM quarantine") == [("nach Ziel",)]
    assert market.rows("company_raw, currency, base, bonus, equity_annual, observed_on, flags")[
        :2
    ] == [
        ("Larkspur GmbH", "EUR", 82_000, 8_200, 10_000, date(2026, 2, 3), "sign_on_left_out"),
        ("Larkspur GmbH", "EUR", 96_500, 12_062.5, 15_000, date(2026, 2, 10), ""),
    ]


def test_the_page_shows_the_example_and_names_everything(root: Path) -> None:
    page = (root / "docs" / "own-sheet.md").read_text(encoding="utf-8")
    example = root / "examples" / "own-sheet" / "placements-2026.mapping.yaml"
    (shown,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert shown == example.read_text(encoding="utf-8")
    for name, meaning in FIELDS.items():
        assert f"| `{name}` | {meaning} |" in page
    for name in (*KEYS, *(word for words in CHOICES.values() for word in words)):
        assert f"`{name}`" in page
