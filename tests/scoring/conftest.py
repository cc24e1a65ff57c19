from __future__ import annotations

from pathlib import Path

import pytest

from bench.sheets import write_sheet


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A Parquet sheet of as many offers as the module says in ``ROWS``."""
    file = tmp_path_factory.mktemp("sheet") / "offers.parquet"
    write_sheet(file, request.module.ROWS)
    return file
