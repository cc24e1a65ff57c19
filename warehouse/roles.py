"""Which of the standard roles a title means."""

from __future__ import annotations

import re
from dataclasses import dataclass

from warehouse.aliases import alias_rows, plain

OTHER = "other"
_GRADE = re.compile(
    r"\b(senior|sr|staff|principal|lead|junior|jr|associate|entry level|new grad"
    r"|signature role|i|ii|iii|iv|l\d|e\d|ic\d)\b"
)


@dataclass(frozen=True, slots=True)
class Role:
    """A role, and the family it is compared within (``other`` when not a standard role)."""

    role_id: str
    family: str


def role_of(title: str) -> Role:
    """The role of a title; an unknown title is a role of its own in the family ``other``.

    >>> role_of("ML/AI Engineer"), role_of("Data Scientist (QuantumBlack)").role_id
    (Role(role_id='ml_ai_engineer', family='ml_ai_engineer'), 'data_scientist')
    >>> role_of("Senior SDE").role_id, role_of("Senior Data Engineer").role_id
    ('senior_software_engineer', 'data_engineer')
    >>> role_of("Tidal Platform Engineer")
    Role(role_id='tidal_platform_engineer', family='other')
    """
    known = alias_rows("roles")
    exact = plain(re.sub(r"\([^)]*\)", " ", title))
    ungraded = " ".join(_GRADE.sub(" ", exact).split())
    row = known.get(exact) or known.get(ungraded)
    if row:
        return Role(row["role_id"], row["role_family"])
    return Role((exact or plain(title)).replace(" ", "_"), OTHER)


def role_of_occupation(code: str) -> Role:
    """The role of an occupation by its SOC code; the family ``other`` when it is none of ours."""
    return Role(code, OTHER)
