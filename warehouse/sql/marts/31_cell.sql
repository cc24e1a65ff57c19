-- grain: one row per cell of the ladder with enough observations, and metric; temporary
CREATE TEMP TABLE cell AS
SELECT
    row_number() OVER ()::INTEGER AS cell_id, bits, scope_no, metric, n, n_effective, w,
    coalesce(company_no, -1) AS company_no, coalesce(level, -1) AS level,
    coalesce(metro_no, -1) AS metro_no, coalesce(state_no, -1) AS state_no,
    middle, newest
FROM (
    SELECT
        GROUPING(company_no, level, metro_no, state_no)::TINYINT AS bits,
        scope_no, metric, company_no, level, metro_no, state_no,
        sum(w) AS w,
        sum(observations) AS n,
        -- Kish's effective number of rows, times the share of an observation that a row is
        sum(w) * sum(w) / sum(ww) * sum(observations) / sum(rows) AS n_effective,
        sum(months) / sum(w) AS middle,
        max(newest) AS newest
    FROM amount
    GROUP BY GROUPING SETS (
        (scope_no, metric, company_no, level, metro_no),
        (scope_no, metric, company_no, level),
        (scope_no, metric, company_no),
        (scope_no, metric, level, metro_no),
        (scope_no, metric, level, state_no),
        (scope_no, metric, level),
        (scope_no, metric, metro_no),
        (scope_no, metric)
    )
    -- not of an unknown employer, level or place
    HAVING company_no IS DISTINCT FROM 0 AND level IS DISTINCT FROM 0
        AND metro_no IS DISTINCT FROM 0 AND state_no IS DISTINCT FROM 0
        AND n_effective >= getvariable('fewest_shown') - 1e-9
);
