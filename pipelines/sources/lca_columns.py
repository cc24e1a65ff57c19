"""Which column of a disclosure file says what: the names of every fiscal year, as a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from pipelines.sources.text_rows import column_names, quoted

# A file of the department's own has these; a file cut down by somebody has exactly those.
OWN = ("case_number", "status", "employer", "title", "wage", "state")
CUT_DOWN = {"employer", "jobtitle", "wage", "city", "state"}
# Names that are anybody's; they mean something beside the department's own names only.
OURS = re.compile(r"wage_rate|rate_per_|lca_case|prevailing")


@cache
def names_by_field() -> Mapping[str, tuple[str, ...]]:
    """Our name of a column to what its publisher called it, folded, the preferred first."""
    import yaml

    text = files(__package__).joinpath("lca_columns.yaml").read_text(encoding="utf-8")
    return {field: tuple(map(folded, names)) for field, names in yaml.safe_load(text).items()}


def folded(name: str) -> str:
    """A column's name without case and without what stands between its words.

    >>> folded("TOTAL WORKERS"), folded(" H-1B_Dependent")
    ('total_workers', 'h_1b_dependent')
    """
    return "_".join(re.findall(r"[a-z0-9]+", name.lower()))


def columns(header: Sequence[str]) -> dict[str, str]:
    """Our name of a column to the column of this file that says it, as SQL writes it.

    >>> columns(["", "CASE_NO", "WAGE_RATE_1", "CITY", "CITY_1"])
    {'case_number': '"CASE_NO"', 'wage': '"WAGE_RATE_1"', 'city': '"CITY_1"'}
    """
    present: dict[str, str] = {}
    for name in column_names(header):
        present.setdefault(folded(name), quoted(name))
    return {
        field: present[found]
        for field, names in names_by_field().items()
        if (found := next((name for name in names if name in present), None))
    }


def names_read(header: Sequence[str]) -> set[str]:
    """The columns of a file that are read, by the names it gives them."""
    read = set(columns(header).values())
    return {name for name in column_names(header) if quoted(name) in read}


def is_disclosure(header: Sequence[str]) -> bool:
    """Whether a header is that of a disclosure file of any year, or of one cut down.

    >>> is_disclosure(["Employer", "JobTitle", "Wage", "City", "State"])
    True
    >>> is_disclosure(["CASE_NUMBER", "CASE_STATUS", "EMPLOYER_NAME", "JOB_TITLE", "WAGE", "STATE"])
    False
    """
    plain = {folded(name) for name in header}
    if plain == CUT_DOWN:
        return True
    found = columns(header)
    return all(field in found for field in OWN) and any(map(OURS.search, plain))
