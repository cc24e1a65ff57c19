"""Every page can be used: by keyboard and screen reader, in the dark, on a phone, on paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from offerdesk.desk import Desk
from tests.web.browser.conftest import Open

DESK, PHONE = (1280, 900), (390, 844)
LOOKS = [("light", DESK), ("dark", PHONE)]
ALL_LOOKS = [*LOOKS, ("dark", DESK), ("light", PHONE)]
MOST_BYTES = 300_000
PARTS = ("change", "why?not=accept", "try", "ask", "fragility", "questions")


@pytest.fixture(scope="session")
def decided(served_home: Path, root: Path) -> Mapping[str, str]:
    """Example -> id of its decision, in the home of the served desk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OFFERDESK_HOME", str(served_home))
        desk = Desk()
        return {
            path.stem: str(desk.decide(path).id)
            for path in sorted((root / "examples" / "offers").glob("*.yaml"))
        }


@pytest.fixture
def places(decided: Mapping[str, str]) -> list[str]:
    """Every kind of page."""
    pinterest = f"/decisions/{decided['pinterest']}"
    return [
        "/examples/pinterest",
        pinterest,
        f"/decisions/{decided['tin-sparrow']}",
        f"{pinterest}/why",
        f"{pinterest}/ask",
        f"{pinterest}/fragility",
        f"/decisions/{decided['tin-sparrow']}/questions",
        "/batches",
        "/market",
        "/book",
        "/book/competing_offer",
    ]


@pytest.fixture
def all_places(places: list[str], decided: Mapping[str, str]) -> list[str]:
    """Every page there is, and every verdict."""
    decisions = [f"/decisions/{id}" for id in decided.values()]
    more = ["/", "/login", "/market/quarantine", "/book/D9", "/book/material_gap", "/nowhere"]
    also = [f"{one}/{part}" for one in decisions for part in PARTS]
    also += [f"{decisions[0]}/changed/{decided['pinterest']}"]
    return [*places, *decisions, *more, *also]


def check(page: Page, places: list[str]) -> list[str]:
    """What is amiss with the looks of pages."""
    amiss = []
    for place in places:
        page.goto(place)
        page.wait_for_load_state("networkidle")
        for part in page.locator("[hx-trigger^=intersect]").all()[::-1]:
            part.scroll_into_view_if_needed()
            page.wait_for_load_state("networkidle")
        expect(page.locator("[hx-trigger^=intersect]")).to_have_count(0, timeout=60_000)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        amiss += [f"{place} is {wide} px too wide"] if wide > 0 else []
        found: Any = Axe().run(page).response
        amiss += [
            f"{place}: {one['impact']} {one['id']}: {one['nodes'][0]['html'][:120]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical", "moderate")
        ]
    return amiss


@pytest.mark.parametrize(("scheme", "size"), LOOKS)
def test_axe_finds_nothing_and_nothing_is_too_wide(
    opened: Open, places: list[str], scheme: str, size: tuple[int, int]
) -> None:
    look = {"width": size[0], "height": size[1]}
    assert check(opened(color_scheme=scheme, viewport=look), places) == []


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "size"), ALL_LOOKS)
def test_nor_on_any_other_page(
    opened: Open, all_places: list[str], scheme: str, size: tuple[int, int]
) -> None:
    look = {"width": size[0], "height": size[1]}
    assert check(opened(color_scheme=scheme, viewport=look), all_places) == []


def test_axe_finds_nothing_where_something_is_wrong(opened: Open) -> None:
    page = opened()
    page.locator("#f-offer-base_salary").fill("210K")
    page.get_by_role("button", name="Decide", exact=True).last.click()
    expect(page.locator("#faults")).to_be_visible()
    found: Any = Axe().run(page).response
    assert [one["id"] for one in found["violations"]] == []


