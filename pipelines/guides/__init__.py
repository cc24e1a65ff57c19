"""Negotiation guides: Markdown in many forms, read into one record per guide."""

from __future__ import annotations

from pipelines.guides.reader import read_guide, read_guide_text

__all__ = ["read_guide", "read_guide_text"]
