"""Running text: targets, floors, competing offers, levers, level maps, premium, sign-on."""

from __future__ import annotations

import pytest

from pipelines.guides import read_guide_text
from pipelines.guides.competing import read_offers
from pipelines.guides.document import read_document
from pipelines.guides.levels import parse_mapping
from pipelines.guides.levers import read_levers
from pipelines.guides.premium import read_premium
from pipelines.guides.strategy import read_strategy

ACCEPT = [
    ("Accept at $220K+ base and $310K+ RSUs.", {"base": 220_000, "equity": 310_000}),
    ("Your accept-at floor should be €98,000 base / €58,000 RSU (Rome) or $155,000 / $85,000 (SF).",
     {"base": 98_000, "equity": 58_000}),
    ("Accept-at floor: $290,000 total comp.", {"total": 290_000}),
    ("Accept if total first-year comp exceeds $310K.", {"total": 310_000}),
    ("Accept if RSUs exceed $170K/4yr with a sign-on bonus of $15K+.",
     {"equity": 170_000, "signon": 15_000}),
    ("Accept no lower than R$430,000 base + R$280,000 RSU/yr.",
     {"base": 430_000, "equity": 280_000}),
    ("Your walk-away floor should be $225K TC (New York) or £180K / $225K (London).",
     {"total": 225_000}),
    ("My floor is $230K in total comp.", {"total": 230_000}),
    ("Accept at $152K+ equity with base above $185K.", {"base": 185_000, "equity": 152_000}),
    ("Accept at $182K+ base and 15%+ more options than standard.",
     {"base": 182_000, "equity_uplift_pct": 15}),
    ("Accept-at floor: $180,000 total comp ($130,000 base + $30,000 RSU + $20,000 bonus).",
     {"base": 130_000, "equity": 30_000, "bonus": 20_000, "total": 180_000}),
    ("Accept if Year 1 TC (base + signing bonus + 5% RSU vest) exceeds $240K.", {"total": 240_000}),
    ("Do not accept less than $128K base.", {"base": 128_000}),
    ("Never go below $128K base.", {"base": 128_000}),
    ("Settle for no less than $128K base / $60K RSUs.", {"base": 128_000, "equity": 60_000}),
    ("Minimum acceptable: $128K base and $60K RSUs.", {"base": 128_000, "equity": 60_000}),
    ("Your bottom line is $128K base.", {"base": 128_000}),
    ("Floor base: $130K. Floor equity: $70K.", {"base": 130_000, "equity": 70_000}),
    ("Accept if base \u2265 $130K and RSUs \u2265 $70K.", {"base": 130_000, "equity": 70_000}),
    ("Accept at 130K EUR base.", {"base": 130_000}),
    ("Accept no lower than £85,000 base but push for £75,000 in options.", {"base": 85_000}),
    ("This leaves the recruiter room to settle at $380K total comp.", {}),
    ("Never accept below the band: if Acme offers $635K TC, ask again.", {}),
    ("Below $[floor], I would have to reconsider.", {}),
    ("The buyback is a liquidity floor of $1B.", {}),
    ("Walk away below $200K base.", {}),
]  # fmt: skip
TARGET = [
    ("I'm targeting $240K base and $350K RSUs over 4 years.", {"base": 240_000, "equity": 350_000}),
    ("I'd like the base at $155K with RSUs at $90K/4yr and a 10% bonus.",
     {"base": 155_000, "equity": 90_000, "bonus_pct": 10}),
    ("Open at $185,000 base with 800 RSUs ($280,000 at about $350).",
     {"base": 185_000, "equity": 280_000, "equity_shares": 800}),
    ("Open at $165,000 base with 1,100+ XY RSUs.", {"base": 165_000, "equity_shares": 1100}),
    ("Target $250K-$255K base with $90K-$100K/yr in RSUs.",
     {"base": 250_000, "base_high": 255_000, "equity": 90_000, "equity_period": "yr"}),
    ("Open at £135,000 base / £120,000 RSU (London) or $260,000 / $220,000 RSU (Boston).",
     {"base": 135_000, "equity": 120_000, "currency": "GBP"}),
    ("Open at $160,000 base (Atlanta) / $185,000 (NYC) with $100,000-$130,000 RSUs.",
     {"base": 160_000, "equity": 100_000}),
    ("Anchor at £198K / $254K total compensation for London.",
     {"total": 198_000, "currency": "GBP"}),
    ("To make it work: $[178-190]K base, $[105-120]K RSUs, and a $[20-30]K signing bonus.",
     {"base": 178_000, "base_high": 190_000, "equity": 105_000, "signon_high": 30_000}),
    ("To accept, I need RSUs at SGD [Y+30K] and a SGD 20K sign-on.", {"signon": 20_000}),
    ("I need $195K base with a $30K signing bonus.", {"base": 195_000, "signon": 30_000}),
    ("Push for a $145,000 base (up from an initial offer of $130,000) and a $50,000 RSU grant.",
     {"base": 145_000, "equity": 50_000}),
    ("My base salary ask is $160K-$170K, with annual equity of $45K-$50K.",
     {"base": 160_000, "equity": 45_000, "equity_period": "yr"}),
    ("I'm targeting 140K USD base and 85K USD RSUs.", {"base": 140_000, "equity": 85_000}),
    ("I'm targeting $450K over 4 years.", {"equity": 450_000}),
    ("Push hard on RSU/4yr: target $150,000-$180,000 in this market.",
     {"equity": 150_000, "equity_high": 180_000}),
    ("Request $20K-$30K more in RSUs (targeting $80K-$100K total grant).",
     {"equity": 80_000, "equity_high": 100_000}),
    ("Open your counter at $195,000 base (Dallas).", {"base": 195_000}),
    ("Minimum acceptable: $128K base. Target: $140K base.", {"base": 140_000}),
    ("Open with a $15,000-$20,000 base increase.", {}),
    ("Acme will counter at $180K base.", {}),
    ("If the initial offer is $145K base, counter at $160K base.", {}),
    ("I need RSUs at $[Y+40K], bringing TC to $[target].", {}),
]  # fmt: skip
OFFERS = [
    ("I have competing offers from Acme at $380K TC and Bolt at $345K TC.",
     [("Acme", 380_000), ("Bolt", 345_000)]),
    ("I have competing offers from Acme at $235K TC / Bolt at $248K TC.",
     [("Acme", 235_000), ("Bolt", 248_000)]),
    ("I have competing offers from [Acme DE at $262K TC / Two Sigma Staff SWE at $278K TC].",
     [("Acme", 262_000), ("Two Sigma", 278_000)]),
    ("I have a competing offer from [Acme/Bolt] at $[290K] total comp.",
     [("Acme", 290_000), ("Bolt", 290_000)]),
    ("I have a competing offer at $218K total comp from [Acme/Bolt].",
     [("Acme", 218_000), ("Bolt", 218_000)]),
    ("I have an Acme offer at $430K total comp and a Bolt offer at $420K.",
     [("Acme", 430_000), ("Bolt", 420_000)]),
    ("Cite your competing Acme offer at $310K TC.", [("Acme", 310_000)]),
    ("Present competing offers from Acme ($650K-$750K TC) and Bolt ($575K TC).",
     [("Acme", 650_000), ("Bolt", 575_000)]),
    ("Reference competing offers from Acme, Bolt, or Cask at $350,000-$420,000 total comp.",
     [("Acme", 350_000), ("Bolt", 350_000), ("Cask", 350_000)]),
    ("I'm holding an Acme PM offer at $215K / $260K RSU.", [("Acme", None)]),
    ("My tech alternatives offer $280K-$330K TC.", [("tech alternatives", 280_000)]),
    ("I have an offer from [Company] at $240K total comp.", [("[Company]", 240_000)]),
    ("I have competing offers from [Acme/Bolt] that exceed $300K TC.",
     [("Acme", 300_000), ("Bolt", 300_000)]),
    ("My competing offers from [AI lab] put total comp at $440K.", [("AI lab", 440_000)]),
    ("I have competing offers: Acme — $200K TC; Bolt — $195K TC.",
     [("Acme", 200_000), ("Bolt", 195_000)]),
    ("I have a $200K TC offer from Acme and a $195K one from Bolt.",
     [("Acme", 200_000), ("Bolt", 195_000)]),
    ("Acme has offered me $200K TC.", [("Acme", 200_000)]),
    ("I have offers from [Square at $305K TC / Cloudflare at $225K TC / Acme Paris at $90K TC].",
     [("Square", 305_000), ("Cloudflare", 225_000), ("Acme Paris", 90_000)]),
    ("I have offers from Acme L6 Networking at $605K TC and Bolt VP Tech at $290K TC.",
     [("Acme", 605_000), ("Bolt", 290_000)]),
    ("Cite competing offers: Staff Engineer at Acme ($800K TC).", [("Acme", 800_000)]),
    ("I have an [Acme/Bolt] offer at $[X].", []),
    ("I have competing offers from Acme and Bolt.", []),
    ("Counter any offer below $310K by naming your own.", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ACCEPT)
def test_floors(text: str, expected: dict[str, object]) -> None:
    found = read_strategy(text).accept
    pay = ("base", "equity", "signon", "bonus", "total", "equity_uplift_pct")
    assert {name: found[name] for name in pay if name in found} == expected


@pytest.mark.parametrize(("text", "expected"), TARGET)
def test_targets(text: str, expected: dict[str, object]) -> None:
    found = read_strategy(text).target
    assert {name: found.get(name) for name in expected} == expected
    pay = ("base", "equity", "signon", "bonus", "total")
    assert [n for n in pay if n in found] == [
        n for n in pay if n in expected or f"{n}_high" in expected
    ]


@pytest.mark.parametrize(("text", "expected"), OFFERS)
def test_competing_offers(text: str, expected: list[tuple[str, float | None]]) -> None:
    assert [(offer.company, offer.total) for offer in read_offers(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I need $193K base. My floor is $175K.", {"base": 175_000}),
        ("My target is $248K total comp, structured as $165K base. I'd accept $232K as my floor.",
         {"total": 232_000}),
        ("I'd like $300K in RSUs. Acme will counter at $250K RSUs - accept at $265K+.",
         {"equity": 265_000}),
    ],
)  # fmt: skip
def test_a_bare_floor_belongs_to_the_nearest_target(text: str, expected: dict[str, int]) -> None:
    found = read_strategy(text).accept
    assert {k: found[k] for k in ("base", "equity", "total") if k in found} == expected


def test_only_the_first_region_fills_the_main_fields() -> None:
    strategy = read_strategy(
        "In New York, start at $290,000 base. Accept no lower than $235,000 base. "
        "In Boston, start at $250,000 base + $90,000 RSU, accept no lower than $200,000 base."
    )
    assert (strategy.target["base"], strategy.accept["base"]) == (290_000, 235_000)
    assert "equity" not in strategy.target
    (boston,) = strategy.elsewhere
    assert (boston.region, boston.target["base"], boston.accept["base"]) == (
        "Boston",
        250_000,
        200_000,
    )


LEVERS = [
    '**Global Levers**\n\n1. **One:** "a"\n2. **Two:** "b"\n3. **Three:** "c"\n',
    '**Lever 1 — One:** "a"\n\n**Lever 2 — Two:** "b"\n\n**Lever 3 — Three:** "c"\n',
    '**Lever 1: One**\n> "a"\n\n**Lever 2: Two**\n> "b"\n\n**Lever 3: Three**\n> "c"\n',
    "#### Global Lever 1: One\n\na\n\n#### Lever 2: Two\n\nb\n\n#### Lever 3: Three\n\nc\n",
    '#### Lever 1: One — "a"\n#### Lever 2: Two — "b"\n#### Lever 3: Three — "c"\n',
    '#### Global Levers\n\n**1. One**\n"a"\n\n**2. Two**\n"b"\n\n**3. Three**\n"c"\n',
    '### The Acme Lever\n\n1. **One**\n"a"\n\n2. **Two**\n"b"\n\n3. **Three**\n"c"\n',
    '## Levers\n\n- **One:** "a"\n- **Two:** "b"\n- **Three:** "c"\n',
    '## Key Levers\n\n1. One: "a"\n2. Two: "b"\n3. Three: "c"\n',
    '## Levers\n\n1. **One** — "a"\n2. **Two** — "b"\n3. **Three** — "c"\n',
    '## Levers\n\n### 1. One\n"a"\n\n### 2. Two\n"b"\n\n### 3. Three\n"c"\n',
    '**Lever One: One** "a"\n\n**Lever Two: Two** "b"\n\n**Lever Three: Three** "c"\n',
    '## X\n\n| # | Lever | Script |\n|---|---|---|\n| 1 | One | "a" |\n| 2 | **Two** | "b" |\n'
    '| 3 | Three | "c" |\n',
    '### The Acme Premium\n\n**1. One**\n\n> "a"\n\n**2. Two**\n\n> "b"\n\n**3. Three**\n\n> "c"\n',
]


@pytest.mark.parametrize("text", LEVERS)
def test_levers(text: str) -> None:
    levers = read_levers(read_document(text, "x.md"))
    assert [lever.title for lever in levers] == ["One", "Two", "Three"]
    assert [lever.script.strip('"') for lever in levers] == ["a", "b", "c"]


def test_numbered_items_elsewhere_are_no_levers() -> None:
    text = LEVERS[0] + "\n**Steps**\n\n1. **Call**\n"
    assert len(read_levers(read_document(text, "x.md"))) == 3


@pytest.mark.parametrize(
    ("text", "peers"),
    [
        ("Acme PM (P3) = Bolt PM L5 = Cask PM", [("Bolt", "PM L5"), ("Cask", "PM")]),
        ("PM at Acme (P3) = L5 at Bolt, IC5 at Cask", [("Bolt", "L5"), ("Cask", "IC5")]),
        ("Acme P3 ~ Bolt L5 | Cask IC5", [("Bolt", "L5"), ("Cask", "IC5")]),
        ("Acme PM ≈ Bolt L5 · Cask IC5", [("Bolt", "L5"), ("Cask", "IC5")]),
        ("Acme PM maps to Bolt L5, Cask IC5.", [("Bolt", "L5"), ("Cask", "IC5")]),
    ],
)
def test_level_maps(text: str, peers: list[tuple[str, str]]) -> None:
    assert list(parse_mapping(text).peers) == peers


PREMIUM = [
    ("**Negotiation DNA:** Cash | **+15-25% AI Premium**", (15, 25)),
    ("**Negotiation DNA:** Cash + AI Premium (20-30%)", (20, 30)),
    ("AI premium: +10% to +20%.", (10, 20)),
    ("*ML roles command a 5-10% premium over others.*", (5, 10)),
    ("**Negotiation DNA:** Cash | **SCALE PREMIUM** | Bonus (10-15%)", None),
    ("### Global Levers\n\n1. **Ask:** a 15% premium over the midpoint", None),
    ("We saw a 3% improvement in premium conversion.", None),
]


@pytest.mark.parametrize(("text", "expected"), PREMIUM)
def test_premium(text: str, expected: tuple[int, int] | None) -> None:
    assert read_premium(read_document(text, "x.md")) == expected


TABLE = "| Region | Base Salary | Total Comp |\n|---|---|---|\n| Rome | €80K | €90K |\n"


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ("A sign-on bonus of $35K-$60K is usual.", (35_000, 60_000)),
        ("> **Negotiate Up Strategy:** Demand a $100K-$125K signing bonus.", (100_000, 125_000)),
        ("**1. Signing Bonus (Value: $30K-$50K)**\nx\n**2. B**\nx\n**3. C**\nx", (30_000, 50_000)),
        ('A sign-on of $[35K-60K] would offset my unvested equity."', (35_000, 60_000)),
        ("Sign-on bonuses range from $15K to $25K.", (15_000, 25_000)),
        (
            "> **Negotiate Up Strategy:** Push for a signing bonus separately targeting $35K-$55K.",
            (35_000, 55_000),
        ),
        (
            "> **Negotiate Up Strategy:** I'd also like to discuss a $30K-$50K sign-on bonus.",
            (30_000, 50_000),
        ),
        (
            "> **Negotiate Up Strategy:** Accept at $190K+ base with a $25K-$40K sign-on.",
            (25_000, 40_000),
        ),
        ("> **Negotiate Up Strategy:** I need a $40K signing bonus.", (None, None)),
        ("> **Negotiate Up Strategy:** Acme will counter with a $15K-$20K sign-on.", (None, None)),
        ("> **Negotiate Up Strategy:** Ask for a 15-20% sign-on bonus.", (None, None)),
    ],
)
def test_signon(below: str, expected: tuple[int | None, int | None]) -> None:
    text = f"### PM | Acme Global Negotiation Guide\n\n{TABLE}\n#### Global Levers\n\n{below}\n"
    record = read_guide_text(text, "x.md")
    assert (record["signon_low"], record["signon_high"]) == expected
