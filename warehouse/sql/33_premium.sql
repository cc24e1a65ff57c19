-- grain: one row per premium that a guide states with a number
CREATE TABLE premium (
    guide_id VARCHAR NOT NULL,
    load_id VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,           -- pct (fraction), amount or multiplier
    min DOUBLE NOT NULL,
    max DOUBLE NOT NULL,
    included_in_band BOOLEAN,        -- NULL: the guide does not say
    PRIMARY KEY (guide_id, label, unit)
);
