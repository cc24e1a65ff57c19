-- grain: one row per file, country, currency, role family and level with five rows or more
-- What a file says, its duplicates included: for holding one edition of a file against another.
CREATE TABLE load_cell AS
SELECT
    load_id, source, country, currency, role_family, level_std,
    count(*) AS n,
    median(base) AS base_p50,
    median(tc) AS tc_p50
FROM pay
GROUP BY ALL
HAVING count(*) >= getvariable('fewest_shown');
