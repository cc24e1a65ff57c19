-- A percentile that is missing without a flag that says why.
SELECT record_key AS row_id, 'p50' AS found FROM wage
WHERE source = 'oews' AND p50 IS NULL
    AND NOT contains(flags, 'top_coded_p50') AND NOT contains(flags, 'suppressed_p50')
    AND NOT contains(flags, 'absent_p50') AND NOT contains(flags, 'hourly_only')
