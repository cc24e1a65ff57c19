-- grain: one row per package at which a guide says to accept, or below which to walk away, for one region and level
-- An empty scope (region and level NULL) holds for the whole guide.
CREATE TABLE accept_floor (
    guide_id VARCHAR NOT NULL,
    load_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    kind VARCHAR NOT NULL,           -- target; or accept_at, walk_away
    scope_region VARCHAR,            -- pay zone as written
    scope_geo_id VARCHAR,
    scope_level VARCHAR,
    currency VARCHAR,
    base DOUBLE,
    equity_total_4y DOUBLE,
    equity_relative_pct DOUBLE,      -- fraction above the standard grant, where no amount is named
    sign_on DOUBLE,
    sign_on_y2 DOUBLE,
    bonus_pct DOUBLE,                -- fraction of base
    bonus_amount DOUBLE,
    tc DOUBLE,
    tc_basis VARCHAR,                -- year1, 4y_total or unspecified; NULL without tc
    PRIMARY KEY (guide_id, ordinal)
);
