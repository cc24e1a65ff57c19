"""Who may import whom, what stays unloaded, and what no file may name."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pipelines.refresh import refresh

HEAVY = {"prefect", "pandera", "pandas", "dask", "pyspark", "z3"}
HEAVY |= {"fastapi", "starlette", "uvicorn", "jinja2", "prometheus_client"}
NOT_SHIPPED = {"tests", "bench", "examples", "docs", "requirements", "build", "dist"}
# Written in pieces, so that this file may be searched as well.
FORBIDDEN = re.compile(
    "|".join(
        [
            r"(?<![\w.~:/])/" + r"(?:work|root|home/\w+|Users/\w+)/",
            r"file://" + r"/",
            r"(?:pypi|pythonhosted)" + r"\.org/simple",
        ]
    )
)
OWN_LOCKS = {"uv.lock", "test_packaging.py"}


def loaded_after(program: str, root: Path, home: Path) -> set[str]:
    """The top-level modules that a fresh interpreter holds once the program has run."""
    return {name.split(".")[0] for name in modules_after(program, root, home)}


def modules_after(program: str, root: Path, home: Path) -> set[str]:
    """The same with the modules inside them."""
    report = "import json, sys; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", f"{program}\n{report}"],
        cwd=root,
        env={"OFFERDESK_HOME": str(home), "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return set(json.loads(ran.stdout.splitlines()[-1]))


def test_the_contracts_hold(root: Path) -> None:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    ran = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def top_level_packages(root: Path) -> set[str]:
    folders = (one for one in root.iterdir() if one.is_dir() and not one.name.startswith("."))
    return {one.name for one in folders if any(one.glob("**/*.py"))} - NOT_SHIPPED


def test_every_package_is_in_the_layers(root: Path) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    linter = settings["importlinter"]
    layers = next(one for one in linter["contracts"] if one["id"] == "layers")["layers"]
    found = top_level_packages(root)
    assert found == set(layers) == set(linter["root_packages"])
    assert found == set(settings["mypy"]["packages"])
    assert found < set(settings["hatch"]["build"]["targets"]["wheel"]["only-include"])


def test_importing_offerdesk_loads_none_of_the_rest(root: Path, tmp_path: Path) -> None:
    loaded = loaded_after("import offerdesk", root, tmp_path)
    assert not loaded & (HEAVY | {"rules", "warehouse", "pipelines", "duckdb", "sqlglot"})


def test_deciding_loads_nothing_heavy(root: Path, tmp_path: Path) -> None:
    offers = sorted((root / "examples").glob("offers/*.y*ml"))
    assert offers
    assert not loaded_after(deciding(offers[0]), root, tmp_path) & (HEAVY | {"duckdb"})


def test_a_second_start_neither_parses_nor_compiles_the_book(root: Path, tmp_path: Path) -> None:
    offer = root / "examples" / "offers" / "harbour-lane.yaml"
    first = modules_after(deciding(offer), root, tmp_path)
    again = modules_after(deciding(offer), root, tmp_path)
    makers = {"rules.planning", "rules.clauses", "rules.normal_form", "rules.parse", "sqlglot"}
    makers |= {"offerdesk.market_commands"}
    assert first & makers == makers - {"offerdesk.market_commands"}
    assert not again & makers


def test_looking_a_market_up_loads_nothing_heavy(root: Path, tmp_path: Path) -> None:
    guides = [root / "examples" / "guides"]
    refresh(guides, tmp_path / "market", prefect=False, say=print, progress=lambda *_: None)
    offer = root / "examples" / "offers" / "pinterest.yaml"
    loaded = loaded_after(deciding(offer, "[one] = out['market'][:1]"), root, tmp_path)
    assert not loaded & (HEAVY | {"duckdb"})


def deciding(offer: Path, check: str = "assert out['verdict']") -> str:
    """A program that decides an offer and checks what it gets."""
    return (
        "import contextlib, io, json\n"
        "from offerdesk.cli import main\n"
        "shown = io.StringIO()\n"
        "with contextlib.redirect_stdout(shown):\n"
        "    try:\n"
        f"        main(['decide', {str(offer)!r}, '--format', 'json'])\n"
        "    except SystemExit as end:\n"
        "        assert not end.code, end.code\n"
        "out = json.loads(shown.getvalue())\n"
        f"{check}\n"
    )


def project_files(root: Path) -> Iterator[Path]:
    """What belongs to the project, whether it is a git work tree or an unpacked archive."""
    git = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    ran = subprocess.run(git, cwd=root, capture_output=True, text=True, check=False)
    if ran.returncode == 0 and ran.stdout:
        yield from (path for name in ran.stdout.split("\0") if (path := root / name).is_file())
        return
    hidden = {".git", ".venv", "dist", "build"}
    for path in root.rglob("*"):
        if path.is_file() and not hidden.intersection(path.relative_to(root).parts):
            yield path


def test_no_file_names_a_workplace_or_an_index(root: Path) -> None:
    named = [
        f"{path.relative_to(root)}:{number}: {line.strip()}"
        for path in project_files(root)
        if path.name not in OWN_LOCKS and path.suffix not in {".pyc", ".duckdb", ".sqlite"}
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if FORBIDDEN.search(line)
    ]
    assert named == []
