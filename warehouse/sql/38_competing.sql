-- grain: one row per employer and amount that a guide quotes
-- Benchmarks only: a guide's reader does not hold these offers.
CREATE TABLE competing (
    guide_id VARCHAR NOT NULL,
    load_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    employer VARCHAR NOT NULL,
    company_id VARCHAR NOT NULL,
    tc DOUBLE,                       -- NULL: named without an amount
    currency VARCHAR,
    kind VARCHAR NOT NULL,           -- benchmark, or generic where no employer is named
    place VARCHAR NOT NULL,          -- negotiate_up or lever
    PRIMARY KEY (guide_id, ordinal)
);
