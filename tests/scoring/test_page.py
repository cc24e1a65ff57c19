"""The page of a scored sheet: its numbers add up, and nothing of a sheet becomes markup."""

from __future__ import annotations

import re
import shlex
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bench.offers import varied
from offerdesk.meanings import Meanings
from offerdesk.samples import examples
from offerdesk.scored import unfired
from offerdesk.scored_page import STYLE, as_html
from pipelines.scoring.ledger import Ledger
from pipelines.scoring.run import Asked, Outcome, score_sheet
from pipelines.scoring.tally import Tally
from pipelines.scoring.workers import Processes
from rules.source import read_document
from tests.offers import DAY, PLAIN, book
from tests.offers import varied as changed
from tests.scoring.sheet import Raw, sheet_of
from warehouse.ledger import ask

VOID = {"meta", "br"}
SHEET = "<b>offers & co.csv"
BAD_NAME = "<script>alert(1)</script> & 'co'"


@dataclass
class Node:
    """An element and what is in it."""

    tag: str
    attributes: dict[str, str]
    inside: list[Node | str] = field(default_factory=list)

    def all(self, tag: str) -> list[Node]:
        return [one for one in self.walk() if one.tag == tag]

    def walk(self) -> Iterator[Node]:
        yield self
        for one in self.inside:
            if isinstance(one, Node):
                yield from one.walk()

    def of_class(self, name: str) -> list[Node]:
        return [n for n in self.walk() if name in n.attributes.get("class", "").split()]

    @property
    def text(self) -> str:
        return "".join(one if isinstance(one, str) else one.text for one in self.inside)


