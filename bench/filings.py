"""A made-up file of labour condition applications: the layout of fiscal year 2024, any size."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb

EMPLOYERS, TITLES, CITIES = 60_000, 150_000, 12_000
GRADES = ("", "SENIOR ", "STAFF ", "PRINCIPAL ", "LEAD ", "JUNIOR ", "ASSOCIATE ", "SR. ")
ROLES = (
    "SOFTWARE ENGINEER", "DATA SCIENTIST", "DATA ENGINEER", "PRODUCT MANAGER", "QA ANALYST",
    "SYSTEMS ANALYST", "PROGRAMMER ANALYST", "DEVOPS ENGINEER", "BUSINESS ANALYST", "ARCHITECT",
    "MACHINE LEARNING ENGINEER", "SECURITY ENGINEER", "PHYSICIAN", "ACCOUNTANT",
    "ASSISTANT PROFESSOR", "MECHANICAL ENGINEER", "ELECTRICAL ENGINEER", "CONSULTANT", "DESIGNER",
    "DATABASE ADMINISTRATOR",
)  # fmt: skip
FIELDS = (
    "", " - JAVA", " - CLOUD", " II", " III", " (AI)", " - SAP", " - PAYMENTS", " - SEARCH", " I",
)  # fmt: skip
SYLLABLES = (
    "AL", "BER", "CON", "DAR", "EM", "FOR", "GEN", "HAL", "IN", "JO", "KAR", "LUM", "MER", "NOR",
    "OR", "PEN", "QUI", "ROS", "SOL", "TRI", "ULT", "VER", "WES", "XEN", "YOR", "ZEN",
)  # fmt: skip
STATES = ("CA", "TX", "NY", "WA", "NJ", "IL", "MA", "GA", "VA", "NC", "PA", "FL", "OH", "MI")
SOCS = ("15-1252.00", "15-1211.00", "15-2051.00", "15-1299.08", "13-1111.00", "17-2141.00")


def write_filings(path: Path, rows: int, seed: int = 1) -> None:
    """Write a CSV file of that many rows, the same for the same seed.

    One row in two hundred repeats a case, one in five hundred has its wage in the wrong unit;
    some 7 % were never certified or are of another visa class.
    """
    with closing(duckdb.connect()) as connection:
        connection.execute("SET enable_progress_bar = false; SET memory_limit = '1GB'")
        connection.execute(
            f"CREATE MACRO u(n, k) AS (hash(n, k, {seed}) % 1000003)::DOUBLE / 1000003"
        )
        connection.execute("CREATE MACRO pick(l, n) AS l[(n % len(l) + 1)::BIGINT]")
        connection.execute(f"COPY ({_rows(rows)}) TO '{path}' (HEADER, DELIMITER ',')")


def _list(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(f"'{text}'" for text in texts) + "]"


def _name(number: str, size: int) -> str:
    """SQL of a made-up name, one for each number."""
    syllables, count = _list(SYLLABLES), len(SYLLABLES)
    parts = [f"pick({syllables}, {number} // {count**place})" for place in range(size)]
    return " || ".join(parts)


def _rows(rows: int) -> str:
    return f"""
        WITH drawn AS (
            SELECT i,
                CASE WHEN u(i, 1) < 0.005 AND i > 100 THEN i - 100 ELSE i END AS case_no,
                floor({EMPLOYERS} * u(i, 2) ** 4)::BIGINT AS employer,
                u(i, 3) AS s, u(i, 4) AS v, u(i, 5) AS h, u(i, 6) AS w, u(i, 7) AS bad,
                (DATE '2023-10-01' + (u(i, 8) * 300)::INTEGER) AS received
            FROM range(1, {rows + 1}) AS t(i)
        ),
        meant AS (
            SELECT *,
                (CASE WHEN u(i, 9) < 0.8 THEN hash(employer, floor(12 * u(i, 10) ** 2))
                    ELSE hash(i) END % {TITLES})::BIGINT AS title,
                (hash(employer, floor(4 * u(i, 11))) % {CITIES})::BIGINT AS city,
                round(60000 + 180000 * w ** 2) AS annual,
                h < 0.03 AS hourly
            FROM drawn
        )
        SELECT
            'I-200-' || lpad((case_no // 1000000)::VARCHAR, 5, '2') || '-'
                || lpad((case_no % 1000000)::VARCHAR, 6, '0') AS CASE_NUMBER,
            CASE WHEN s < 0.91 THEN 'Certified' WHEN s < 0.95 THEN 'Certified - Withdrawn'
                WHEN s < 0.98 THEN 'Withdrawn' ELSE 'Denied' END AS CASE_STATUS,
            strftime(received, '%-m/%-d/%Y') AS RECEIVED_DATE,
            strftime(received + 7, '%-m/%-d/%Y') AS DECISION_DATE,
            CASE WHEN v < 0.98 THEN 'H-1B' WHEN v < 0.99 THEN 'E-3 Australian'
                ELSE 'H-1B1 Chile' END AS VISA_CLASS,
            pick({_list(GRADES)}, title) || pick({_list(ROLES)}, title // 8)
                || pick({_list(FIELDS)}, title // 160)
                || CASE WHEN title >= 1600 THEN ' ' || (title // 1600) ELSE '' END AS JOB_TITLE,
            pick({_list(SOCS)}, title) AS SOC_CODE,
            'Occupation ' || (title % 800) AS SOC_TITLE,
            'Y' AS FULL_TIME_POSITION,
            strftime(received + 180, '%-m/%-d/%Y') AS BEGIN_DATE,
            strftime(received + 1275, '%-m/%-d/%Y') AS END_DATE,
            1 AS TOTAL_WORKER_POSITIONS, 1 AS NEW_EMPLOYMENT, 0 AS CONTINUED_EMPLOYMENT,
            {_name("employer", 4)} || ' TECHNOLOGIES, INC.' AS EMPLOYER_NAME,
            NULL AS TRADE_NAME_DBA,
            employer || ' MAIN STREET' AS EMPLOYER_ADDRESS1,
            {_name("city", 3)} AS EMPLOYER_CITY,
            pick({_list(STATES)}, city) AS EMPLOYER_STATE,
            lpad((city * 7)::VARCHAR, 5, '0') AS EMPLOYER_POSTAL_CODE,
            'UNITED STATES OF AMERICA' AS EMPLOYER_COUNTRY,
            '+1555' || lpad(employer::VARCHAR, 7, '0') AS EMPLOYER_PHONE,
            541511 AS NAICS_CODE,
            'LAST' || employer AS EMPLOYER_POC_LAST_NAME,
            'FIRST' || employer AS EMPLOYER_POC_FIRST_NAME,
            'contact' || employer || '@example.com' AS EMPLOYER_POC_EMAIL,
            'LAWYER' || (employer % 3000) AS AGENT_ATTORNEY_LAST_NAME,
            'Firm ' || (employer % 900) AS LAWFIRM_NAME_BUSINESS_NAME,
            1 AS WORKSITE_WORKERS,
            {_name("city", 3)} AS WORKSITE_CITY,
            'COUNTY ' || (city % 3000) AS WORKSITE_COUNTY,
            pick({_list(STATES)}, city) AS WORKSITE_STATE,
            lpad((city * 7)::VARCHAR, 5, '0') AS WORKSITE_POSTAL_CODE,
            CASE WHEN hourly <> (bad < 0.002) THEN round(annual / 2080, 2) ELSE annual END
                AS WAGE_RATE_OF_PAY_FROM,
            CASE WHEN bad > 0.8 AND NOT hourly THEN annual + 20000 END AS WAGE_RATE_OF_PAY_TO,
            CASE WHEN hourly THEN 'Hour' ELSE 'Year' END AS WAGE_UNIT_OF_PAY,
            round(annual * 0.95) AS PREVAILING_WAGE,
            'Year' AS PW_UNIT_OF_PAY,
            pick(['I', 'II', 'III', 'IV'], i) AS PW_WAGE_LEVEL,
            '7/1/2023 - 6/30/2024' AS PW_OES_YEAR,
            1 AS TOTAL_WORKSITE_LOCATIONS,
            'No' AS H_1B_DEPENDENT
        FROM meant
    """
