-- grain: one row per report, offer, posting or filing of pay, as read from one row of a file
-- No primary key: an index over millions of rows takes more memory than they do; an audit looks.
-- Money is per year at full time, in whole units of the named currency; NULL is not stated.
CREATE TABLE pay (
    load_id VARCHAR NOT NULL,
    row_no BIGINT NOT NULL,          -- number of the row in its file, from 1
    source VARCHAR NOT NULL,
    record_key VARCHAR NOT NULL,     -- what makes it the same record: the publisher's id, else its content
    duplicate BOOLEAN NOT NULL,      -- the same record stands in an earlier row; it counts no further
    kind VARCHAR NOT NULL,           -- report, offer, posting or filing
    company_raw VARCHAR,             -- NULL: the source names no employer
    company_id VARCHAR,
    title_raw VARCHAR,
    occupation VARCHAR,              -- SOC code, where the source has one
    role_id VARCHAR,
    role_family VARCHAR NOT NULL,
    level_raw VARCHAR,
    level_std TINYINT,               -- 3 entry to 7 principal; NULL: not known, never guessed
    place_raw VARCHAR,
    geo_id VARCHAR,
    metro VARCHAR,
    state VARCHAR,
    country VARCHAR,                 -- ISO 3166 alpha-2
    remote BOOLEAN NOT NULL,
    currency VARCHAR NOT NULL,       -- ISO 4217
    base DOUBLE,
    base_max DOUBLE,                 -- the upper end, where a range is stated
    equity_annual DOUBLE,
    bonus DOUBLE,
    tc DOUBLE,
    headcount DOUBLE NOT NULL,       -- workers that the row speaks for
    weight DOUBLE NOT NULL,          -- its share of one observation: 0.5 for one end of a posted range
    years_experience DOUBLE,
    observed_on DATE NOT NULL,
    recorded_on DATE,                -- when the publisher said so; of one record, the latest counts
    flags VARCHAR NOT NULL           -- joined by commas; empty when there is nothing to say
);
