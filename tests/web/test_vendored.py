"""What others wrote and we ship: unchanged, with its licence, and of the version that is named."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

# dist/htmx.min.js of the npm package htmx.org 2.0.11.
HTMX = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"


@pytest.fixture(scope="module")
def static(root: Path) -> Path:
    return root / "offerdesk" / "web" / "static"


def test_htmx_is_as_it_was_published(static: Path) -> None:
    (file,) = (static / "vendor").glob("htmx-*.min.js")
    assert sha256(file.read_bytes()).hexdigest() == HTMX
    version = file.name.removeprefix("htmx-").removesuffix(".min.js")
    assert f'version:"{version}"' in file.read_text("utf-8")


def test_its_version_is_named_where_it_is_used_and_told_of(root: Path, static: Path) -> None:
    (file,) = (static / "vendor").glob("htmx-*.min.js")
    base = (root / "offerdesk" / "web" / "templates" / "base.html").read_text("utf-8")
    assert f"/static/vendor/{file.name}" in base
    told = (root / "docs" / "dependencies.md").read_text("utf-8")
    assert file.name in told
    assert "Zero-Clause BSD" in (static / "vendor" / "htmx-LICENSE.txt").read_text("utf-8")


def test_nothing_else_is_shipped_of_others(static: Path) -> None:
    names = {path.name for path in (static / "vendor").iterdir()}
    assert {re.sub(r"-\d.*\d(?=\.)", "", name) for name in names} == {
        "htmx.min.js",
        "htmx-LICENSE.txt",
    }


def test_no_template_styles_or_scripts_inline(root: Path) -> None:
    for path in (root / "offerdesk" / "web" / "templates").glob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text), path.name
        for script in re.findall(r"<script[^>]*>", text):
            assert "src=" in script, path.name
