-- grain: one row per metric, cell of the ladder and source
-- Sources are compared and never blended: each has its own people, edition and errors. Only cells
-- of five effective observations or more are here. Small cells are drawn towards their parent on
-- the log scale, by n / (n + pooling); their interval shrinks by the root of that.
CREATE TEMP MACRO drawn(own, parent, share) AS list_transform(
    list_zip(own, parent), lambda pair: CASE WHEN pair[2] IS NULL THEN pair[1]
        ELSE round(exp(share * ln(pair[1]) + (1 - share) * ln(pair[2])), 2) END
);
CREATE TEMP MACRO around(points, own_points, ends, share) AS list_transform(
    list_zip(points, own_points, ends),
    lambda one: round(one[1] * pow(one[3] / one[2], sqrt(share)), 2)
);

CREATE TEMP TABLE own AS
SELECT cell.*, parent, points AS own_points, lows, highs,
    CASE WHEN parent IS NULL THEN 1 ELSE n_effective / (n_effective + getvariable('pooling')) END
        AS share,
    CASE WHEN parent & 8 = 0 THEN company_no ELSE -1 END AS parent_company_no,
    CASE WHEN parent & 4 = 0 THEN level ELSE -1 END AS parent_level
FROM cell
JOIN quantile USING (cell_id)
JOIN ladder USING (bits);

CREATE TEMP TABLE pooled AS
SELECT *, own_points AS points FROM own WHERE parent IS NULL;

-- children of the widest cells, then their children
INSERT INTO pooled
SELECT own.*, drawn(own.own_points, wide.points, own.share)
FROM own
LEFT JOIN pooled AS wide ON wide.bits = own.parent
    AND wide.scope_no = own.scope_no AND wide.metric = own.metric AND wide.level = own.parent_level
WHERE own.parent IN (SELECT bits FROM ladder WHERE parent IS NULL);

INSERT INTO pooled
SELECT own.*, drawn(own.own_points, wide.points, own.share)
FROM own
LEFT JOIN pooled AS wide ON wide.bits = own.parent
    AND wide.scope_no = own.scope_no AND wide.metric = own.metric AND wide.level = own.parent_level
    AND wide.company_no = own.parent_company_no
WHERE own.parent IN (SELECT bits FROM ladder WHERE parent IS NOT NULL);

CREATE TEMP TABLE named AS
SELECT
    step,
    metric::VARCHAR AS metric,
    company_id,                       -- NULL: all employers
    role_family,
    nullif(level, -1)::TINYINT AS level_std,   -- NULL: all levels, and people whose level is not known
    CASE ladder.place WHEN 'metro' THEN metro WHEN 'state' THEN state ELSE country END AS place,
    ladder.place AS place_kind,
    country, currency, source,
    CASE WHEN filed THEN 'filed' ELSE 'stated' END AS basis,
    points,
    around(points, own_points, lows, share) AS lows,
    around(points, own_points, highs, share) AS highs,
    own_points[3] AS own_p50,         -- before it was drawn towards the parent
    share AS own_share,
    floor(n + 1e-9)::BIGINT AS n,
    n_effective,
    n_effective < getvariable('fewest_to_decide') AS small_sample,
    strftime(DATE '1900-01-01' + to_months(round(middle)::INTEGER), '%Y-%m') AS as_of,
    strftime(DATE '1900-01-01' + to_months(newest::INTEGER), '%Y-%m') AS newest
FROM pooled
JOIN scope USING (scope_no)
JOIN ladder USING (bits)
LEFT JOIN employer USING (company_no)
LEFT JOIN metro USING (metro_no)
LEFT JOIN state USING (state_no);

-- The wage offices' own percentiles, one occupation for a role: the one with most workers there.
INSERT INTO named
SELECT
    'official+role+' || coalesce(place_kind, 'country'), 'base', NULL, role_family, NULL,
    CASE place_kind WHEN 'metro' THEN metro WHEN 'state' THEN state ELSE 'US' END,
    coalesce(place_kind, 'country'), 'US', 'USD', source, 'official',
    [p10, p25, p50, p75, p90],
    [NULL, NULL, NULL, NULL, NULL]::DOUBLE[], [NULL, NULL, NULL, NULL, NULL]::DOUBLE[],
    p50, 1, NULL, NULL, false, strftime(period_end, '%Y-%m'), strftime(period_end, '%Y-%m')
FROM (
    SELECT *, CASE area_type WHEN 'nation' THEN 'country' WHEN 'state' THEN 'state' WHEN 'metro' THEN 'metro' END AS place_kind
    FROM wage
)
WHERE NOT duplicate AND role_family <> 'other' AND p50 IS NOT NULL AND place_kind IS NOT NULL
    AND (place_kind <> 'metro' OR metro IS NOT NULL) AND (place_kind <> 'state' OR state IS NOT NULL)
QUALIFY row_number() OVER (
    PARTITION BY source, role_family, place_kind, CASE WHEN place_kind = 'metro' THEN metro END,
        CASE WHEN place_kind = 'state' THEN state END
    ORDER BY period_end DESC, employment DESC NULLS LAST, occupation, load_id, row_no
) = 1;

CREATE TABLE percentile AS
SELECT
    step, metric, company_id, role_family, level_std, place, place_kind, country, currency, source,
    basis,
    points[1] AS p10, points[2] AS p25, points[3] AS p50, points[4] AS p75, points[5] AS p90,
    lows[1] AS p10_low, highs[1] AS p10_high,
    lows[2] AS p25_low, highs[2] AS p25_high,
    lows[3] AS p50_low, highs[3] AS p50_high,
    lows[4] AS p75_low, highs[4] AS p75_high,
    lows[5] AS p90_low, highs[5] AS p90_high,   -- 90 % intervals; NULL: the sample does not bound it
    own_p50, own_share, n, n_effective, small_sample, as_of, newest,
    count(*) OVER same AS sources,              -- how many sources have this very cell
    min(points[3]) OVER same AS lowest_p50,
    max(points[3]) OVER same AS highest_p50
FROM named
WINDOW same AS (
    PARTITION BY metric, company_id, role_family, level_std, place, place_kind, country, currency
)
ORDER BY role_family, company_id, level_std, country, place, metric, source;

DROP TABLE named; DROP TABLE pooled; DROP TABLE own; DROP TABLE quantile; DROP TABLE cell;
DROP TABLE amount;
