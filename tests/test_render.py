"""What a person reads: complete, in its width, and private where it must be."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from offerdesk.bars import Bar, drawn
from offerdesk.decision import Decision
from offerdesk.desk import Desk
from offerdesk.samples import sample_market
from offerdesk.screen import screen

NAMES = ("pinterest", "harbour-lane", "blue-kiln", "tin-sparrow", "fenwick-rowe")


@pytest.fixture(scope="module")
def decisions(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Decision]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OFFERDESK_HOME", str(tmp_path_factory.mktemp("render") / "home"))
        sample_market()
        desk, folder = Desk(), root / "examples" / "offers"
        return {name: desk.decide(folder / f"{name}.yaml", log=False) for name in NAMES}


def parts(text: str) -> dict[str, str]:
    """The text of each part, by its title."""
    found = re.split(r"^([A-Z ]+) [─═-]+$", text, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True)) | {"head": found[0]}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_the_page(
    name: str, width: int, decisions: dict[str, Decision]
) -> None:
    lines = decisions[name].to_text(width=width).splitlines()
    assert max(map(len, lines)) <= width
    assert not any(line.endswith(" ") for line in lines)


@pytest.mark.parametrize("name", NAMES)
def test_without_unicode_the_frame_is_plain(name: str, decisions: dict[str, Decision]) -> None:
    plain = decisions[name].to_text(unicode=False)
    drawn_letters = {letter for letter in plain if ord(letter) > 127}
    assert drawn_letters <= set("£–")  # noqa: RUF001 - the words of the decision, spelt later


@pytest.mark.parametrize("name", NAMES)
def test_colour_is_asked_for_and_changes_nothing_else(
    name: str, decisions: dict[str, Decision]
) -> None:
    plain, coloured = decisions[name].to_text(), decisions[name].to_text(colour=True)
    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in bare.splitlines()] == plain.splitlines()


def test_the_whole_page_of_the_worked_example(decisions: dict[str, Decision]) -> None:
    found = parts(decisions["pinterest"].to_text())
    assert list(found) == ["FOR YOUR EYES ONLY", "WORDS TO SAY", "WHERE THIS COMES FROM", "head"]
    assert found["head"].startswith(
        "COUNTER\nPinterest, ML/AI Engineer, as of 2 March 2026, row D9"
    )
    private = found["FOR YOUR EYES ONLY"]
    for line in (
        "  base salary  $210,000   195K ━━━━━━━━━━━●━━━━━━━▲━━━━━━━━━━━━━━◆━━━━━▶ 248K",
        "  base salary   $210,000  $248,000   $240,000  $220,000",
        "  ● offer   ▲ sign at   ◆ settle at   ▶ say   ━━ band",
    ):
        assert line in private.splitlines()
    assert len(re.findall(r"^  \d\. ", found["WORDS TO SAY"], re.MULTILINE)) == 4
    origin = found["WHERE THIS COMES FROM"]
    assert "guide:pinterest/ml-ai-engineer, San Francisco" in origin
    assert "as of 2026-01 (company+role+level+region)" in " ".join(origin.split())
    assert "US-CA since 2026-01-01: Repayment of a sign-on is limited" in origin
    record = decisions["pinterest"].record
    for pin in (record["book"][:12], record["facts_hash"][:12], record["snapshot"], "not logged"):
        assert pin in origin


@pytest.mark.parametrize("name", NAMES)
def test_words_to_say_hold_nothing_private(name: str, decisions: dict[str, Decision]) -> None:
    record = decisions[name].record
    text = decisions[name].to_text(width=100)
    words = " ".join(parts(text).get("WORDS TO SAY", "").split())
    floors = {f"{ask['floor']:,.0f}" for ask in record["ask"].values()}
    spoken = {f"{ask['opening']:,.0f}" for ask in record["ask"].values()}
    figures = record["derived"]
    # What the market says is public, even where it happens to be the floor or the minimum.
    public = (figures["base_p50"], *figures["base_band"], *figures["equity_band"])
    spoken |= {f"{amount:,.0f}" for amount in public if amount}
    given = {fact: decisions[name].facts.get(fact) for fact in ("min_base", "min_tc")}
    private = {
        f"{amount:,.0f}" for amount in (*given.values(), figures["reservation_tc"]) if amount
    }
    for amount in (floors | private) - spoken:
        assert not re.search(rf"(?<![\d,]){amount}(?![\d,])", words)
    for lever in record["levers"]:
        assert " ".join(lever["script"].split()) in words


def test_a_review_says_what_settles_it(decisions: dict[str, Decision]) -> None:
    text = " ".join(decisions["tin-sparrow"].to_text().split())
    assert text.startswith("NEEDS REVIEW (provisional: COUNTER)")
    assert "is provisional" in text
    assert "These answers settle it: 1." in text
    assert "How many shares are there, fully diluted?" in text


@pytest.mark.parametrize("name", NAMES)
def test_markdown_is_tables_and_lists_without_html(
    name: str, decisions: dict[str, Decision]
) -> None:
    text = decisions[name].to_markdown()
    assert text.startswith("# ")
    assert not re.search(r"(?<!\\)<", text)
    tables = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    for table in tables:
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(cells) == 1
    titles = re.findall(r"^## (.*)", text, re.MULTILINE)
    assert titles[0] == "For your eyes only"
    assert ("Words to say" in titles) is bool(decisions[name].record["levers"])


def test_markdown_escapes_what_would_be_markup(decisions: dict[str, Decision]) -> None:
    given = decisions["pinterest"]
    named: dict[str, Any] = {**given.record, "company": "A|B *c* <i>_d_\n# e"}
    text = Decision(named, given.facts).to_markdown()
    assert r"A\|B \*c\* \<i\>\_d\_ \# e, ML/AI Engineer" in text


def test_a_bar_with_all_amounts_alike_draws() -> None:
    bar = Bar("base", None, (100.0, 100.0), 100.0)
    assert not bar.compares
    assert len(list(drawn(bar, 10, unicode=True))) == 10


def test_a_bar_without_a_band_draws_outside_only() -> None:
    bar = Bar("base", None, (None, None), 100.0, target=200.0)
    assert "".join(sign for _, sign in drawn(bar, 5, unicode=False)) == "O...T"


@pytest.mark.parametrize(("columns", "width"), [("60", 60), ("300", 100), ("10", 40)])
def test_the_width_follows_the_terminal(
    columns: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert screen()["width"] == width


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colour_can_be_refused(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert screen()["colour"]
    monkeypatch.setenv(variable, value)
    assert not screen()["colour"]
