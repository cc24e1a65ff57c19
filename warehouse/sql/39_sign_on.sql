-- grain: one row per guide that states a sign-on range; ranges of single bands stand in band
CREATE TABLE sign_on (
    guide_id VARCHAR PRIMARY KEY,
    load_id VARCHAR NOT NULL,
    currency VARCHAR,
    min DOUBLE NOT NULL,
    max DOUBLE NOT NULL
);
