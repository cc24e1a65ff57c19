-- An equity amount of which nobody knows whether it is a year's worth or the whole grant.
SELECT band_id AS row_id, as_written AS found FROM band
WHERE coalesce(equity_total_4y_min, equity_total_4y_max) IS NOT NULL AND equity_basis IS NULL
