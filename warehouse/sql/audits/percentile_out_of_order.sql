-- A percentile above the next one, or outside of its own interval.
SELECT concat_ws(' ', source, metric, company_id, role_family, level_std, place) AS row_id,
    concat_ws(' ', p10, p25, p50, p75, p90) AS found
FROM percentile
WHERE NOT (p10 <= p25 AND p25 <= p50 AND p50 <= p75 AND p75 <= p90)
    OR p50_low > p50 * (1 + 1e-9) OR p50_high < p50 * (1 - 1e-9)
