-- Two bands of one guide for the same zone and level.
SELECT max(band_id) AS row_id, any_value(pay_zone_raw) AS found FROM band
GROUP BY guide_id, lower(pay_zone_raw), coalesce(lower(job_level_raw), '')
HAVING count(*) > 1
