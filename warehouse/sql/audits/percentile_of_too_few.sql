-- A cell that is published although it rests on fewer than five observations.
SELECT concat_ws(' ', source, metric, company_id, role_family, level_std, place) AS row_id,
    concat('n = ', n, ', effective ', n_effective) AS found
FROM percentile
WHERE basis <> 'official' AND (n IS NULL OR n < 5 OR n_effective < 5 - 1e-6)
