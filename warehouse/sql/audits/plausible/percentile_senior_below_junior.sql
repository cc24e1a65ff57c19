-- A level that one employer pays a fifth less than the one below it, both well known. Among all
-- employers that may be so: who has which levels, and where, differs.
SELECT concat_ws(' ', source, metric, senior.company_id, role_family, senior.level_std, place) AS row_id,
    concat(senior.own_p50, ' below ', junior.own_p50, ' of level ', junior.level_std) AS found
FROM percentile AS senior
JOIN percentile AS junior USING (step, metric, source, basis, role_family, place, country, currency)
WHERE senior.level_std = junior.level_std + 1 AND metric IN ('base', 'tc')
    AND senior.company_id = junior.company_id
    AND senior.n_effective >= 30 AND junior.n_effective >= 30
    AND senior.own_p50 < 0.8 * junior.own_p50 AND senior.p50_high < junior.p50_low
