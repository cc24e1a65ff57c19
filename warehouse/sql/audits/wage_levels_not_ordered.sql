-- A prevailing wage level above the next one.
SELECT record_key AS row_id, concat_ws(', ', level_1, level_2, level_3, level_4) AS found FROM wage
WHERE level_1 > level_2 OR level_2 > level_3 OR level_3 > level_4
