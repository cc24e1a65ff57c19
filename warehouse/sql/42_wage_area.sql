-- grain: one row per county or town and the wage area that it belongs to
CREATE TABLE wage_area (
    load_id VARCHAR NOT NULL,
    row_no BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    record_key VARCHAR NOT NULL,
    duplicate BOOLEAN NOT NULL,
    area_id VARCHAR NOT NULL,
    area_name VARCHAR NOT NULL,
    state VARCHAR NOT NULL,          -- two letters
    county VARCHAR NOT NULL,
    PRIMARY KEY (load_id, row_no)
);
