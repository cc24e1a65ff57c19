-- A load whose quarantine does not show what it counts.
SELECT load_id AS row_id, file AS found FROM load
WHERE quarantined <> (
    SELECT count(DISTINCT row_ref) FROM quarantine WHERE quarantine.load_id = load.load_id
)
