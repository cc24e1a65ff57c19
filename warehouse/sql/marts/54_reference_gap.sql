-- grain: one row per gap in the reference data: worth knowing, but no reason to hold a market back
CREATE TABLE reference_gap AS
WITH newest AS (
    SELECT max(observed_on) AS pay FROM pay WHERE NOT duplicate
),
rate AS (
    SELECT max(day) AS day FROM fx
)
SELECT
    'wage-area-unknown' AS gap,
    area_id AS what,
    'no county is known to belong to it' AS found
FROM wage
WHERE source = 'oflc' AND NOT duplicate
    AND area_id NOT IN (SELECT area_id FROM wage_area)
GROUP BY area_id
UNION ALL
SELECT 'fx-older-than-pay', rate.day::VARCHAR, 'pay was observed on ' || newest.pay
FROM rate, newest
WHERE rate.day + 30 < newest.pay;
