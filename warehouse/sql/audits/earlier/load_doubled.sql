-- A new file in which far more rows repeat each other than in the file that it renews, or in the
-- earlier files of its source.
WITH usual AS (
    SELECT source, median(distinct_rows / pay_rows) AS share
    FROM earlier.load_health WHERE pay_rows >= 20 GROUP BY source
)
SELECT load_id AS row_id, concat(now.file, ': ', now.distinct_rows, ' different rows of ',
    now.pay_rows, ', before ', round(coalesce(before.distinct_rows / before.pay_rows, share), 3)) AS found
FROM load_health AS now
LEFT JOIN predecessor USING (load_id)
LEFT JOIN earlier.load_health AS before ON before.load_id = predecessor.earlier_id
JOIN usual ON usual.source = now.source
WHERE now.load_id NOT IN (SELECT load_id FROM earlier.load)
    AND now.pay_rows >= 20
    AND now.distinct_rows / now.pay_rows
        < 0.75 * coalesce(before.distinct_rows / before.pay_rows, share)
