-- grain: one row per lever that a guide names
CREATE TABLE lever_text (
    guide_id VARCHAR NOT NULL,
    load_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    title VARCHAR NOT NULL,
    script VARCHAR,                  -- NULL: the reader gave the title only
    PRIMARY KEY (guide_id, ordinal)
);
