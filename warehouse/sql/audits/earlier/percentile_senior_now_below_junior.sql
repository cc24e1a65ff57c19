-- A level that one employer now pays clearly less than a lower one, and did not before.
WITH inverted AS (
    SELECT step, metric, source, senior.company_id, role_family, senior.level_std, place, currency,
        senior.own_p50 AS pay, junior.own_p50 AS pay_below
    FROM percentile AS senior
    JOIN percentile AS junior USING (step, metric, source, basis, role_family, place, country, currency)
    WHERE senior.level_std > junior.level_std AND metric IN ('base', 'tc')
        AND senior.company_id = junior.company_id
        AND senior.n_effective >= 10 AND junior.n_effective >= 10
        AND senior.own_p50 < 0.9 * junior.own_p50 AND senior.p50_high < junior.p50_low
),
pair_before AS (
    SELECT DISTINCT step, metric, source, senior.company_id, role_family,
        senior.level_std, place, currency
    FROM earlier.percentile AS senior
    JOIN earlier.percentile AS junior
        USING (step, metric, source, basis, role_family, place, country, currency)
    WHERE senior.level_std > junior.level_std
        AND senior.company_id = junior.company_id
        AND senior.own_p50 < junior.own_p50
)
SELECT concat_ws(' ', source, metric, company_id, role_family, level_std, place) AS row_id,
    concat(pay, ' below ', pay_below, ' of a lower level') AS found
FROM inverted
ANTI JOIN pair_before
    USING (step, metric, source, company_id, role_family, level_std, place, currency)
