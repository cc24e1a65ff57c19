"""Long work gives way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_process_that_gives_way_comes_after_others(root: Path) -> None:
    program = (
        "import os; from offerdesk.courtesy import STEPS, give_way; before = os.nice(0); "
        "give_way(); assert os.nice(0) == min(19, before + STEPS), os.nice(0)"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=root, check=False)
    assert ran.returncode == 0
