-- A level that is now clearly paid less than the one below it, and was not before.
WITH inverted AS (
    SELECT step, metric, source, senior.company_id, role_family, senior.level_std, place, currency,
        senior.own_p50 AS pay, junior.own_p50 AS pay_below
    FROM percentile AS senior
    JOIN percentile AS junior USING (step, metric, source, basis, role_family, place, country, currency)
    WHERE senior.level_std > junior.level_std AND metric IN ('base', 'tc')
        AND senior.company_id IS NOT DISTINCT FROM junior.company_id
        AND senior.n_effective >= 10 AND junior.n_effective >= 10
        AND senior.own_p50 < 0.9 * junior.own_p50 AND senior.p50_high < junior.p50_low
),
pair_before AS (
    SELECT DISTINCT step, metric, source, coalesce(senior.company_id, '') AS company, role_family,
        senior.level_std, place, currency
    FROM earlier.percentile AS senior
    JOIN earlier.percentile AS junior
        USING (step, metric, source, basis, role_family, place, country, currency)
    WHERE senior.level_std > junior.level_std
        AND senior.company_id IS NOT DISTINCT FROM junior.company_id
        AND senior.own_p50 < junior.own_p50
)
SELECT concat_ws(' ', source, metric, company_id, role_family, level_std, place) AS row_id,
    concat(pay, ' below ', pay_below, ' of a lower level') AS found
FROM inverted
WHERE NOT EXISTS (
    FROM pair_before AS known
    WHERE known.step = inverted.step AND known.metric = inverted.metric AND known.source = inverted.source
        AND known.role_family = inverted.role_family AND known.place = inverted.place
        AND known.currency = inverted.currency AND known.level_std = inverted.level_std
        AND known.company = coalesce(inverted.company_id, '')
)
