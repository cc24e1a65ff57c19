"""The main path through each page, as somebody walks it who sees them for the first time."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.conftest import Open
from tests.web.test_batches import ALONE, RIVALS

PRIVATE = ("220,000", "310,000", "35,000", "300,000", "200000")  # floors and minima of Pinterest
PATIENCE = 60_000  # [ms] for what is proved, on a busy machine
ASKS = {
    "base": ("$248,000", "$240,000", "$220,000"),
    "equity_total": ("$370,000", "$350,000", "$310,000"),
    "sign_on": ("$57,500", "$50,000", "$35,000"),
}


def decide_example(page: Page, name: str) -> str:
    """Decide an example from the front page; the id of the decision."""
    page.get_by_role("link", name=name, exact=True).first.click()
    page.get_by_role("button", name="Decide", exact=True).last.click()
    page.wait_for_url(re.compile(r"/decisions/[0-9a-f]{12}$"))
    return page.url.rpartition("/")[2]


def slide(page: Page, label: str, keys: str, times: int = 1) -> None:
    """Move a slider by the keyboard, and wait for what is judged."""
    with page.expect_response(lambda answer: answer.url.endswith("/try") and answer.ok):
        for _ in range(times):
            page.get_by_label(label, exact=True).press(keys)


def test_the_pinterest_example_comes_to_its_counter(opened: Open) -> None:
    page = opened()
    decide_example(page, "Pinterest")
    expect(page.get_by_role("heading", level=1)).to_have_text("Counter")
    expect(page.locator(".because")).to_contain_text("neither clears the line")
    for name, amounts in ASKS.items():
        cells = page.locator(f"[data-ask={name}] td")
        expect(cells).to_have_text(list(amounts))


def test_words_to_say_hold_nothing_private_and_can_be_copied(opened: Open) -> None:
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    decide_example(page, "Pinterest")
    words = [one.inner_text() for one in page.locator("[id^=say-]").all()]
    assert len(words) >= 4
    for said in words:
        assert not any(amount in said for amount in PRIVATE), said
    page.locator("[data-copy]").first.click()
    expect(page.locator("[data-copy]").first).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == words[0]


def test_a_slider_flips_the_verdict_and_logs_nothing(opened: Open, served_home: Path) -> None:
    page = opened()
    decide_example(page, "Pinterest")
    trial = page.locator(".trial")
    expect(trial).to_contain_text("Counter")
    expect(page.locator("#flips-equity_total")).to_contain_text("accept from $435,000")
    before = logged(page)
    slide(page, "Equity grant", "End")
    expect(trial.locator("b")).to_have_text("Accept")
    page.get_by_role("link", name="Back to the offer").click()
    expect(trial.locator("b")).to_have_text("Counter")
    assert logged(page) == before


def test_what_takes_long_comes_when_it_is_seen(opened: Open) -> None:
    page = opened()
    decide_example(page, "Pinterest")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    smallest, firm, leads = (page.locator(one) for one in ("#smallest", "#firm", "#leads"))
    expect(smallest.get_by_role("link", name="Look for it")).to_be_attached()
    smallest.scroll_into_view_if_needed()
    expect(smallest).to_contain_text("make it accept", timeout=PATIENCE)
    expect(smallest).to_contain_text("nothing cheaper does")
    firm.scroll_into_view_if_needed()
    expect(firm.locator(".badge")).to_have_text("firm", timeout=PATIENCE)
    leads.scroll_into_view_if_needed()
    expect(leads).to_contain_text("could turn it", timeout=PATIENCE)
    parts = ("ask", "fragility", "questions")
    assert sorted(one for one in asked if one in parts) == sorted(parts)
    firm.get_by_role("link", name=re.compile("What was tried")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The verdict is firm")
    expect(page.locator("svg.doubt").first).to_be_visible()
    page.get_by_role("link", name="volatility_haircut").first.click()
    expect(page.locator("#proofs")).to_contain_text("has one value on every day")


def test_what_settles_it_only_together_is_told_beside_the_questions(opened: Open) -> None:
    page = opened()
    decide_example(page, "Tin Sparrow")
    leads = page.locator("#leads")
    leads.scroll_into_view_if_needed()
    expect(leads).to_contain_text("Only answers to several questions settle it", timeout=PATIENCE)
    leads.get_by_role("link", name="Every answer that was tried").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Only answers to several")
    page.get_by_role("link", name="Answer them").click()
    expect(page.locator("#questions")).to_be_in_viewport()


def logged(page: Page) -> int:
    return len(page.request.get("/api/decisions?limit=200").json()["decisions"])


def test_what_the_market_knows_is_filled_in_while_typing(opened: Open) -> None:
    page = opened()
    page.locator("#f-offer-company").press_sequentially("Pin")
    expect(page.locator("#known-company option").first).to_have_attribute("value", "Pinterest")
    page.locator("#f-offer-company").fill("Pinterest")
    page.locator("#f-offer-role_title").fill("ML/AI Engineer")
    expect(page.locator("#f-offer-role_family")).to_have_value("ml_ai_engineer")
    page.locator("#f-offer-region").fill("San Francisco")
    expect(page.locator("#f-offer-country")).to_have_value("US")
    expect(page.locator("#f-offer-state")).to_have_value("CA")
    expect(page.locator("#f-offer-currency")).to_have_value("USD")


def test_equity_is_valued_while_typing(opened: Open) -> None:
    page = opened()
    page.locator("#f-offer-currency").fill("USD")
    page.locator("#f-offer-base_salary").fill("200000")
    page.locator("#f-offer-equity_type").select_option("rsu")
    page.locator("#f-offer-liquidity_program").select_option("public_market")
    page.locator("#f-offer-equity_grant_value").fill("100000")
    expect(page.locator("#worth")).to_contain_text("$25,000")
    page.locator("#f-offer-equity_grant_value").fill("400,000")
    expect(page.locator("#worth")).to_contain_text("$100,000")


def test_mistakes_stand_next_to_their_fields_and_nothing_is_lost(opened: Open) -> None:
    page = opened()
    page.locator("#f-offer-company").fill("Meadowlark")
    page.locator("#f-offer-currency").fill("USD")
    page.locator("#f-offer-base_salary").fill("210K")
    page.locator("#f-offer-bonus_target_pct").fill("lots")
    page.locator("#f-candidate-min_base").fill("180000")
    page.get_by_role("button", name="Decide", exact=True).last.click()
    expect(page.locator("#faults")).to_contain_text("2 things have to be mended")
    base = page.locator("#f-offer-base_salary")
    expect(base).to_have_value("210K")
    expect(base).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-offer-base_salary-error")).to_contain_text("write 210000")
    expect(page.locator("#f-offer-bonus_target_pct")).to_have_value("lots")
    expect(page.locator("#f-offer-company")).to_have_value("Meadowlark")
    base.fill("210000")
    page.locator("#f-offer-bonus_target_pct").fill("")
    page.get_by_role("button", name="Decide", exact=True).last.click()
    page.wait_for_url(re.compile("/decisions/"))
    expect(page.locator("h1")).to_be_visible()


def test_a_pasted_offer_is_decided_or_told_by_line(opened: Open, offers: Path) -> None:
    page = opened()
    text = (offers / "harbour-lane.yaml").read_text("utf-8")
    page.get_by_label("Or its text, pasted").fill(text.replace("158000", "158K"))
    page.get_by_role("button", name="Decide this text").click()
    expect(page.locator("#faults")).to_contain_text(re.compile(r"line \d+, offer.base_salary"))
    kept = page.get_by_label("Or its text, pasted").input_value()
    assert "158K" in kept
    page.get_by_label("Or its text, pasted").fill(kept.replace("158K", "158000"))
    page.get_by_role("button", name="Decide this text").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Accept")


def test_a_file_is_decided(opened: Open, offers: Path) -> None:
    page = opened()
    page.get_by_label("YAML or JSON file").set_input_files(offers / "blue-kiln.yaml")
    page.get_by_role("button", name="Decide this text").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Walk away")


def test_other_offers_are_added_and_removed(opened: Open) -> None:
    page = opened()
    page.locator("#f-offer-company").fill("Meadowlark")
    page.get_by_role("button", name="Add another offer").click()
    page.locator("#f-candidate-competing_offers-0-company").fill("Thornfield")
    page.get_by_role("button", name="Add another offer").click()
    page.locator("#f-candidate-competing_offers-1-company").fill("Ashgrove")
    expect(page.locator("#f-candidate-competing_offers-0-company")).to_have_value("Thornfield")
    page.get_by_role("button", name="Remove it").first.click()
    expect(page.locator("#f-candidate-competing_offers-0-company")).to_have_count(0)
    expect(page.locator("#f-candidate-competing_offers-1-company")).to_have_value("Ashgrove")
    expect(page.locator("#f-offer-company")).to_have_value("Meadowlark")


def test_a_question_is_answered_in_place_and_decides_again(opened: Open) -> None:
    page = opened()
    first = decide_example(page, "Tin Sparrow")
    expect(page.get_by_role("heading", level=1)).to_have_text("Needs review")
    page.locator("#f-offer-preferred_price").fill("cheap")
    page.get_by_role("button", name="Decide again").click()
    expect(page.get_by_role("alert")).to_contain_text("offer.preferred_price")
    expect(page.locator("#f-offer-preferred_price")).to_have_value("cheap")
    page.locator("#f-offer-preferred_price").fill("4.2")
    page.locator("#f-offer-fmv_409a").fill("1.1")
    page.locator("#f-offer-fully_diluted_shares").fill("22000000")
    page.get_by_role("button", name="Decide again").click()
    page.wait_for_url(lambda url: first not in url)
    expect(page.get_by_text("Its equity cannot be valued yet")).to_have_count(0)


def test_reasons_open_down_to_the_numbers(opened: Open) -> None:
    page = opened()
    decide_example(page, "Pinterest")
    page.get_by_role("link", name="Why?").click()
    expect(page.locator(".notice")).to_contain_text("the same, byte for byte")
    gap = page.locator("summary", has_text="accept_floor_gap_base").first
    gap.click()
    expect(page.locator("#tree")).to_contain_text("tested_floor_base")
    page.get_by_role("button", name="Open all").click()
    expect(page.locator("#tree details:not([open])")).to_have_count(0)
    expect(page.locator("#tree")).to_contain_text("grade")
    page.get_by_role("link", name="Why not accept?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why not accept?")
    expect(page.locator("#tree")).to_contain_text("D10")


def test_a_decision_is_taken_away_as_json_and_markdown(opened: Open) -> None:
    page = opened()
    decide_example(page, "Pinterest")
    with page.expect_download() as told:
        page.get_by_role("link", name="JSON", exact=True).click()
    record = json.loads(Path(told.value.path()).read_text("utf-8"))
    assert record["ask"]["base"]["opening"] == 248_000
    with page.expect_download() as told:
        page.get_by_role("link", name="Markdown", exact=True).click()
    assert Path(told.value.path()).read_text("utf-8").startswith("# COUNTER")


def test_a_sheet_goes_from_upload_to_download(opened: Open, root: Path) -> None:
    page = opened("/batches")
    page.locator("#sheet").set_input_files(root / "examples" / "sheets" / "offers.csv")
    page.get_by_role("button", name="Score it").click()
    expect(page.locator(".outcome")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", level=1)).to_contain_text("of 8 offers")
    expect(page.locator("svg.stack")).to_be_visible()
    with page.expect_download() as told:
        page.get_by_role("link", name="Answers with reasons").click()
    with Path(told.value.path()).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8
    assert all(row["verdict"] and row["because"] for row in rows)
    with page.expect_download() as told:
        page.get_by_role("link", name="Rows that were refused").click()
    assert "code" in Path(told.value.path()).read_text("utf-8").splitlines()[0]


def test_a_second_sheet_brings_competing_offers(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "alone.csv").write_bytes(ALONE)
    (tmp_path / "rivals.csv").write_bytes(RIVALS)
    page = opened("/batches")
    page.get_by_label("Sheet of offers").set_input_files(tmp_path / "alone.csv")
    page.get_by_label("Competing offers").set_input_files(tmp_path / "rivals.csv")
    page.get_by_role("button", name="Score it").click()
    expect(page.locator(".outcome")).to_be_visible(timeout=60_000)
    expect(page.locator(".eyebrow")).to_contain_text("with the competing offers of rivals.csv")
    expect(page.locator(".outcome")).to_contain_text("[best competing company]")


def test_a_sheet_of_no_known_kind_is_told(opened: Open, tmp_path: Path) -> None:
    page = opened("/batches")
    (tmp_path / "offers.docx").write_bytes(b"no sheet")
    page.locator("#sheet").set_input_files(tmp_path / "offers.docx")
    page.get_by_role("button", name="Score it").click()
    expect(page.get_by_role("alert")).to_contain_text("sheet-kind-unknown")


def test_the_market_tells_its_sources_and_snapshots(opened: Open) -> None:
    page = opened("/market")
    expect(page.get_by_role("row", name=re.compile("Negotiation guides"))).to_contain_text("36")
    page.get_by_role("link", name=re.compile("^[0-9a-f]{12}$")).first.click()
    expect(page.locator("main")).to_contain_text("It is in force")
    expect(page.locator("main")).to_contain_text("guide")


def test_the_book_is_found_by_its_words(opened: Open) -> None:
    page = opened()
    decide_example(page, "Pinterest")
    page.get_by_role("link", name="Book").click()
    expect(page.locator("#rows .ref", has_text="D9")).to_contain_text("decided")
    page.get_by_label("Find in the book").fill("competing offer")
    expect(page.locator("#rows .ref:visible")).to_have_count(0)
    page.get_by_role("link", name="competing_offer", exact=True).click()
    expect(page.locator("main")).to_contain_text("has_showable_offer")
    expect(page.locator("#proofs")).to_contain_text("lever competing_offer can be reached")
    expect(page.locator("aside")).to_contain_text("used")


@pytest.mark.parametrize("path", ["/decisions/000000000000", "/book/nonsense", "/nowhere"])
def test_what_is_not_there_is_told_as_a_page(opened: Open, path: str) -> None:
    page = opened(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Offerdesk")).to_be_visible()
