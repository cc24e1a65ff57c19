-- grain: one row per currency: its newest reference rate
CREATE TABLE rate AS
WITH newest AS (
    SELECT day, currency, per_eur FROM fx_rate WHERE NOT duplicate
    QUALIFY row_number() OVER (PARTITION BY currency ORDER BY day DESC, source, load_id) = 1
),
dollar AS (
    SELECT day, per_eur FROM newest WHERE currency = 'USD'
)
SELECT
    newest.currency,
    dollar.per_eur / newest.per_eur AS usd,   -- dollars for one unit
    least(newest.day, dollar.day) AS day
FROM newest, dollar
UNION ALL SELECT 'EUR', per_eur, day FROM dollar
UNION ALL SELECT 'USD', 1, NULL WHERE NOT EXISTS (FROM dollar);
