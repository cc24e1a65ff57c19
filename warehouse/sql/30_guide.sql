-- grain: one row per negotiation guide
CREATE TABLE guide (
    guide_id VARCHAR PRIMARY KEY,    -- <company folder>/<role slug>
    load_id VARCHAR NOT NULL,
    source_hash VARCHAR NOT NULL,    -- SHA-256 of the file
    company_id VARCHAR NOT NULL,     -- normalised, through the company aliases
    company VARCHAR NOT NULL,
    role_id VARCHAR NOT NULL,
    role_family VARCHAR NOT NULL,    -- other when the role is none of the standard ones
    role VARCHAR NOT NULL,
    title_raw VARCHAR,
    level_text VARCHAR,              -- the employer's own levels as written; NULL when not stated
    layout VARCHAR,
    as_of VARCHAR,                   -- YYYY-MM; NULL when the guide names no date
    as_of_basis VARCHAR,             -- stated, or effective_period: January of its latest year
    vest_claim VARCHAR,
    sources_count INTEGER,
    reader VARCHAR NOT NULL
);
