-- Pay of one country in a new file that moved by more than a fifth, cell by cell, against the file
-- that it renews: another currency, another unit, or levels that slipped. Small samples are given
-- more room. Rates closer to one than that, as dollars for euros, do not show.
WITH cells AS (
    UNPIVOT load_cell ON base_p50, tc_p50 INTO NAME metric VALUE p50
),
earlier_cells AS (
    UNPIVOT earlier.load_cell ON base_p50, tc_p50 INTO NAME metric VALUE p50
),
moved AS (
    SELECT
        now.load_id, now.country, now.currency, now.metric,
        sum(ln(now.p50 / before.p50) * least(now.n, before.n)) / sum(least(now.n, before.n)) AS log_ratio,
        sum(least(now.n, before.n)) AS n
    FROM cells AS now
    JOIN predecessor ON predecessor.load_id = now.load_id
    JOIN earlier_cells AS before ON before.load_id = predecessor.earlier_id
        AND before.metric = now.metric AND before.country IS NOT DISTINCT FROM now.country
        AND before.currency = now.currency AND before.role_family = now.role_family
        AND before.level_std IS NOT DISTINCT FROM now.level_std
    WHERE now.p50 > 0 AND before.p50 > 0
    GROUP BY ALL
)
SELECT concat_ws(' ', load_id, country, currency, metric) AS row_id,
    concat('medians are ', round(exp(log_ratio), 3), ' times those of before, over ', n, ' rows') AS found
FROM moved
WHERE n >= 20 AND abs(log_ratio) > ln(1.2) + 0.5 / sqrt(n)
