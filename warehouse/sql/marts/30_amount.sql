-- Observations that percentiles are worked out of; temporary, as all that follows up to 39.
-- A filing is base pay only.
CREATE TEMP TABLE usable AS
WITH usual AS (
    SELECT source, country, currency, quantile_cont(coalesce(base, tc), 0.5) AS usual
    FROM pay
    WHERE NOT duplicate
    GROUP BY ALL
)
SELECT
    source, kind = 'filing' AS filed, currency, country, role_family, company_id,
    coalesce(level_std, 0)::TINYINT AS level,
    CASE WHEN NOT remote THEN metro END AS metro,
    CASE WHEN NOT remote THEN state END AS state,
    base,
    CASE WHEN NOT filed THEN tc END AS tc,
    CASE WHEN NOT filed THEN equity_annual END AS equity_annual,
    CASE WHEN NOT filed THEN bonus END AS bonus,
    date_diff('month', DATE '1900-01-01', observed_on) AS month,
    weight,
    weight * least(headcount, getvariable('headcount_cap')) * pow(
        0.5, greatest(date_diff('month', observed_on, edition), 0) / getvariable('half_life')
    ) AS w
FROM pay
JOIN edition USING (source)
JOIN usual USING (source, country, currency)
WHERE NOT duplicate
    AND role_family <> 'other'
    AND date_diff('month', observed_on, edition) <= getvariable('oldest_used')
    AND coalesce(base, tc) BETWEEN usual / getvariable('outlier_factor')
        AND usual * getvariable('outlier_factor');

-- Names as numbers, because cells are grouped by them many times; 0 stands for not known.
CREATE TEMP TABLE scope AS
SELECT row_number() OVER ()::INTEGER AS scope_no, *
FROM (SELECT DISTINCT source, filed, currency, country, role_family FROM usable ORDER BY ALL);

-- An employer too small for any cell of its own counts among all employers only.
CREATE TEMP TABLE employer AS
SELECT row_number() OVER (ORDER BY company_id)::INTEGER AS company_no, company_id
FROM (
    SELECT company_id FROM usable
    WHERE company_id IS NOT NULL
    GROUP BY company_id, source, currency, country, role_family
    HAVING sum(weight) >= getvariable('fewest_shown')
)
GROUP BY company_id;

CREATE TEMP TABLE metro AS
SELECT row_number() OVER (ORDER BY metro)::INTEGER AS metro_no, metro
FROM usable WHERE metro IS NOT NULL GROUP BY metro;

CREATE TEMP TABLE state AS
SELECT row_number() OVER (ORDER BY state)::INTEGER AS state_no, state
FROM usable WHERE state IS NOT NULL GROUP BY state;

-- grain: one row per amount that was stated, and what it was stated of
CREATE TEMP TABLE amount AS
WITH numbered AS (
    SELECT scope_no, coalesce(company_no, 0) AS company_no, level,
        coalesce(metro_no, 0) AS metro_no, coalesce(state_no, 0) AS state_no,
        base, tc, equity_annual, bonus, month, weight, w
    FROM usable
    JOIN scope USING (source, filed, currency, country, role_family)
    LEFT JOIN employer USING (company_id)
    LEFT JOIN metro USING (metro)
    LEFT JOIN state USING (state)
),
stated AS (
    UNPIVOT numbered ON base, tc, equity_annual, bonus INTO NAME metric VALUE amount
)
SELECT
    scope_no, metric::ENUM ('base', 'tc', 'equity_annual', 'bonus') AS metric,
    company_no, level, metro_no, state_no, amount,
    sum(w) AS w, sum(w * w) AS ww, count(*) AS rows, sum(weight) AS observations,
    sum(w * month) AS months, max(month) AS newest
FROM stated
WHERE amount > 0
GROUP BY ALL;
