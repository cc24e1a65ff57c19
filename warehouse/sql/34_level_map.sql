-- grain: one row per peer level that a guide sets equal to its own
CREATE TABLE level_map (
    guide_id VARCHAR NOT NULL,
    load_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    own_level_raw VARCHAR,
    peer_company VARCHAR NOT NULL,
    peer_company_id VARCHAR NOT NULL,
    peer_level_raw VARCHAR,
    form VARCHAR,
    PRIMARY KEY (guide_id, ordinal)
);
