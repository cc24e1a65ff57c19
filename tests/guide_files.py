"""A negotiation guide in the reference layout, written by a test."""

from __future__ import annotations

from pathlib import Path


def guide_text(
    company: str = "Larkspur",
    *,
    base: str = "$150K\u2013$190K",
    total: str = "$185K\u2013$258K",
    rows: str = "",
    below: str = "",
) -> str:
    """A guide for data engineers with a band for Seattle, further rows, and text below."""
    return f"""\
### Data Engineer | {company} Global Negotiation Guide

**Negotiation DNA:** Cash and stock in balance | Standard 4-year vest with 1-year cliff

| Region | Base Salary | Stock (RSU/4yr) | Bonus | Total Comp |
|--------|-------------|-----------------|-------|------------|
| Seattle | {base} | $80K\u2013$160K | 10\u201315% | {total} |
{rows}
{below}
"""


def write_guide(folder: Path, text: str, name: str = "larkspur/data-engineer") -> Path:
    """The file of a guide below a folder."""
    path = folder / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
