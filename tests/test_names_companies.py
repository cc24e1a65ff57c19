"""Employers by all their spellings: which are one, which never are, and how that was told."""

from __future__ import annotations

import itertools

import pytest

from warehouse.aliases import rows_of
from warehouse.companies import CompanyName, company_id, company_named, parent_of

SAME = [
    ("Pinterest, Inc.", "pinterest", "legal-form"),
    ("PINTEREST", "pinterest", "exact"),
    ("Facebook", "meta", "alias"),
    ("FACEBOOK, INC.", "meta", "alias"),
    ("Amazon Web Services", "amazon", "alias"),
    ("AMAZON CORPORATE LLC", "amazon", "alias"),
    ("AT&T", "at-t", "exact"),
    ("AT & T", "at-t", "exact"),
    ("D.E. Shaw", "de-shaw", "exact"),
    ("The D. E. Shaw Group", "de-shaw", "alias"),
    ("E*TRADE (Morgan Stanley)", "etrade", "exact"),
    ("Intercontinental Exchange (ICE)", "ice", "alias"),
    ("Booking.com", "booking", "exact"),
    ("a16z", "andreessen-horowitz", "alias"),
    ("HashiCorp (IBM)", "hashicorp", "exact"),
    ("Palo Alto Networks (PANW)", "palo-alto-networks", "exact"),
    ("PANW", "palo-alto-networks", "alias"),
    ("NASDAQ: GOOG", "google", "alias"),
    ("$MSFT", "microsoft", "alias"),
    ("MICROSOFT CORPORATION", "microsoft", "legal-form"),
    ("JPMORGAN CHASE & CO.", "jpmorgan-chase", "alias"),
    ("CITIBANK, N.A.", "citi", "alias"),
    ("Goldman, Sachs & Co.", "goldman-sachs", "alias"),
    ("SYMPHONY ASSET MANAGEMENT, LLC.", "symphony-asset-management", "legal-form"),
    ("Tata Consultancy Services Limited", "tcs", "alias"),
    ("Tern Pvt. Ltd.", "tern", "legal-form"),
    ("Tern Private Limited", "tern", "legal-form"),
    ("Tern Pte. Ltd.", "tern", "legal-form"),
    ("Tern Pty Ltd", "tern", "legal-form"),
    ("Tern GmbH & Co. KG", "tern", "legal-form"),
    ("Tern AG", "tern", "legal-form"),
    ("Tern S.A.", "tern", "legal-form"),
    ("Tern S.à r.l.", "tern", "legal-form"),
    ("Tern B.V.", "tern", "legal-form"),
    ("Tern A/S", "tern", "legal-form"),
    ("Tern Oyj", "tern", "legal-form"),
    ("Tern AB", "tern", "legal-form"),
    ("Tern sp. z o.o.", "tern", "legal-form"),
    ("Tern S.p.A.", "tern", "legal-form"),
    ("Tern K.K.", "tern", "legal-form"),
    ("Tern Sdn Bhd", "tern", "legal-form"),
    ("Tern S.A. de C.V.", "tern", "legal-form"),
    ("Tern Ltda.", "tern", "legal-form"),
    ("The Tern Company", "tern", "legal-form"),
    ("Acme Holdings LLC dba Tern", "tern", "alias"),
    ("Acme, Inc. d/b/a Tern, LLC", "tern", "legal-form"),
    ("Tern Inc. (formerly Petrel)", "tern", "legal-form"),
    ("Micorsoft", "microsoft", "fuzzy"),
    ("Linkdin", "linkedin", "fuzzy"),
    ("Databriks", "databricks", "fuzzy"),
    ("Palo Alto Netwroks", "palo-alto-networks", "fuzzy"),
    ("Open Text, Inc.", "opentext", "fuzzy"),
]
# A name and a different employer that it must not become.
APART = [
    ("Ubeer", "uber"),
    ("Lift", "lyft"),
    ("Camp", "ramp"),
    ("Ample", "apple"),
    ("Stride", "stripe"),
    ("Discovery", "discover"),
    ("Viva USA Inc", "visa"),
    ("Verian Technologies LLC", "veritas-technologies"),
    ("Deca Technologies Inc", "dell"),
    ("United Technologies Corporation", "unity"),
    ("CIT Group (NJ) LLC", "citi"),
    ("H & Z Enterprise Inc", "hpe"),
    ("Goldman Sacks", "goldman-sachs"),
    ("EA Inc", "electronic-arts"),
    ("Snowflakes", "snowflake"),
    ("Citadel Securities", "citadel"),
    ("Walmart Labs", "walmart"),
    ("Brex AI", "brex"),
    ("Plaid Identity", "plaid"),
    ("Databricks Unity", "databricks"),
    ("Snowflake AI", "snowflake"),
    ("Elastic Security", "elastic"),
    ("Cloudflare Workers", "cloudflare"),
    ("HashiCorp Terraform", "hashicorp"),
    ("Hugging Face Enterprise", "hugging-face"),
    ("Fidelity Digital Assets", "fidelity"),
]
OWNED = [
    ("Linode", "akamai"),
    ("Wiz", "google"),
    ("CyberArk", "palo-alto-networks"),
    ("Splunk", "cisco"),
    ("VMware", "broadcom"),
    ("HashiCorp", "ibm"),
    ("Cerner", "oracle"),
    ("Activision Blizzard", "microsoft"),
    ("Brex AI", "brex"),
    ("Hugging Face Enterprise", "hugging-face"),
    ("Google", None),
    ("Tern", None),
]
NOBODY = [
    "FAANG", "FAANG+", "tech alternatives", "Big Tech", "Startup", "AI startup",
    "Startup (Series A)", "[Company X]", "N/A", "Anonymous", "Us Based Startup", "", "—",
]  # fmt: skip


@pytest.mark.parametrize(("name", "company", "how"), SAME)
def test_spellings_of_one_employer(name: str, company: str, how: str) -> None:
    found = company_named(name)
    assert (found.company_id, found.how) == (company, how)


@pytest.mark.parametrize(("name", "other"), APART)
def test_names_that_only_look_alike_stay_apart(name: str, other: str) -> None:
    assert company_id(name) != other


@pytest.mark.parametrize(("name", "parent"), OWNED)
def test_the_owner_is_told_beside_the_employer(name: str, parent: str | None) -> None:
    found = company_named(name)
    assert found.parent == parent
    assert found.company_id != parent


@pytest.mark.parametrize("name", NOBODY)
def test_words_for_no_employer_in_particular(name: str) -> None:
    assert company_named(name) == CompanyName("", "none", None)


def test_an_error_is_forgiven_only_where_one_employer_is_meant() -> None:
    names = [name for row in rows_of("companies") for name in row["names"].split("|")]
    own = {row["company_id"] for row in rows_of("companies")}
    assert {company_named(name).how for name in names} == {"exact", "alias"}
    assert {company_id(name) for name in names} == own


def test_the_order_of_asking_changes_nothing() -> None:
    names = ["Micorsoft", "Microsoft", "Linkdin", "Discovery", "Brex AI"]
    answers = set()
    for order in itertools.permutations(names):
        company_named.cache_clear()
        answers.add(tuple(sorted((name, company_id(name)) for name in order)))
    assert len(answers) == 1


def test_every_owner_has_a_source_a_date_and_no_owner_owns_itself() -> None:
    for row in rows_of("parents"):
        assert row["source"]
        assert row["since"][:2] == "20"
        assert row["kind"] in {"acquired", "announced", "division", "renamed"}
        assert parent_of(row["company_id"]) != row["company_id"]
