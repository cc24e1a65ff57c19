-- Two rows for one metric, cell and source.
SELECT concat_ws(' ', source, metric, company_id, role_family, level_std, place) AS row_id,
    count(*) AS found
FROM percentile
GROUP BY source, basis, metric, company_id, role_family, level_std, place, place_kind, country, currency
HAVING count(*) > 1
