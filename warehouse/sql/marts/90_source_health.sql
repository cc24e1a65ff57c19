-- grain: one row per kind of source
CREATE TABLE source_health AS
WITH held AS (
    SELECT load_id, count(*) AS reasons FROM quarantine GROUP BY load_id
),
dates AS (
    SELECT load_id, max(as_of) AS newest, min(as_of) AS oldest FROM guide GROUP BY load_id
)
SELECT
    source,
    count(*) AS files,
    sum(read) AS read,
    sum(accepted) AS accepted,
    sum(quarantined) AS quarantined,
    sum(duplicates) AS duplicates,
    sum(accepted) / nullif(sum(read), 0) AS accepted_share,
    coalesce(sum(reasons), 0) AS reasons,
    min(oldest) AS oldest_as_of,
    max(newest) AS newest_as_of
FROM load
LEFT JOIN held USING (load_id)
LEFT JOIN dates USING (load_id)
GROUP BY source;
