"""Write the texts of the golden files anew: ``python -m tests.golden``; then read what differs."""

from __future__ import annotations

from tests.golden.fixtures import FILES, read, written

for file in FILES:
    file.write_text(written(read(file)), "utf-8")
    print(file.name)
