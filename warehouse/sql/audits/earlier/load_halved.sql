-- A new file that lost three rows in ten, or whose rows are mostly held back where they were not.
SELECT load_id AS row_id, concat(now.file, ': ', now.read, ' rows read of which ', now.quarantined,
    ' held back, before ', before.read, ' and ', before.quarantined) AS found
FROM load_health AS now
JOIN predecessor USING (load_id)
JOIN earlier.load_health AS before ON before.load_id = predecessor.earlier_id
WHERE before.read - before.quarantined >= 20
    AND (now.read < 0.7 * before.read
        OR now.read - now.quarantined < 0.7 * (before.read - before.quarantined))