@pytest.mark.parametrize("place", ["/examples/pinterest", "/book", "/market"])
def test_a_page_with_all_it_needs_is_light(opened: Open, place: str) -> None:
    page = opened("/nowhere")
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.goto(place)
    page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) < MOST_BYTES


def test_the_first_tab_leads_past_the_head(opened: Open) -> None:
    page = opened()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_a_term_is_explained_on_focus_and_escape_sends_it_away(
    opened: Open, decided: Mapping[str, str]
) -> None:
    page = opened(f"/decisions/{decided['pinterest']}")
    term = page.locator(".numbers .term", has_text="sign at")
    tip = term.locator("[role=tooltip]")
    expect(tip).to_be_hidden()
    term.locator("button").focus()
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("never said aloud")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_a_term_can_be_tapped_on_a_phone(opened: Open, decided: Mapping[str, str]) -> None:
    page = opened(
        f"/decisions/{decided['pinterest']}",
        viewport={"width": 390, "height": 844},
        has_touch=True,
    )
    page.locator(".numbers .term button", has_text="settle at").tap()
    tip = page.locator(".numbers [role=tooltip]:visible")
    expect(tip).to_contain_text("aim at")
    box = tip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_the_form_is_sent_by_enter_and_never_adds_an_entry(opened: Open) -> None:
    page = opened()
    page.locator("#f-offer-company").fill("Meadowlark")
    page.locator("#f-offer-company").press("Enter")
    page.wait_for_url(re.compile("/decisions/"))


def test_without_scripts_everything_still_works(opened: Open) -> None:
    page = opened(java_script_enabled=False)
    page.locator("#f-offer-company").fill("Meadowlark")
    page.get_by_role("button", name="Add another offer").click()
    expect(page.locator("#f-candidate-competing_offers-0-company")).to_be_visible()
    page.locator("#f-offer-currency").fill("USD")
    page.locator("#f-offer-base_salary").fill("205000")
    page.locator("#f-candidate-min_base").fill("180000")
    page.get_by_role("button", name="Decide", exact=True).last.click()
    expect(page.locator("h1.verdict")).to_be_visible()
    page.get_by_role("link", name="Move the amounts").click()
    expect(page.locator(".trial")).to_be_visible()
    page.get_by_role("button", name="Try these").click()
    expect(page.locator(".trial")).to_be_visible()
    page.get_by_role("link", name="Try what is in doubt").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("firm")
    page.locator(".eyebrow a").click()
    page.get_by_role("link", name="Look for it").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("For your eyes only")


def test_a_decision_is_a_report_on_paper(opened: Open, decided: Mapping[str, str]) -> None:
    page = opened(f"/decisions/{decided['pinterest']}")
    page.wait_for_selector(".trial")
    assert len(page.pdf()) > 20_000
    page.emulate_media(media="print", color_scheme="light")
    expect(page.locator(".masthead")).to_be_hidden()
    expect(page.locator("button[data-print]")).to_be_hidden()
    expect(page.locator(".standing.wide").first).to_be_visible()
    expect(page.get_by_role("heading", name="Words to say")).to_be_visible()


def test_nothing_moves_for_who_wants_it_still(opened: Open, decided: Mapping[str, str]) -> None:
    page = opened(f"/decisions/{decided['pinterest']}", reduced_motion="reduce")
    page.wait_for_selector(".trial")
    page.get_by_label("Equity grant", exact=True).press("End")
    assert page.evaluate("document.getAnimations().length") == 0


def test_a_decision_keeps_what_is_private_out_of_its_address_and_title(
    opened: Open, decided: Mapping[str, str]
) -> None:
    page = opened(f"/decisions/{decided['pinterest']}")
    page.wait_for_selector(".trial")
    page.get_by_label("Equity grant", exact=True).press("End")
    expect(page.locator(".trial b")).to_have_text("Accept")
    assert not re.search(r"\d{4}", page.title())
    assert re.search(r"/decisions/[0-9a-f]{12}$", page.url)
