-- A file that gave rows before and gives none now: emptied, cut off, or another kind of file.
SELECT now.load_id AS row_id, concat(now.file, ': ', before.accepted, ' rows of ', before.source,
    ' before, and now none') AS found
FROM load AS now
JOIN earlier.load AS before USING (file)
WHERE now.load_id <> before.load_id AND before.accepted > 0 AND now.accepted = 0
    AND now.duplicates = 0
