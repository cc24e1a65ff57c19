-- A country whose pay a new file states in another currency than the file that it renews.
WITH share AS (
    SELECT load_id, country, currency, n / sum(n) OVER whole AS share, sum(n) OVER whole AS n
    FROM (SELECT load_id, country, currency, count(*) AS n FROM pay GROUP BY ALL)
    WINDOW whole AS (PARTITION BY load_id, country)
),
earlier_share AS (
    SELECT load_id, country, currency, n / sum(n) OVER whole AS share, sum(n) OVER whole AS n
    FROM (SELECT load_id, country, currency, count(*) AS n FROM earlier.pay
        WHERE load_id IN (SELECT earlier_id FROM predecessor) GROUP BY ALL)
    WINDOW whole AS (PARTITION BY load_id, country)
)
SELECT concat_ws(' ', predecessor.load_id, before.country, before.currency) AS row_id,
    concat(round(100 * coalesce(now.share, 0)), ' % of the rows, before ', round(100 * before.share), ' %') AS found
FROM earlier_share AS before
JOIN predecessor ON predecessor.earlier_id = before.load_id
JOIN (SELECT DISTINCT load_id, country, n FROM share) AS whole
    ON whole.load_id = predecessor.load_id AND whole.country IS NOT DISTINCT FROM before.country
LEFT JOIN share AS now ON now.load_id = predecessor.load_id
    AND now.country IS NOT DISTINCT FROM before.country AND now.currency = before.currency
WHERE whole.n >= 20 AND before.n >= 20 AND before.share - coalesce(now.share, 0) > 0.4
