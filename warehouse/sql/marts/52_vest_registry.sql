-- grain: one row per employer: the newest dated claim of how its grants vest
-- The newest is the one that cannot be older: by the first day that its date may mean.
CREATE TABLE vest_registry AS
WITH claim AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY company_id ORDER BY as_of_from DESC, as_of_to, claimed_by, row_no
        ) AS place
    FROM vesting
    WHERE NOT duplicate AND len(schedule) > 0
)
SELECT
    newest.company_id,
    newest.company_raw AS company,
    newest.schedule,
    newest.cadence,
    newest.claimed_by,
    newest.as_of_from,
    newest.as_of_to,
    coalesce(
        list({
            'schedule': other.schedule,
            'claimed_by': other.claimed_by,
            'as_of_from': other.as_of_from,
            'as_of_to': other.as_of_to
        } ORDER BY other.place) FILTER (other.schedule <> newest.schedule),
        []
    ) AS conflicts                   -- claims of another schedule, the newest first
FROM claim AS newest
LEFT JOIN claim AS other ON other.company_id = newest.company_id AND other.place > 1
WHERE newest.place = 1
GROUP BY ALL;
