"""The spread of pay in one cell of the market, drawn on the scale of the table it stands in."""

from __future__ import annotations

from collections.abc import Mapping

from offerdesk.markup import Markup, element

POINTS = ("p10", "p25", "p50", "p75", "p90")


def drawn(points: Mapping[str, float | None], most: float) -> Markup:
    """A thin line between the outer percentiles, a box between the quartiles, the median.

    The numbers stand beside it, so it is there for the eye alone.

    Args:
        points: Percentile -> amount; unknown ones are None or left out.
        most: What the whole width stands for.
    """
    known = {name: value for name in POINTS if (value := points.get(name)) is not None}
    if not known or most <= 0:
        return element("svg", class_="ranking", aria_hidden="true")
    low, high = min(known.values()), max(known.values())
    pieces = [_bar("whisker", low, high, most, "44%", "12%")]
    if "p25" in known and "p75" in known:
        pieces.append(_bar("quartiles", known["p25"], known["p75"], most, "20%", "60%"))
    if "p50" in known:
        x = _percent(known["p50"], most)
        pieces.append(element("rect", x=x, y="5%", width="2", height="90%", class_="is-median"))
    return element("svg", *pieces, class_="ranking", aria_hidden="true")


def _bar(kind: str, low: float, high: float, most: float, top: str, height: str) -> Markup:
    return element(
        "rect",
        x=_percent(low, most),
        y=top,
        width=_percent(high - low, most),
        height=height,
        class_=f"is-{kind}",
    )


def _percent(amount: float, most: float) -> str:
    return f"{100 * amount / most:.2f}%"
