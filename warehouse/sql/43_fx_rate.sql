-- grain: one row per day and currency
CREATE TABLE fx_rate (
    load_id VARCHAR NOT NULL,
    row_no BIGINT NOT NULL,          -- number of the rate in its file: line by line, by currency
    source VARCHAR NOT NULL,
    record_key VARCHAR NOT NULL,     -- <day> <currency>
    duplicate BOOLEAN NOT NULL,
    day DATE NOT NULL,
    currency VARCHAR NOT NULL,       -- ISO 4217
    per_eur DOUBLE NOT NULL,         -- units of the currency for one euro
    PRIMARY KEY (load_id, row_no)
);
