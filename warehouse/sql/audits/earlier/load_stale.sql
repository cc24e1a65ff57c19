-- A new file whose newest observation is older than that of the file that it renews.
SELECT load_id AS row_id, concat(now.file, ': newest ', now.newest, ', before ', before.newest) AS found
FROM load_health AS now
JOIN predecessor USING (load_id)
JOIN earlier.load_health AS before ON before.load_id = predecessor.earlier_id
WHERE now.newest < before.newest
