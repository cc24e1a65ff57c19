-- Two rates of one currency and day that are not the same.
SELECT record_key AS row_id, min(per_eur) || ' and ' || max(per_eur) AS found FROM fx_rate
GROUP BY record_key
HAVING max(per_eur) > min(per_eur) * (1 + 1e-9)
