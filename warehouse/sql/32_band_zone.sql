-- grain: one row per band and place; a zone such as "Seattle / Bay Area" has several
CREATE TABLE band_zone (
    band_id VARCHAR NOT NULL,
    load_id VARCHAR NOT NULL,
    geo_id VARCHAR NOT NULL,
    country VARCHAR,                 -- ISO 3166 alpha-2; NULL when the place is not known
    parent VARCHAR,                  -- the metropolitan area that the place belongs to
    remote BOOLEAN NOT NULL,
    PRIMARY KEY (band_id, geo_id)
);
