-- grain: one row per county or town and the wage area that it belongs to
CREATE TABLE wage_area (
    load_id VARCHAR NOT NULL,
    row_no BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    record_key VARCHAR NOT NULL,
    duplicate BOOLEAN NOT NULL,
    area_id VARCHAR NOT NULL,
    area_name VARCHAR NOT NULL,
    geo_id VARCHAR,                  -- the area's first city; NULL outside of metropolitan areas
    metro VARCHAR,
    state VARCHAR NOT NULL,          -- two letters; of the county
    county VARCHAR NOT NULL,
    PRIMARY KEY (load_id, row_no)
);
