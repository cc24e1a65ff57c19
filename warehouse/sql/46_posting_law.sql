-- grain: one row per state: whether adverts must show pay, and how many do
CREATE TABLE posting_law (
    load_id VARCHAR NOT NULL,
    row_no BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    record_key VARCHAR NOT NULL,
    duplicate BOOLEAN NOT NULL,
    country VARCHAR NOT NULL,
    state VARCHAR NOT NULL,          -- two letters
    state_name VARCHAR NOT NULL,
    required BOOLEAN NOT NULL,
    since_year INTEGER,              -- NULL: no law
    min_employees INTEGER,           -- NULL: no law, or no threshold stated
    threshold_raw VARCHAR,
    postings DOUBLE,
    postings_with_pay DOUBLE,
    disclosure DOUBLE,               -- fraction of postings that show pay
    PRIMARY KEY (load_id, row_no)
);
