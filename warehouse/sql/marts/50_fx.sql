-- grain: one row per currency and day on which its rate was fixed
-- A rate holds until the next one is fixed, over weekends and holidays, and for a month at most: a
-- currency that is no longer quoted has none.  The rate of any day wanted is the row with
-- day <= wanted and wanted <= valid_to.
CREATE TABLE fx AS
WITH rate AS (  -- a rate that was let in by hand may stand in a file as well
    SELECT currency, day, min(per_eur) AS per_eur
    FROM fx_rate WHERE NOT duplicate GROUP BY currency, day
)
SELECT
    currency,
    day,
    least(
        coalesce(lead(day) OVER (PARTITION BY currency ORDER BY day) - 1, day + 30), day + 30
    )::DATE AS valid_to,
    per_eur                          -- units of the currency for one euro
FROM rate;
