-- grain: one row per state, item and year
CREATE TABLE price_parity (
    load_id VARCHAR NOT NULL,
    row_no BIGINT NOT NULL,          -- number of the cell in its file: line by line, by year
    source VARCHAR NOT NULL,
    record_key VARCHAR NOT NULL,
    duplicate BOOLEAN NOT NULL,
    state VARCHAR NOT NULL,          -- two letters; US for the whole country
    year INTEGER NOT NULL,
    item VARCHAR NOT NULL,           -- all_items, goods, housing, utilities, other_services
    parity DOUBLE NOT NULL,          -- index, whole country = 100
    PRIMARY KEY (load_id, row_no)
);
