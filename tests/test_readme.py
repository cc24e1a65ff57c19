"""The README tells of what there is, and shows what is really printed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest

from offerdesk.cli import offerdesk_command
from offerdesk.desk import Desk
from offerdesk.samples import sample_market


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block for name, block in found if name == language]


def commands(text: str) -> list[list[str]]:
    """Every `offerdesk ...` that is shown, without its comment."""
    shown = [line for block in blocks(text, "sh") for line in block.splitlines()]
    shown += re.findall(r"`([^`\n]+)`", text)
    lines = (line.partition("#")[0].split() for line in shown)
    return [line[line.index("offerdesk") + 1 :] for line in lines if "offerdesk" in line]


def test_every_command_exists_with_its_options(readme: str) -> None:
    found = commands(readme)
    assert len(found) > 10
    for words in found:
        command: click.Command = offerdesk_command
        while isinstance(command, click.Group) and words and not words[0].startswith(("-", ".")):
            name = words.pop(0)
            inner = command.get_command(click.Context(command), name)
            assert inner is not None, f"offerdesk has no command {name}"
            command = inner
        known = {option for one in command.params for option in one.opts}
        assert {word for word in words if word.startswith("--")} <= known


def test_the_quick_start_is_two_commands_that_make_knows(readme: str, root: Path) -> None:
    first = blocks(readme, "sh")[0].splitlines()
    targets = [line.split()[1] for line in first]
    assert targets == ["demo", "test"]
    makefile = (root / "Makefile").read_text("utf-8")
    named = {*targets, *re.findall(r"`make ([a-z-]+)`", readme)}
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_excerpt_is_what_is_printed(readme: str, root: Path) -> None:
    market = sample_market()
    offer = root / "examples" / "offers" / "pinterest.yaml"
    printed = Desk(market_folder=market).decide(offer, log=False).to_text()
    excerpt = next(block for block in blocks(readme, "") if block.startswith("COUNTER"))
    for part in excerpt.strip().split("\n\n"):
        assert part in printed


def test_every_dependency_has_its_reason(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["cluster"]]
    needed = [re.split(r"[<>=!~\[; ]", one)[0] for one in asked]
    table = (root / "docs" / "dependencies.md").read_text("utf-8")
    assert re.findall(r"^\| ([a-z0-9-]+) \| \w", table, re.MULTILINE)[1:] == sorted(needed)


def test_every_place_it_names_exists(readme: str, root: Path) -> None:
    for link in re.findall(r"\]\((?!https:)([^)]+)\)", readme):
        assert (root / link).exists(), link
    for name in re.findall(r"^([a-z]+)/ ", readme, re.MULTILINE):
        assert (root / name).is_dir()
    for name in re.findall(r"`([a-z]+\.yaml)`", readme):
        assert (root / "rules" / "book" / name).is_file()


def test_it_can_be_read_in_one_sitting(readme: str) -> None:
    assert len(readme.splitlines()) <= 200
