"""The locks agree with each other and hold on every supported Python."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

import offerdesk
from offerdesk.doctor import REBUILD

PLATFORMS = {
    "linux": [
        "manylinux_2_28_x86_64",
        "manylinux_2_27_x86_64",
        "manylinux_2_17_x86_64",
        "manylinux2014_x86_64",
        "manylinux1_x86_64",
    ],
    "darwin": list(mac_platforms((15, 0), "arm64")),
}
EXPORTS = {
    "bootstrap": ["--only-group", "bootstrap"],
    "run": ["--no-default-groups"],
    "dev": [],
}


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def packages(root: Path) -> list[dict[str, Any]]:
    lock = tomllib.loads((root / "uv.lock").read_text(encoding="utf-8"))
    return [one for one in lock["package"] if "registry" in one["source"]]


def uv(root: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "uv", "--offline", "--quiet", *arguments]
    ran = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{ran.stderr}run `make lock`"
    return ran.stdout


def requirement_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_the_version_is_the_same_everywhere(project: dict[str, Any]) -> None:
    assert project["project"]["version"] == offerdesk.__version__


def test_every_public_name_can_be_had() -> None:
    assert all(getattr(offerdesk, name) is not None for name in offerdesk.__all__)


def test_the_lock_is_that_of_the_project(root: Path) -> None:
    uv(root, "lock", "--check")


@pytest.mark.parametrize("name", EXPORTS)
def test_the_pip_lock_is_an_export_of_the_lock(root: Path, name: str) -> None:
    style = ["--frozen", "--no-emit-project", "--no-header", "--no-annotate"]
    exported = uv(root, "export", *style, *EXPORTS[name])
    written = (root / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    assert requirement_lines(written) == requirement_lines(exported)


def test_the_lock_names_the_public_index_only(root: Path, packages: list[dict[str, Any]]) -> None:
    assert {one["source"]["registry"] for one in packages} == {"https://pypi.org/simple"}
    hosts = re.findall(r'url = "(\w+://[^/"]*)', (root / "uv.lock").read_text(encoding="utf-8"))
    assert set(hosts) == {"https://files.pythonhosted.org"}


def tags_of(minor: int, platforms: list[str]) -> set[Tag]:
    return {
        *cpython_tags((3, minor), platforms=platforms),
        *compatible_tags((3, minor), f"cp3{minor}", platforms),
    }


def needed(one: dict[str, Any], minor: int, platform: str) -> bool:
    environment = {
        "python_full_version": f"3.{minor}.0",
        "python_version": f"3.{minor}",
        "sys_platform": platform,
    }
    markers = one.get("resolution-markers", [])
    return not markers or any(Marker(text).evaluate(environment) for text in markers)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_only_durable_rules_is_ever_compiled(
    packages: list[dict[str, Any]], minor: int, platform: str
) -> None:
    fitting = tags_of(minor, PLATFORMS[platform])
    names = [
        one["name"]
        for one in packages
        if needed(one, minor, platform)
        and not any(
            parse_wheel_filename(wheel["url"].rsplit("/", 1)[1])[3] & fitting
            for wheel in one.get("wheels", [])
        )
    ]
    # pyspark is a source archive too, but pure Python, and only `make spark` installs it.
    assert set(names) - {"pywin32", "pyspark"} == {"durable-rules"}


def test_both_installers_build_durable_rules_alike(root: Path, project: dict[str, Any]) -> None:
    flag = project["tool"]["uv"]["extra-build-variables"]["durable-rules"]["CPPFLAGS"]
    assert flag in (root / "Makefile").read_text(encoding="utf-8")
    assert flag.removeprefix("-D") in REBUILD
