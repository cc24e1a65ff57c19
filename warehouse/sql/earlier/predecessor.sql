-- grain: one row per file that is new in this market and replaces or renews one of the earlier
-- market: the file of the same name, else one of the same last name that holds half of its records.
CREATE OR REPLACE TEMP TABLE predecessor AS
WITH fresh AS (
    SELECT load_id, source, file, split_part(file, '/', -1) AS last_name
    FROM load ANTI JOIN earlier.load AS before USING (load_id)
    WHERE source <> 'guides'
),
namesake AS (
    SELECT fresh.load_id, before.load_id AS earlier_id, fresh.file = before.file AS same_file
    FROM fresh
    JOIN earlier.load AS before
        ON before.source = fresh.source AND split_part(before.file, '/', -1) = fresh.last_name
),
record AS (
    SELECT load_id, source, record_key FROM pay
    WHERE load_id IN (SELECT load_id FROM namesake WHERE NOT same_file)
),
shared AS (
    SELECT load_id, earlier_id, count(DISTINCT record_key) AS records
    FROM record
    JOIN (SELECT load_id AS earlier_id, source, record_key FROM earlier.pay)
        USING (source, record_key)
    GROUP BY ALL
),
whole AS (
    SELECT load_id, count(DISTINCT record_key) AS records FROM record GROUP BY load_id
)
SELECT load_id, earlier_id
FROM namesake
LEFT JOIN shared USING (load_id, earlier_id)
LEFT JOIN whole USING (load_id)
WHERE same_file OR shared.records >= whole.records / 2
QUALIFY row_number() OVER (PARTITION BY load_id ORDER BY same_file DESC, shared.records DESC, earlier_id) = 1
