-- grain: one row per official wage statistic: a programme, an occupation, an area and a period
-- Money is US dollars per year.
CREATE TABLE wage (
    load_id VARCHAR NOT NULL,
    row_no BIGINT NOT NULL,
    source VARCHAR NOT NULL,         -- oews (percentiles) or oflc (levels I to IV)
    record_key VARCHAR NOT NULL,
    duplicate BOOLEAN NOT NULL,
    occupation VARCHAR NOT NULL,     -- SOC code, 15-1252
    occupation_title VARCHAR,
    role_family VARCHAR NOT NULL,
    area_id VARCHAR NOT NULL,        -- code of the area; 99 for the whole country
    area_name VARCHAR,
    area_type VARCHAR,               -- nation, state, metro, nonmetro
    geo_id VARCHAR,
    metro VARCHAR,
    state VARCHAR,
    employment DOUBLE,
    mean DOUBLE,
    p10 DOUBLE,
    p25 DOUBLE,
    p50 DOUBLE,
    p75 DOUBLE,
    p90 DOUBLE,
    level_1 DOUBLE,
    level_2 DOUBLE,
    level_3 DOUBLE,
    level_4 DOUBLE,
    top_code DOUBLE,                 -- a top-coded percentile is NULL and at least this; NULL: none is
    relative_error DOUBLE,           -- fraction; of the mean
    period_start DATE NOT NULL,
    period_end DATE NOT NULL,
    flags VARCHAR NOT NULL,          -- suppressed_p90, top_coded_p90, group_major and the like, joined by commas
    PRIMARY KEY (load_id, row_no)
);
