-- A vesting schedule that does not come to the whole grant, or takes some of it back.
SELECT company_raw || ', ' || claimed_by AS row_id, CAST(schedule AS VARCHAR) AS found FROM vesting
WHERE len(schedule) > 0 AND (abs(list_sum(schedule) - 1) > 0.011 OR list_min(schedule) < 0)
