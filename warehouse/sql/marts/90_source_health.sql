-- grain: one row per kind of source
CREATE TABLE source_health AS
SELECT
    source,
    count(*) AS files,
    sum(read) AS read,
    sum(accepted) AS accepted,
    sum(quarantined) AS quarantined,
    sum(duplicates) AS duplicates,
    sum(accepted) / nullif(sum(read), 0) AS accepted_share,
    sum(reasons) AS reasons,
    strftime(min(oldest), '%Y-%m') AS oldest_as_of,
    strftime(max(newest), '%Y-%m') AS newest_as_of
FROM load_health
GROUP BY source;
