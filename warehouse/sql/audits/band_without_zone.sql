-- A band that no region could ever find.
SELECT band_id AS row_id, pay_zone_raw AS found FROM band
WHERE band_id NOT IN (SELECT band_id FROM band_zone)
