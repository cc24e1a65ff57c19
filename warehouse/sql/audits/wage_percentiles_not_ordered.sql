-- A percentile of a wage above the next one.
SELECT record_key AS row_id, concat_ws(', ', p10, p25, p50, p75, p90) AS found FROM wage
WHERE p10 > p25 OR p25 > p50 OR p50 > p75 OR p75 > p90
