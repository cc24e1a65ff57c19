-- A new file that spreads people over levels otherwise than the file that it renews: more than
-- three in ten would have to change their level.
WITH counted AS (
    SELECT predecessor.load_id, level_std, sum(load_cell.n) AS n
    FROM load_cell JOIN predecessor USING (load_id)
    WHERE level_std IS NOT NULL GROUP BY ALL
),
counted_before AS (
    SELECT predecessor.load_id, level_std, sum(before.n) AS n
    FROM earlier.load_cell AS before JOIN predecessor ON predecessor.earlier_id = before.load_id
    WHERE level_std IS NOT NULL GROUP BY ALL
),
share AS (
    SELECT load_id, level_std, n / sum(n) OVER (PARTITION BY load_id) AS share, sum(n) OVER (PARTITION BY load_id) AS n
    FROM counted
),
share_before AS (
    SELECT load_id, level_std, n / sum(n) OVER (PARTITION BY load_id) AS share, sum(n) OVER (PARTITION BY load_id) AS n
    FROM counted_before
)
SELECT load_id AS row_id,
    concat(round(50 * sum(abs(coalesce(share.share, 0) - coalesce(share_before.share, 0)))), ' % changed their level') AS found
FROM share
FULL JOIN share_before USING (load_id, level_std)
GROUP BY load_id
HAVING max(share.n) >= 100 AND max(share_before.n) >= 100
    AND sum(abs(coalesce(share.share, 0) - coalesce(share_before.share, 0))) / 2 > 0.3