class Tree(HTMLParser):
    """Reads a page, and fails where an element is closed that is not open."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]
        self.feed(page)
        self.close()
        assert self.open == [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), tag
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def number(text: str) -> int:
    return int(text.replace(",", ""))


def table(page: Node, caption: str) -> dict[tuple[str, ...], int]:
    """Codes of a line -> its count, from a table and the folded rest of it."""
    found = {}
    for one in page.all("table"):
        if one.all("caption")[0].text.removesuffix(": the rest") == caption:
            for row in one.all("tr"):
                if row.of_class("codes"):
                    codes = tuple(code.text for code in row.all("code"))
                    assert codes not in found
                    found[codes] = number(row.all("b")[-1].text)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("page")
    wrong: tuple[dict[str, Any], ...] = (
        {"offer.base_salary": -1},
        {"offer.base_salary": BAD_NAME},
        {"offer.start_date": "soon"},
    )
    raws: list[Raw] = [
        one
        for path in sorted((examples() / "offers").glob("*.yaml"))
        for one in varied(read_document(path).value, 12, throughout=True)
    ]
    raws += [changed(one, PLAIN) for one in wrong]
    sheet_of(raws, as_text=True).with_columns(
        pl.lit("x").alias(BAD_NAME), pl.lit("40").alias("age")
    ).write_csv(place / SHEET)
    return place


def scored(folder: Path, target: str, **asked: Any) -> Outcome:
    wanted = Asked(folder / SHEET, folder / target, today=DAY, **asked)
    return score_sheet(wanted, Processes(1), lambda *_: None)


@pytest.fixture(scope="module")
def outcome(folder: Path) -> Outcome:
    return scored(folder, "answers'; $(x) .csv", has_reasons=True)


@pytest.fixture(scope="module")
def html(outcome: Outcome) -> str:
    return as_html(outcome)


@pytest.fixture(scope="module")
def page(html: str) -> Node:
    return Tree(html).root


def test_rows_read_are_judged_or_refused(page: Node, outcome: Outcome) -> None:
    told = [number(one.all("b")[0].text) for one in page.of_class("part")]
    tally = outcome.tally
    assert told == [tally.read, tally.judged, tally.refused]
    assert told[0] == told[1] + told[2]
    assert tally.refused == 3


def test_verdicts_add_up(page: Node, outcome: Outcome) -> None:
    legend = [number(one.all("b")[0].text) for one in page.of_class("legend")[0].all("li")]
    by_rule = table(page, "Verdicts by rule")
    assert sum(legend) == sum(by_rule.values()) == outcome.tally.judged
    widths = [one.attributes["width"] for one in page.of_class("stack")[0].all("rect")]
    assert len(widths) == sum(1 for one in legend if one)
    assert sum(float(one.rstrip("%")) for one in widths) == pytest.approx(100, abs=0.01)


def test_what_a_rule_said_adds_up_to_what_it_decided(page: Node, outcome: Outcome) -> None:
    for (rule,), count in table(page, "Verdicts by rule").items():
        assert count == sum(n for name, n in outcome.tally.said.items() if name.split()[0] == rule)
    told = [number(i.all("b")[0].text) for said in page.of_class("said") for i in said.all("li")]
    assert sum(told) == outcome.tally.judged


def test_every_count_is_on_the_page(page: Node, outcome: Outcome) -> None:
    tally = outcome.tally
    held = {name: count for name, count in tally.blockers.items() if count}
    assert held
    shown = table(page, "What alone keeps offers from being accepted")
    assert {": ".join(codes): count for codes, count in shown.items()} == held
    asked = table(page, "What is asked of offers that need review")
    assert {code: n for (code,), n in asked.items()} == {
        q: n for q, n in tally.questions.items() if n
    }
    refused = table(page, "Why rows were refused")
    assert {code: n for (code,), n in refused.items()} == tally.reasons


def test_rules_that_never_held_are_folded(page: Node, outcome: Outcome) -> None:
    never = unfired(outcome)
    folded = [one for one in page.all("details") if one.all("dl")]
    names = [code.text for one in folded for code in one.all("code")]
    assert sorted(names) == sorted(one.rpartition(" ")[2] for one in never)
    assert "row D1" in never
    assert "row D9" not in never


def test_a_refused_row_says_what_to_do(page: Node) -> None:
    more = [one.text for one in page.of_class("more") if "For example" in one.text]
    assert len(more) == 3
    assert all("Next: " in one for one in more)
    assert any("found -1." in one for one in more)
    assert any(BAD_NAME in one for one in more)


def test_nothing_of_a_sheet_is_markup(page: Node, html: str) -> None:
    assert not page.all("script")
    assert "<b>offers" not in html
    assert page.all("title")[0].text == f"{SHEET}, scored"
    names = [one.text for lists in page.of_class("names") for one in lists.all("li")]
    assert names == [BAD_NAME, "age"]


def test_what_cannot_be_seen_is_shown(outcome: Outcome) -> None:
    columns = replace(outcome.columns, carried=["pay\u202egnp\x00\ud800"])
    found = as_html(replace(outcome, columns=columns))
    assert "pay?gnp??" in found
    assert found.encode("utf-8")


def test_it_asks_nobody_for_anything(page: Node, html: str) -> None:
    assert not re.search(r"https?:|//|@import|javascript:", html)
    assert set(re.findall(r"url\(([^)]*)\)", html)) == {"#hatch"}
    for one in page.walk():
        assert not {"src", "style", "srcset", "action"} & set(one.attributes)
        assert not any(name.startswith("on") for name in one.attributes)
        assert one.tag not in ("link", "iframe", "img", "object", "script", "base")
        if one.tag == "a":
            assert re.fullmatch(r"\./[\w.%-]+", one.attributes["href"])


def test_the_policy_lets_in_its_own_style_alone(page: Node) -> None:
    (policy,) = [
        one.attributes["content"]
        for one in page.all("meta")
        if one.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    (style,) = page.all("style")
    known = b64encode(sha256(style.text.encode()).digest()).decode()
    assert policy.split("; ")[:2] == ["default-src 'none'", f"style-src 'sha256-{known}'"]


def test_it_can_be_heard(page: Node) -> None:
    levels = [int(one.tag[1]) for one in page.walk() if re.fullmatch(r"h[1-6]", one.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.all("html")[0].attributes["lang"] == "en"
    for one in page.all("table"):
        assert one.all("caption")[0].text
        assert all(head.attributes["scope"] in ("col", "row") for head in one.all("th"))
    for one in page.all("svg"):
        assert one.attributes.get("aria-hidden") == "true" or one.attributes["role"] == "img"
    (chart,) = [one for one in page.all("svg") if one.attributes.get("role") == "img"]
    named = {one.attributes.get("id") for one in chart.walk()} - {None}
    assert set(chart.attributes["aria-labelledby"].split()) == named


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_it_can_be_seen(mode: str) -> None:
    blocks = re.findall(r":root \{(.*?)\}", STYLE.read_text("utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#\w+)", blocks[("light", "dark").index(mode)]))
    for name in ("ink", "soft", "link"):
        for ground in ("paper", "code"):
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
    for name in ("accept", "counter", "walk-away", "needs-review", "refused"):
        assert contrast(colours[name], colours["paper"]) >= 3, name


def contrast(one: str, other: str) -> float:
    """How much two colours differ, as WCAG counts it: 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_ledger_can_be_asked_as_it_says(page: Node, outcome: Outcome) -> None:
    commands = [shlex.split(one.text) for one in page.of_class("asking")[0].all("code")]
    assert len(commands) == 3
    for program, command, ledger, query in commands:
        assert (program, command, Path(ledger)) == ("offerdesk", "ledger", outcome.ledger)
        names, rows = ask(Path(ledger), query)
        assert names
        assert rows or "below_reservation" in query
    first = outcome.tally.blockers.most_common(1)[0][1]
    assert ask(Path(commands[0][2]), commands[0][3])[1][0][-1] == first


