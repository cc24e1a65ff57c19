"""The wheel, as a user gets it: installed on its own, used from an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

import offerdesk

pytestmark = pytest.mark.smoke

FLAG = "-DPyEval_CallObject=PyObject_CallObject"


def run(*command: str | Path, cwd: Path, **settings: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    ran = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=kept | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="session")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("dist")
    build: list[str | Path] = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        place,
    ]
    run(*build, root, cwd=root)
    return next(place.glob("*.whl"))


@pytest.fixture(scope="session")
def scripts(wheel: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment that holds the wheel and what it needs."""
    place = tmp_path_factory.mktemp("installed")
    venv.create(place, with_pip=True)
    locks = root / "requirements"
    python = place / "bin" / "python"
    pip: list[str | Path] = [
        python,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
    ]
    flags = f"{os.environ.get('CPPFLAGS', '')} {FLAG}"
    run(*pip, "--require-hashes", "-r", locks / "bootstrap.lock", cwd=place)
    hashed = ["--require-hashes", "--no-build-isolation"]
    run(*pip, *hashed, "-r", locks / "run.lock", cwd=place, CPPFLAGS=flags)
    run(*pip, "--no-deps", wheel, cwd=place)
    return python.parent


@pytest.fixture
def empty(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "home").mkdir()
    return {"HOME": str(tmp_path / "home"), "OFFERDESK_HOME": str(tmp_path / "home" / "state")}


def test_the_wheel_holds_what_the_program_reads(wheel: Path, root: Path) -> None:
    held = set(ZipFile(wheel).namelist())
    for package in ("offerdesk", "pipelines", "warehouse", "rules"):
        assert f"{package}/py.typed" in held
        data = [one for one in (root / package).rglob("*") if one.suffix in {".yaml", ".sql"}]
        assert {one.relative_to(root).as_posix() for one in data} <= held
    assert any(name.startswith("offerdesk/examples/") for name in held)
    assert not any(name.startswith("tests/") for name in held)


def test_nothing_of_development_is_needed(scripts: Path, tmp_path: Path) -> None:
    found = run(scripts / "python", "-m", "pip", "list", "--format=freeze", cwd=tmp_path)
    assert not {"pytest", "hypothesis", "mypy", "ruff"} & {
        line.partition("==")[0] for line in found.splitlines()
    }


def test_it_tells_its_version(scripts: Path, tmp_path: Path, empty: dict[str, str]) -> None:
    told = run(scripts / "offerdesk", "--version", cwd=tmp_path, **empty)
    assert offerdesk.__version__ in told


def test_the_demo_decides(scripts: Path, tmp_path: Path, empty: dict[str, str]) -> None:
    told = run(scripts / "offerdesk", "demo", cwd=tmp_path, **empty).lower()
    assert any(verdict in told for verdict in ("accept", "counter", "walk"))


def test_the_doctor_finds_no_fault(scripts: Path, tmp_path: Path, empty: dict[str, str]) -> None:
    program = "import offerdesk; print([f for f in offerdesk.diagnose() if f.health == 'fault'])"
    assert run(scripts / "python", "-c", program, cwd=tmp_path, **empty).strip() == "[]"
