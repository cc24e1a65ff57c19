-- grain: one row per pay band: a guide, a pay zone as written, and a level where the table has levels
-- Money is per year in whole units of the named currency, equity grants excepted (whole grant).
CREATE TABLE band (
    band_id VARCHAR PRIMARY KEY,     -- <guide_id>#<number>
    guide_id VARCHAR NOT NULL,
    load_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,        -- place in the guide's table, from 1
    pay_zone_raw VARCHAR NOT NULL,
    job_level_raw VARCHAR,           -- NULL: the band is for every level of the guide
    currency VARCHAR NOT NULL,
    pay_frequency VARCHAR NOT NULL,  -- annual, monthly, weekly, daily or hourly, as written; amounts here are per year
    base_min DOUBLE,                 -- NULL: no base stated
    base_max DOUBLE,
    equity_vehicle VARCHAR,
    equity_basis VARCHAR,            -- as written: grant_total_4yr, annualised, unspecified
    equity_currency VARCHAR,
    equity_annual_min DOUBLE,
    equity_annual_max DOUBLE,
    equity_total_4y_min DOUBLE,
    equity_total_4y_max DOUBLE,
    bonus_target_pct_min DOUBLE,     -- fraction of base
    bonus_target_pct_max DOUBLE,
    bonus_amount_min DOUBLE,
    bonus_amount_max DOUBLE,
    sign_on_min DOUBLE,
    sign_on_max DOUBLE,
    tc_currency VARCHAR,
    tc_stated_min DOUBLE,
    tc_stated_max DOUBLE,
    tc_basis VARCHAR NOT NULL,       -- annualised, full_grant, cash_only, year1 or unknown
    tc_computed_min DOUBLE,          -- base x (1 + bonus) + equity per year
    tc_computed_max DOUBLE,
    tc_delta_pct DOUBLE,             -- stated over computed at the top end, minus 1
    alt_currency VARCHAR,            -- a second currency in the same cells
    alt_base_min DOUBLE,
    alt_base_max DOUBLE,
    alt_equity_total_4y_min DOUBLE,
    alt_equity_total_4y_max DOUBLE,
    alt_bonus_amount_min DOUBLE,
    alt_bonus_amount_max DOUBLE,
    alt_tc_min DOUBLE,
    alt_tc_max DOUBLE,
    flags VARCHAR NOT NULL,          -- joined by commas; empty when there is nothing to say
    as_written VARCHAR NOT NULL      -- the row as the reader gave it, JSON
);
