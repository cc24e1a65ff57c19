"""Why, why not and again: every reason from the log alone, and the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from offerdesk.cli import main
from offerdesk.complaints import printable
from offerdesk.desk import Desk
from offerdesk.markup import text
from offerdesk.reason import Reason
from offerdesk.reduced import reduced
from offerdesk.replay import Replayed, replay_row
from offerdesk.samples import sample_market
from offerdesk.why import reasons
from offerdesk.why_forms import as_form, as_plain, as_tree
from rules.decision import canonical_bytes
from rules.errors import FailedWorld
from rules.interpreter import compile as meaning
from warehouse import log

NAMES = ("pinterest", "harbour-lane", "blue-kiln", "tin-sparrow", "fenwick-rowe")


@pytest.fixture(scope="module")
def replayed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Replayed]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OFFERDESK_HOME", str(tmp_path_factory.mktemp("why") / "home"))
        sample_market()
        desk, folder = Desk(), root / "examples" / "offers"
        ids = {name: desk.decide(folder / f"{name}.yaml").id for name in NAMES}
        return {name: replay_row(log.read(str(row))) for name, row in ids.items()}


def walk(reason: Reason) -> Iterator[Reason]:
    yield reason
    for one in reason.rests_on:
        yield from walk(one)


@pytest.mark.parametrize("name", NAMES)
def test_the_log_alone_gives_the_same_bytes(name: str, replayed: dict[str, Replayed]) -> None:
    one = replayed[name]
    assert one.is_same
    assert canonical_bytes(one.record) == one.row.entry.decision
    one.check()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("other", [None, "accept", "counter", "walk_away", "needs_review"])
def test_every_reason_is_told_once_and_ends_in_something_given(
    name: str, other: str | None, replayed: dict[str, Replayed]
) -> None:
    found = list(walk(reasons(replayed[name], other)))
    told = [one for one in found if one.kind in ("signal", "figure") and one.rests_on]
    assert len({one.name for one in told}) == len(told)
    for one in told:
        if one.kind == "figure":
            assert one.rests_on[0].text.startswith("= ")


def test_from_the_verdict_down_to_facts_numbers_and_market(replayed: dict[str, Replayed]) -> None:
    root = reasons(replayed["pinterest"])
    kinds = {one.kind for one in walk(root)}
    assert {"row", "signal", "condition", "figure", "fact", "parameter", "pick"} <= kinds
    told = "\n".join(as_tree(root))
    for line in (
        "competing_tc_gap >= material_gap: TRUE",
        "base < tested_floor_base: TRUE, by $10,000",
        "min_base = $200,000 - as stated in candidate.min_base, private",
        "1. OpenAI: tc_risk_adj $350,000",
        "2. Google: tc_risk_adj $344,750",
        "base = $210,000 (see above)",
        "Judged again from the log: the same, byte for byte.",
    ):
        assert line in told
    flat = " ".join(one.text for one in walk(root))
    assert "market.guide.accept_floor.base, from guide:pinterest/ml-ai-engineer" in flat
    assert "material_gap = 0.05 - number of the book [fraction], grade E, valid from" in flat


def test_rows_before_the_deciding_one_say_what_failed(replayed: dict[str, Replayed]) -> None:
    root = reasons(replayed["pinterest"])
    earlier = next(one for one in root.rests_on if one.text == "Why no earlier row")
    assert [one.name for one in earlier.rests_on] == [f"D{n}" for n in range(9)]
    assert all(one.value is not True and one.rests_on for one in earlier.rests_on)


def test_why_not_says_by_how_much(replayed: dict[str, Replayed]) -> None:
    told = "\n".join(as_tree(reasons(replayed["blue-kiln"], "accept")))
    assert "Row D8 is FALSE" in told
    assert "base < min_base: TRUE, by $18,000" in told
    missed = "\n".join(as_tree(reasons(replayed["pinterest"], "accept")))
    assert "floor_surplus_4y >= 0: FALSE, misses by $74,800" in missed


def test_a_condition_that_must_not_hold_is_told_with_its_not(
    replayed: dict[str, Replayed],
) -> None:
    """That somebody is under his minimum is TRUE; what the accepting row asks is FALSE."""
    root = reasons(replayed["blue-kiln"], "accept")
    row = next(one for one in walk(root) if one.name == "D8")
    assert row.rests_on
    assert all(one.value is False for one in row.rests_on)
    failed = next(one for one in row.rests_on if one.text == "NOT below_reservation: FALSE")
    assert [one.text.split(" - ")[0] for one in failed.rests_on] == ["below_reservation: TRUE"]
    earlier = "\n".join(as_tree(reasons(replayed["fenwick-rowe"])))
    assert "NOT reservation_gap_closable: FALSE (reservation_gap_closable = yes)" in earlier


def test_why_something_must_be_unknown_is_told() -> None:
    """Without any market no floor is known, and whether all are met is UNKNOWN by the book."""
    about = {"company": "Nowhere", "currency": "USD", "base_salary": 120000, "equity_type": "none"}
    offer = {"evaluation_date": "2026-03-02", "offer": about, "candidate": {"min_base": 100000}}
    decision = Desk().decide({**offer, "market": {}})
    root = reasons(replay_row(log.read(str(decision.id))), "accept")
    met = next(one for one in walk(root) if one.name == "accept_floors_met")
    assert met.value is None
    assert "tested_floor_base IS NULL: TRUE" in {one.text for one in met.rests_on}


def test_a_constant_rests_on_what_led_to_it(replayed: dict[str, Replayed]) -> None:
    """No figure and no signal ends without what was stated, or not stated, for it."""
    for one in replayed.values():
        for other in (None, "accept", "counter", "walk_away", "needs_review"):
            found = list(walk(reasons(one, other)))
            resting = {reason.name for reason in found if len(reason.rests_on) > 1}
            resting |= {r.name for r in found if r.rests_on and r.kind == "signal"}
            asked = {r.name for r in found if r.kind == "figure" and r.rests_on}
            assert asked <= resting, asked - resting


def test_why_not_what_it_is(replayed: dict[str, Replayed]) -> None:
    told = "\n".join(as_tree(reasons(replayed["harbour-lane"], "accept")))
    assert "It is accept, by row D10." in told
    review = "\n".join(as_tree(reasons(replayed["tin-sparrow"], "needs_review")))
    assert "It is needs review, by row D7." in review


@pytest.mark.parametrize("name", NAMES)
def test_what_is_cut_away_changes_no_value(name: str, replayed: dict[str, Replayed]) -> None:
    one = replayed[name]
    values = one.judgement.values
    layers = (*one.book.layers, *one.book.closing)
    expressions = [f.expression for layer in layers for f in layer.formulas]
    expressions += [signal.when for layer in layers for signal in layer.signals]
    expressions += [row.when for row in one.book.rows]
    for expression in expressions:
        assert meaning(reduced(expression, values))(values) == meaning(expression)(values)


def test_the_tree_keeps_to_its_width_and_its_letters(replayed: dict[str, Replayed]) -> None:
    lines = list(as_tree(reasons(replayed["pinterest"]), 80, unicode=False))
    assert max(map(len, lines)) <= 80
    assert len(lines) < 400


def test_json_holds_the_whole_tree(replayed: dict[str, Replayed]) -> None:
    root = reasons(replayed["fenwick-rowe"])
    plain = json.loads(json.dumps(as_plain(root), default=str))
    assert plain["value"] == "counter"

    def count(node: dict[str, list[dict[str, list[object]]]]) -> int:
        return 1 + sum(count(one) for one in node["rests_on"])  # type: ignore[arg-type]

    assert count(plain) == len(list(walk(root)))


def test_another_result_is_named_with_its_place(replayed: dict[str, Replayed]) -> None:
    one = replayed["blue-kiln"]
    logged = json.loads(one.row.entry.decision)
    logged["derived"]["base"] = 132001.0
    entry = replace(one.row.entry, decision=canonical_bytes(logged))
    with pytest.raises(FailedWorld) as caught:
        replace(one, row=replace(one.row, entry=entry)).check()
    (fault,) = caught.value.faults
    assert fault.code == "replay-differs"
    assert fault.place == f"decision {one.row.id}, derived.base"


def test_replay_all_names_the_decision_that_differs(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offers = root / "examples" / "offers"
    sound = Desk().decide(offers / "blue-kiln.yaml")
    row = log.read(str(sound.id))
    forged = row.entry.decision.replace(b'"base":132000.0', b'"base":132001.0', 1)
    assert forged != row.entry.decision
    bad = log.append(replace(row.entry, decision=forged))
    lost = log.append(replace(row.entry, book="0" * 64))
    garbled = log.append(replace(row.entry, facts=b"{"))
    assert main(["replay", "--all"]) == 3
    told = capsys.readouterr()
    assert f"{sound.id}  walk_away  D4    same bytes" in told.out
    complaints = told.err.splitlines()
    for row_id, code, complaint in zip(
        (bad, lost, garbled),
        ("replay-differs", "book-not-kept", "log-row-unreadable"),
        complaints,
        strict=True,
    ):
        assert complaint.startswith(f"error[{code}]: decision {row_id}")


def test_why_shows_its_reasons_and_then_complains_of_a_difference(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = Desk().decide(root / "examples" / "offers" / "blue-kiln.yaml")
    entry = log.read(str(sound.id)).entry
    forged = entry.decision.replace(b'"base":132000.0', b'"base":132001.0', 1)
    assert main(["why", log.append(replace(entry, decision=forged))]) == 3
    told = capsys.readouterr()
    assert "NOT the same" in told.out
    assert told.err.startswith("error[replay-differs]: ")


def test_market_rows_are_followed_to_file_and_load(root: Path) -> None:
    sample_market()
    decision = Desk().decide(root / "examples" / "offers" / "pinterest.yaml")
    found = reasons(replay_row(log.read(str(decision.id))))
    rows, record = found.rests_on[-1], decision.record
    assert rows.text == f"Market rows that were read, snapshot {record['snapshot']}"
    assert [one.name for one in rows.rests_on] == [row["row_id"] for row in record["market"]]
    for one, row in zip(rows.rests_on, record["market"], strict=True):
        assert f"as of {row['as_of']}, n not counted" in one.text
        (origin,) = one.value["origins"]
        assert origin["file"] == "pinterest/ml-ai-engineer.md"
        assert origin["load"] in one.rests_on[0].text
        assert origin["digest"][:12] in one.rests_on[0].text
    assert "row 1 of its table" in rows.rests_on[0].rests_on[0].text
    read = {one.name: one.rests_on for one in walk(found) if one.name.startswith("guide_floor_")}
    floor = next(one for one in rows.rests_on if one.text.startswith("accept_floor"))
    assert all(rests[0].name == floor.name for rests in read.values() if rests)
    assert any(read.values())


def test_every_fact_of_the_market_rests_on_a_row(replayed: dict[str, Replayed]) -> None:
    one = replayed["pinterest"]
    facts = one.judgement.case.facts
    market = {n for n, f in one.book.facts.items() if f.group == "market" and facts[n] is not None}
    told = [reason for reason in walk(reasons(one)) if reason.name in market]
    assert told
    for reason in told:
        assert reason.rests_on or "see above" in reason.text
        assert all(row.kind == "market" for row in reason.rests_on)


def test_a_market_that_the_offer_brings_is_called_so(replayed: dict[str, Replayed]) -> None:
    rows = reasons(replayed["blue-kiln"]).rests_on[-1]
    assert rows.text == "Market rows that were read, given with the offer"
    assert all("given with the case" in one.text for one in rows.rests_on)


def test_a_snapshot_that_is_gone_is_told(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sample_market()
    decision = Desk().decide(root / "examples" / "offers" / "pinterest.yaml")
    one = replay_row(log.read(str(decision.id)))
    monkeypatch.setattr("offerdesk.why_market.market_folder", lambda _: tmp_path)
    told = "\n".join(as_tree(reasons(one)))
    assert "the snapshot is not on this machine" in told


def test_figures_of_a_dataset_name_its_files_and_count(tmp_path: Path) -> None:
    """A percentile rests on the files of its source; rates and wages on rows of theirs."""
    from warehouse.origins import origins
    from warehouse.snapshot import drafting, publish

    with drafting(tmp_path) as draft:
        for load, source in (("l1", "h1b"), ("l2", "h1b"), ("l3", "ecb")):
            draft.connection.execute(
                "INSERT INTO load VALUES (?, ?, ?, ?, 'reader', 9, 9, 0, 0)",
                [load, source, f"{source}/{load}.csv", "d" * 64],
            )
        for number, code in enumerate(("GBP", "USD"), 4):
            draft.connection.execute(
                "INSERT INTO fx_rate VALUES ('l3', ?, 'ecb', ?, false, DATE '2026-02-27', ?, 1.1)",
                [number, f"2026-02-27 {code}", code],
            )
        snapshot = publish(draft)
    used = [
        {"mart": "percentile", "row_id": "h1b:base:metro:Austin", "source": "h1b"},
        {"mart": "fx", "row_id": "2026-02-27", "source": "ecb"},
        {"mart": "vesting", "row_id": "nobody", "source": "x"},
    ]
    percentile, rate, vesting = origins(snapshot, used, tmp_path)
    assert [one.file for one in percentile] == ["h1b/l1.csv", "h1b/l2.csv"]
    assert [(one.file, one.rows) for one in rate] == [("ecb/l3.csv", "rows 4 to 5")]
    assert vesting == []


def test_the_page_holds_every_reason_and_runs_nothing(replayed: dict[str, Replayed]) -> None:
    root = reasons(replayed["pinterest"])
    page = as_form(replace(root, text="<script>alert(1)</script>"), "html")
    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert "default-src" in page
    for one in walk(root):
        if one is not root:
            assert text(printable(one.text)) in page


@pytest.mark.parametrize("form", ["text", "json", "md", "html"])
def test_every_form_prints(form: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    decision = Desk().decide(root / "examples" / "offers" / "tin-sparrow.yaml")
    assert main(["why", str(decision.id), "--format", form]) == 0
    told = capsys.readouterr().out
    assert "D7" in told
    if form == "json":
        assert json.loads(told)["value"] == "needs_review"


def test_every_scenario_is_replayed(shared_data: Path) -> None:
    desk = Desk()
    scenarios = json.loads((shared_data / "scenarios.json").read_text("utf-8"))["scenarios"]
    for one in scenarios:
        offer = {
            key: one[key]
            for key in ("offer", "candidate", "market", "evaluation_date")
            if key in one
        }
        row = log.read(str(desk.decide(offer).id))
        again = replay_row(row)
        again.check()
        for other in (None, "accept", "counter", "walk_away", "needs_review"):
            assert list(as_tree(reasons(again, other)))
