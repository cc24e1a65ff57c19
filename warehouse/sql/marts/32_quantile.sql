-- grain: one row per cell and metric, with its five percentiles as they are; temporary
-- Weighted, without interpolation: the first amount up to which the share of the weight is
-- reached, or the middle of two where it is reached exactly. Intervals after Woodruff (1952): the
-- amounts at the shares that a 90 % interval of the share itself ends at; NULL beyond all amounts.
CREATE TEMP MACRO at_share(amount, upto, q) AS (
    (min(amount) FILTER (upto >= q - 1e-9) + min(amount) FILTER (upto > q + 1e-9)) / 2
);
CREATE TEMP MACRO margin(q, n) AS
    getvariable('normal_90') * sqrt(q * (1 - q) / n) + 0.5 / n;
CREATE TEMP MACRO low_end(amount, upto, q, n) AS
    CASE WHEN q > margin(q, any_value(n)) THEN min(amount) FILTER (upto >= q - margin(q, n)) END;
CREATE TEMP MACRO high_end(amount, upto, q, n) AS
    min(amount) FILTER (upto > q + margin(q, n));

CREATE TEMP TABLE quantile AS
WITH climbing AS (   -- every amount at every step that it may belong to
    SELECT *, unnest((SELECT list(bits) FROM ladder)) AS bits FROM amount
),
placed AS (
    SELECT bits, scope_no, metric, amount, w,
        CASE WHEN bits & 8 = 0 THEN company_no ELSE -1 END AS company_no,
        CASE WHEN bits & 4 = 0 THEN level ELSE -1 END AS level,
        CASE WHEN bits & 2 = 0 THEN metro_no ELSE -1 END AS metro_no,
        CASE WHEN bits & 1 = 0 THEN state_no ELSE -1 END AS state_no
    FROM climbing
),
running AS (   -- equal amounts reach their share together; narrow, because it is sorted
    SELECT cell_id, amount, sum(placed.w) OVER (PARTITION BY cell_id ORDER BY amount) AS weight
    FROM placed
    JOIN cell USING (bits, scope_no, metric, company_no, level, metro_no, state_no)
),
share AS (
    SELECT cell_id, n_effective AS n, amount, weight / w AS upto
    FROM running
    JOIN cell USING (cell_id)
)
SELECT
    cell_id,
    [at_share(amount, upto, 0.10), at_share(amount, upto, 0.25), at_share(amount, upto, 0.50),
        at_share(amount, upto, 0.75), at_share(amount, upto, 0.90)] AS points,
    [low_end(amount, upto, 0.10, n), low_end(amount, upto, 0.25, n), low_end(amount, upto, 0.50, n),
        low_end(amount, upto, 0.75, n), low_end(amount, upto, 0.90, n)] AS lows,
    [high_end(amount, upto, 0.10, n), high_end(amount, upto, 0.25, n), high_end(amount, upto, 0.50, n),
        high_end(amount, upto, 0.75, n), high_end(amount, upto, 0.90, n)] AS highs
FROM share
GROUP BY cell_id;
