-- grain: one row per file: how fresh it is, what became of its rows, and signs of damage
-- Ages are not here: a snapshot has no clock.
CREATE TABLE load_health AS
WITH dated AS (
    SELECT load_id, observed_on AS day FROM pay
    UNION ALL SELECT load_id, period_end FROM wage
    UNION ALL SELECT load_id, day FROM fx_rate
    UNION ALL SELECT load_id, make_date(year, 12, 31) FROM price_parity
    UNION ALL SELECT load_id, as_of_to FROM vesting
    UNION ALL SELECT load_id, TRY_CAST(as_of || '-01' AS DATE) FROM guide
),
fresh AS (
    SELECT load_id, min(day) AS oldest, max(day) AS newest FROM dated GROUP BY load_id
),
held AS (
    SELECT load_id, count(*) AS reasons FROM quarantine GROUP BY load_id
),
content AS (
    SELECT
        load_id, count(*) AS pay_rows,
        count(DISTINCT hash(base, tc, company_id, title_raw, level_raw, place_raw, observed_on,
            currency, years_experience)) AS distinct_rows,
        count(*) FILTER (base IS NOT NULL AND tc IS NOT NULL) AS with_base_and_tc,
        count(*) FILTER (base > tc) AS base_above_tc,
        count(*) FILTER (base IS NOT NULL AND bonus > 0) AS with_base_and_bonus,
        count(*) FILTER (bonus > base) AS bonus_above_base
    FROM pay
    GROUP BY load_id
)
SELECT
    load.load_id, source, file, read, accepted, quarantined, duplicates,
    quarantined / nullif(read, 0) AS quarantined_share,
    coalesce(reasons, 0) AS reasons,
    oldest, newest,
    pay_rows, distinct_rows, with_base_and_tc, base_above_tc, with_base_and_bonus, bonus_above_base
FROM load
LEFT JOIN held USING (load_id)
LEFT JOIN fresh USING (load_id)
LEFT JOIN content USING (load_id);