def test_it_says_what_the_verdicts_rest_on(page: Node, outcome: Outcome) -> None:
    assert book().hash in page.text
    assert f"{DAY.day} {DAY:%B %Y}" in page.text
    assert "none: only what the sheet itself states" in page.text
    told = as_html(replace(outcome, asked=replace(outcome.asked, snapshot_id="20260301-abc")))
    assert "20260301-abc" in told


def test_without_a_ledger(folder: Path) -> None:
    found = scored(folder, "bare.csv", has_ledger=False, has_reasons=False)
    page = Tree(as_html(found)).root
    assert found.ledger is None
    assert "No ledger was kept" in page.text
    assert not page.of_class("asking")
    assert sum(table(page, "Verdicts by rule").values()) == found.tally.judged
    assert "What it may say" in page.text


def test_nothing_that_could_be_judged(tmp_path: Path) -> None:
    raws = [changed({"offer.base_salary": -1}, PLAIN)]
    sheet_of(raws, as_text=True).write_csv(tmp_path / SHEET)
    found = scored(tmp_path, "out.csv")
    page = Tree(as_html(found)).root
    assert page.all("h1")[0].text == "No offer could be judged"
    assert [number(n.all("b")[0].text) for n in page.of_class("part")] == [1, 0, 1]
    assert len(page.all("table")) == 1
    empty = Tree(as_html(replace(found, tally=Tally()))).root
    assert [number(n.all("b")[0].text) for n in empty.of_class("part")] == [0, 0, 0]


def test_every_name_of_the_book_has_words() -> None:
    meanings = Meanings(book())
    ledger = Ledger(book())
    for one in ledger.blockers():
        assert re.fullmatch(
            r"[A-Z].+[.?!…]", meanings.condition(one.condition.rule, one.condition.text)
        )
    for row in book().rows:
        assert all(meanings.row(row.name))
    for question in book().questions:
        assert "{" not in meanings.question(question.name)
    for lever in book().levers:
        assert meanings.lever(lever.name)
    for layer in (*book().layers, *book().closing):
        assert all(meanings.named(signal.name) for signal in layer.signals)


def test_what_counts_when_it_is_not_so() -> None:
    meanings = Meanings(book())
    assert meanings.condition("D5", "reservation_gap_closable").startswith(
        "Not so: what is lacking"
    )
    assert meanings.condition("D7", "below_reservation IS NULL").startswith("Not known: no deal")
    assert meanings.condition("D9", "below_reservation") == "No deal would be better than this one."


def test_tallies_keep_what_is_nothing() -> None:
    total = Tally()
    total.fired.update({"row D1": 0})
    more = Tally(read=2)
    more.fired.update({"row D1": 0, "row D9": 2})
    total.add(more)
    assert (total.read, dict(total.fired)) == (2, {"row D1": 0, "row D9": 2})
