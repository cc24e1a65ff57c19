-- grain: one row per observation of pay, duplicates left out, in dollars at one dated rate
-- For comparing across currencies only: percentiles stay in the currency that people are paid in.
-- One rate for all years, the newest, so that a difference is one of pay and not of exchange rates.
CREATE VIEW pay_usd AS
SELECT
    pay.* EXCLUDE (duplicate),
    base * usd AS base_usd,                   -- NULL: not stated, or no rate for the currency
    equity_annual * usd AS equity_annual_usd,
    bonus * usd AS bonus_usd,
    tc * usd AS tc_usd,
    day AS rate_day
FROM pay
LEFT JOIN rate USING (currency)
WHERE NOT duplicate;
