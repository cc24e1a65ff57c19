-- grain: one row per source and measure: this market beside the one attached as `earlier`
WITH counted AS (
    SELECT source, files, read, quarantined / nullif(read, 0) AS quarantined_share FROM source_health
),
counted_before AS (
    SELECT source, files, read, quarantined / nullif(read, 0) AS quarantined_share
    FROM earlier.source_health
),
moved AS (   -- cell by cell, so that a changed mix is no change of pay
    SELECT source, metric,
        exp(sum(ln(now.own_p50 / before.own_p50) * least(now.n, before.n)) / sum(least(now.n, before.n))) AS ratio,
        count(*) AS cells
    FROM percentile AS now
    JOIN earlier.percentile AS before
        USING (step, metric, source, basis, role_family, place, country, currency)
    WHERE step IN ('role+level+country', 'role+country') AND basis <> 'official'
        AND now.level_std IS NOT DISTINCT FROM before.level_std
    GROUP BY source, metric
)
SELECT source, 'files' AS measure, before.files::DOUBLE AS before, now.files::DOUBLE AS now
FROM counted AS now FULL JOIN counted_before AS before USING (source)
UNION ALL
SELECT source, 'rows read', before.read::DOUBLE, now.read::DOUBLE
FROM counted AS now FULL JOIN counted_before AS before USING (source)
UNION ALL
SELECT source, 'share held back', before.quarantined_share, now.quarantined_share
FROM counted AS now FULL JOIN counted_before AS before USING (source)
UNION ALL
SELECT source, 'median ' || metric || ' over ' || cells || ' cells', 1, ratio FROM moved
ORDER BY source, measure
