-- grain: one row per source, country, metropolitan area, level, year and metric: what machine
-- learning and AI engineers are paid over software engineers of the same. Evidence only: where a
-- band holds the premium already it is not added again.
-- An empty metro or level stands for all of them, of which the mix may differ between the two.
CREATE TABLE ai_premium AS
WITH stated AS (
    SELECT source, filed, country, currency, metro, nullif(level, 0) AS level_std,
        1900 + month // 12 AS year, role_family, metric, amount, w, weight
    FROM (UNPIVOT usable ON base, tc INTO NAME metric VALUE amount)
    WHERE role_family IN ('ml_ai_engineer', 'software_engineer') AND amount > 0
),
grouped AS (
    SELECT
        source, filed, country, currency, metro, level_std, year, metric, role_family,
        GROUPING(metro, level_std) AS bits,
        quantile_cont(amount, [0.25, 0.5, 0.75]) AS quarters,
        sum(w) * sum(w) / sum(w * w) * sum(weight) / count(*) AS n_effective,
        floor(sum(weight) + 1e-9)::BIGINT AS n
    FROM stated
    GROUP BY GROUPING SETS (
        (source, filed, country, currency, year, metric, role_family, metro, level_std),
        (source, filed, country, currency, year, metric, role_family, level_std),
        (source, filed, country, currency, year, metric, role_family)
    )
    HAVING (bits & 2 <> 0 OR metro IS NOT NULL) AND (bits & 1 <> 0 OR level_std IS NOT NULL)
        AND n_effective >= getvariable('fewest_shown') - 1e-9
),
paid AS (   -- with the standard error of a log median, its spread taken from the middle half
    SELECT *, quarters[2] AS p50,
        1.2533 * ln(quarters[3] / quarters[1]) / 1.349 / sqrt(n_effective) AS error
    FROM grouped
)
SELECT
    ai.source, CASE WHEN ai.filed THEN 'filed' ELSE 'stated' END AS basis,
    ai.country, ai.metro, ai.level_std, ai.year, ai.metric, ai.currency,
    ai.p50 / software.p50 - 1 AS premium_pct,
    ai.p50 / software.p50
        * exp(-getvariable('normal_90') * sqrt(ai.error ** 2 + software.error ** 2)) - 1 AS premium_low,
    ai.p50 / software.p50
        * exp(getvariable('normal_90') * sqrt(ai.error ** 2 + software.error ** 2)) - 1 AS premium_high,
    ai.p50 AS ai_p50, software.p50 AS software_p50, ai.n AS ai_n, software.n AS software_n,
    least(ai.n_effective, software.n_effective) < getvariable('fewest_to_decide') AS small_sample
FROM paid AS ai
JOIN paid AS software ON ai.bits = software.bits
    AND ai.source = software.source AND ai.filed = software.filed AND ai.year = software.year
    AND ai.country = software.country AND ai.currency = software.currency
    AND ai.metric = software.metric AND ai.metro IS NOT DISTINCT FROM software.metro
    AND ai.level_std IS NOT DISTINCT FROM software.level_std
WHERE ai.role_family = 'ml_ai_engineer' AND software.role_family = 'software_engineer'
ORDER BY ALL;

DROP TABLE usable;
