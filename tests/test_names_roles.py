"""Titles and occupation codes: the role they mean, its family, and where they mean none."""

from __future__ import annotations

import pytest

from warehouse.aliases import rows_of
from warehouse.roles import role_of, role_of_occupation

STANDARD = [
    ("Software Engineer", "software_engineer"),
    ("Senior Software Engineer", "senior_software_engineer"),
    ("Staff Software Engineer", "staff_software_engineer"),
    ("ML/AI Engineer", "ml_ai_engineer"),
    ("ML / AI Engineer", "ml_ai_engineer"),
    ("Data Scientist", "data_scientist"),
    ("Data Engineer", "data_engineer"),
    ("DevOps Engineer", "devops_engineer"),
    ("DevOps / Platform Engineer", "devops_engineer"),
    ("Site Reliability Engineer", "devops_engineer"),
    ("Production Engineer", "devops_engineer"),
    ("Security Engineer", "security_engineer"),
    ("Engineering Manager", "engineering_manager"),
    ("Product Manager", "product_manager"),
    ("Product Designer", "product_designer"),
    ("Solutions Architect", "solutions_architect"),
    ("Technical Program Manager", "technical_program_manager"),
    ("Software Engineer (SDE I-II / L4-L5)", "software_engineer"),
    ("Software Engineer III", "software_engineer"),
    ("SDE2", "software_engineer"),
    ("SSE", "senior_software_engineer"),
    ("Member of Technical Staff", "software_engineer"),
    ("Sr. Product Manager \u2013 Technical", "product_manager"),
    ("MANAGER, SOFTWARE ENGINEERING", "engineering_manager"),
    ("SWE Manager", "engineering_manager"),
    ("Software Engineering Manager", "engineering_manager"),
    ("TPM", "technical_program_manager"),
    ("Technical Program Manager III", "technical_program_manager"),
    ("Solution Architect", "solutions_architect"),
    ("Data Scientist (QuantumBlack)", "data_scientist"),
    ("Software Engineer, Machine Learning", "ml_ai_engineer"),
]
FAMILIES = [
    ("Sales Engineer", "solutions_architect"),
    ("Hardware Engineer", "hardware_engineer"),
    ("Mechanical Engineer", "mechanical_engineer"),
    ("Management Consultant", "management_consultant"),
    ("Business Analyst", "business_analyst"),
    ("Marketing", "marketing"),
    ("Product Marketing Manager", "marketing"),
    ("Recruiter", "recruiter"),
    ("Human Resources", "human_resources"),
    ("Software Engineer in Test", "qa_engineer"),
    ("Warzone Platform Engineer", "platform_engineer"),
    ("Unity Catalog Platform Engineer", "platform_engineer"),
    ("Lakehouse Platform Engineer", "data_engineer"),
    ("AI Data Platform Engineer", "data_engineer"),
    ("AWS AI Platform Engineer", "ml_ai_engineer"),
    ("Shopping Assistant AI Engineer", "ml_ai_engineer"),
    ("Starship Flight Software Engineer", "software_engineer"),
    ("5G Network Engineer", "network_engineer"),
    ("Machine Learning Recruiter", "recruiter"),
    ("C++ Developer", "software_engineer"),
    ("Data Eng1Neer 2", "data_engineer"),
    ("Marketing Data Analyst", "data_analyst"),
]
UNTOLD = [
    "ML / AI", "AI", "Email Engineer", "Chair Engineer", "Maintenance Engineer", "Train Engineer",
    "Civil Engineer", "Engineer", "Manager", "Analyst", "Chef", "Data Scientist Manager",
    "Head of Data", "Director of Machine Learning", "Executive Assistant to Engineering Manager",
    "Business Developer", "Real Estate Developer", "AI Ethicist", "IC3 (L61)", "Founding Engineer",
    "Software Engineer Recruiter Support", "Air Traffic Controller", "N/A", "", "!!!",
]  # fmt: skip
OCCUPATIONS = [
    ("15-1252", "software_engineer"),
    ("15-1252.00", "software_engineer"),
    ("151252", "software_engineer"),
    ("15-1132", "software_engineer"),
    ("15-1133.00", "software_engineer"),
    ("15-1031.00", "software_engineer"),
    ("15-2051", "data_scientist"),
    ("15-2051.01", "data_analyst"),
    ("15-1212", "security_engineer"),
    ("15-1122", "security_engineer"),
    ("11-3021", "engineering_manager"),
    ("15-1253", "qa_engineer"),
    ("41-9031", "solutions_architect"),
    ("15-1299", "other"),
    ("15-1299.09", "project_manager"),
    ("11-1011", "other"),
    ("21-Nov", "other"),
    ("30", "other"),
    ("", "other"),
]


@pytest.mark.parametrize(("title", "role_id"), STANDARD)
def test_titles_of_the_standard_roles(title: str, role_id: str) -> None:
    assert role_of(title).role_id == role_id


@pytest.mark.parametrize(("title", "family"), FAMILIES)
def test_the_family_that_a_title_s_words_tell(title: str, family: str) -> None:
    assert role_of(title).family == family


@pytest.mark.parametrize("title", UNTOLD)
def test_words_that_do_not_tell_are_no_guess(title: str) -> None:
    assert role_of(title).family == "other"


def test_a_signature_role_keeps_its_own_id() -> None:
    assert role_of("Warzone Platform Engineer").role_id == "warzone_platform_engineer"


@pytest.mark.parametrize(("code", "family"), OCCUPATIONS)
def test_occupations_of_every_edition(code: str, family: str) -> None:
    assert role_of_occupation(code).family == family


def test_every_occupation_means_a_role_of_the_table() -> None:
    roles = {row["role_id"] for row in rows_of("roles")}
    assert {row["role_id"] for row in rows_of("occupations")} <= roles


def test_every_name_of_the_table_means_its_own_role() -> None:
    wrong = [
        name
        for row in rows_of("roles")
        for name in row["names"].split("|")
        if role_of(name).role_id != row["role_id"]
    ]
    assert wrong == []
