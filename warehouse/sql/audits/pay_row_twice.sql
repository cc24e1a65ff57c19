-- A row of a file that stands in the market twice.
SELECT load_id || '#' || row_no AS row_id, any_value(record_key) AS found FROM pay
GROUP BY load_id, row_no
HAVING count(*) > 1
