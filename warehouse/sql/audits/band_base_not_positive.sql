-- A base band at or below zero, or with one end only.
SELECT band_id AS row_id, as_written AS found FROM band
WHERE base_min <= 0 OR base_max <= 0 OR (base_min IS NULL) <> (base_max IS NULL)
