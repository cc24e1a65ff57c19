"""Why two decisions differ: exactly, with what was refused told, and in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import orjson
import pytest

pytest.importorskip("bench", reason="the benchmarks are not part of the source archive")

from bench.pairs import other_books, pairs
from offerdesk.changed import Attribution, Change, attribution, outcome
from offerdesk.changed_told import answer, as_form, as_plain, what
from offerdesk.cli import main
from offerdesk.desk import Desk
from offerdesk.offers import read_offer
from offerdesk.samples import examples
from offerdesk.shapley import coalitions
from offerdesk.sides import CAUSES
from rules.loader import load_book
from rules.other_market import with_market
from rules.recall import recalled_case
from warehouse.log import LogRow, read
from warehouse.redaction import redact

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> list[Desk]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("books")
        patch.setenv("OFFERDESK_HOME", str(folder / "home"))
        return [Desk(), *map(Desk, other_books(folder))]


def check_sums(found: Attribution) -> None:
    changes: Sequence[Change] = [*found.verdict, *found.asks, *found.figures]
    for one in changes:
        if one.shares.parts is None:
            continue
        assert one.before is not None
        assert one.after is not None
        change = Fraction(one.after) - Fraction(one.before)
        assert sum(one.shares.parts.values()) == change
        assert set(one.shares.parts) == set(found.differing)


def check(before: LogRow, after: LogRow) -> Attribution:
    found = attribution(before, after)
    check_sums(found)
    everything = frozenset(CAUSES)
    for side, some in ((found.before, frozenset[str]()), (found.after, everything)):
        record = found.mixed[some].record
        assert record is not None
        assert outcome(record) == outcome(side.record)
    assert len(found.mixed) == 16
    assert found.is_same == (not found.verdict)
    assert all(some <= set(found.differing) for some in found.enough)
    assert json.loads(json.dumps(as_plain(found), default=str))["mixtures"]
    assert as_form(found, "text").startswith(answer(found))
    return found


def test_the_parts_add_up_exactly_on_pairs_of_all_kinds(desks: list[Desk]) -> None:
    found = [check(*pair) for pair in pairs(40, desks)]
    kinds = {one.differing for one in found}
    assert {cause for kind in kinds for cause in kind} == set(CAUSES)
    assert any(not one.is_same for one in found)
    assert any(len(one.differing) > 2 for one in found)


@pytest.mark.slow
def test_the_parts_add_up_exactly_on_a_thousand_pairs(desks: list[Desk]) -> None:
    for pair in pairs(1000, desks, seed=3):
        check(*pair)


def test_a_case_from_the_log_in_its_own_market_is_itself(desks: list[Desk]) -> None:
    book = load_book()
    for pair in pairs(20, desks[:1], seed=2):
        for row in pair:
            notices = orjson.loads(row.entry.decision)["notices"]
            case = recalled_case(orjson.loads(row.entry.facts), book, notices)
            assert with_market(case, orjson.loads(row.entry.market), book) == case


# --- One cause at a time ------------------------------------------------------------------------


def decided(desk: Desk, name: str, edit: Edit = lambda _: None) -> LogRow:
    raw = json.loads(json.dumps(read_offer(examples() / "offers" / name).value, default=str))
    edit(raw)
    return read(str(desk.decide(raw).id))


def set_to(path: str, value: Any) -> Edit:
    *sections, last = path.split(".")

    def edit(raw: dict[str, Any]) -> None:
        node = raw
        for section in sections:
            node = node[section]
        node[last] = value

    return edit


@pytest.mark.parametrize(
    ("cause", "edit"),
    [
        ("offer", set_to("offer.base_salary", 160_000)),
        ("market", set_to("market.guide.base", [120_000, 140_000])),
        ("date", set_to("evaluation_date", "2026-03-05")),
    ],
)
def test_a_single_cause_has_all_of_every_change(cause: str, edit: Edit, desks: list[Desk]) -> None:
    before = decided(desks[0], "blue-kiln.yaml")
    found = check(before, decided(desks[0], "blue-kiln.yaml", edit))
    assert found.differing == (cause,)
    for one in (*found.verdict, *found.asks, *found.figures):
        assert one.shares.parts is None or set(one.shares.parts) == {cause}


def test_another_book_is_a_cause_of_its_own(desks: list[Desk]) -> None:
    found = check(*(decided(desk, "harbour-lane.yaml") for desk in (desks[0], desks[3])))
    assert found.differing == ("book",)
    assert answer(found) == (
        "From ACCEPT to COUNTER (to be reviewed): because the book changed; nothing else differs."
    )


def test_what_alone_is_enough_is_said(desks: list[Desk]) -> None:
    def both(raw: dict[str, Any]) -> None:
        set_to("offer.base_salary", 160_000)(raw)
        set_to("evaluation_date", "2026-03-03")(raw)

    before = decided(desks[0], "blue-kiln.yaml")
    found = check(before, decided(desks[0], "blue-kiln.yaml", both))
    assert found.enough == (frozenset({"offer"}),)
    assert "because the offer was edited; that alone is enough." in answer(found)


def test_the_same_decision_twice(desks: list[Desk]) -> None:
    found = check(*(decided(desks[0], "blue-kiln.yaml") for _ in range(2)))
    assert answer(found) == "Nothing differs: both are WALK AWAY."
    assert (found.verdict, found.asks, found.figures) == ((), (), ())


def test_vesting_that_the_market_told_is_the_market_s(desks: list[Desk]) -> None:
    def told(schedule: list[float]) -> Edit:
        def edit(raw: dict[str, Any]) -> None:
            raw["offer"].pop("vest_schedule", None)
            raw["offer"].update(
                equity_grant_value=200_000, equity_type="rsu", equity_stage="public"
            )
            raw["offer"].pop("equity_grant_years", None)
            source = {"source": "a registry", "as_of": "2026-01", "schedule": schedule}
            raw["market"]["vest_registry"] = source

        return edit

    rows = [
        decided(desks[0], "blue-kiln.yaml", told(schedule))
        for schedule in ([0.25, 0.25, 0.25, 0.25], [0.4, 0.3, 0.2, 0.1])
    ]
    found = check(*rows)
    assert found.differing == ("market",)
    assert any(one.name == "vest_y1" for one in found.figures)


# --- What cannot be divided ---------------------------------------------------------------------


def test_a_book_that_does_not_know_the_facts_is_told(desks: list[Desk], tmp_path: Path) -> None:
    folder = other_books(tmp_path)[0]
    facts = folder / "facts.yaml"
    words = "one_of: [monthly, quarterly, semiannual, annual]\n    open: true"
    text = facts.read_text("utf-8")
    assert words in text
    text = text.replace(words, "one_of: [monthly, quarterly]")
    facts.write_text(text, "utf-8")
    yearly = set_to("offer.vest_frequency", "annual")
    before = decided(desks[0], "blue-kiln.yaml", yearly)

    def monthly(raw: dict[str, Any]) -> None:
        set_to("offer.vest_frequency", "monthly")(raw)
        set_to("offer.base_salary", 170_000)(raw)

    found = check(before, decided(Desk(folder), "blue-kiln.yaml", monthly))
    refused = [some for some, one in found.mixed.items() if one.refused]
    assert refused == [
        some for some in coalitions(CAUSES) if "book" in some and "offer" not in some
    ]
    assert any("mixtures are refused" in note for note in found.notes)
    assert any("changed-other-vocabulary" in note for note in found.notes)
    assert all(one.shares.orders < one.shares.of for one in found.figures)


def test_amounts_in_two_currencies_are_not_compared(desks: list[Desk]) -> None:
    before = decided(desks[0], "blue-kiln.yaml")
    found = check(before, decided(desks[0], "blue-kiln.yaml", set_to("offer.currency", "GBP")))
    assert any("amounts are not compared" in note for note in found.notes)
    assert not [one for one in found.figures if one.name == "tc_risk_adj"]


def test_two_offers_are_not_told_as_one_that_was_edited(desks: list[Desk]) -> None:
    one, other = (decided(desks[0], f"{name}.yaml") for name in ("blue-kiln", "harbour-lane"))
    (note,) = (note for note in check(one, other).notes if "two offers" in note)
    assert "of Blue Kiln Logistics and of Harbour Lane Software" in note
    assert not [note for note in check(one, one).notes if "two offers" in note]


def test_what_the_market_said_otherwise_is_told(desks: list[Desk]) -> None:
    edit = set_to("market.guide.base", [120_000, 140_000])
    before = decided(desks[0], "blue-kiln.yaml")
    found = check(before, decided(desks[0], "blue-kiln.yaml", edit))
    assert list(what(found, "market")) == [
        "its own -> its own",
        "guide_base_max 165,000 -> 140,000",
        "guide_base_min 125,000 -> 120,000",
    ]


def test_a_redacted_decision_cannot_be_compared(
    desks: list[Desk], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [decided(desks[0], "blue-kiln.yaml") for _ in range(2)]
    assert main(["changed", rows[0].id, rows[1].id]) == 0
    redact([rows[0].id], reason="asked to", by="a clerk")
    assert main(["changed", rows[0].id, rows[1].id]) == 3
    assert capsys.readouterr().err.startswith("error[log-redacted]: ")


def test_json_has_every_part_exactly(desks: list[Desk], capsys: pytest.CaptureFixture[str]) -> None:
    before = decided(desks[0], "pinterest.yaml")
    after = decided(desks[1], "pinterest.yaml", set_to("offer.base_salary", 221_000))
    assert main(["changed", before.id, after.id, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["later"] for one in found["mixtures"]][-1] == sorted(CAUSES)
    assert found["figures"]
    for one in found["figures"]:
        if one["exact"] is not None:
            total = Fraction(one["after"]) - Fraction(one["before"])
            assert sum(map(Fraction, one["exact"].values())) == total
