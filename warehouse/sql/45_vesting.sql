-- grain: one row per claim of how an employer's grants vest; claims that contradict are all kept
CREATE TABLE vesting (
    load_id VARCHAR NOT NULL,
    row_no BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    record_key VARCHAR NOT NULL,
    duplicate BOOLEAN NOT NULL,
    company_raw VARCHAR NOT NULL,
    company_id VARCHAR NOT NULL,
    schedule DOUBLE[],               -- fraction by year; empty: no stock to vest; NULL: not stated
    cadence VARCHAR,
    claimed_by VARCHAR NOT NULL,     -- address or name of whoever says so
    as_of_from DATE NOT NULL,
    as_of_to DATE NOT NULL,
    note VARCHAR,
    PRIMARY KEY (load_id, row_no)
);
