-- Base pay of a whole country three times the wage offices' median, or a third of it.
SELECT concat_ws(' ', pay.source, pay.role_family, pay.country) AS row_id,
    concat(pay.p50, ' beside the official ', official.p50) AS found
FROM percentile AS pay
JOIN percentile AS official USING (role_family, place, place_kind, country, currency, metric)
WHERE official.basis = 'official' AND pay.basis <> 'official' AND place_kind = 'country'
    AND pay.step = 'role+country' AND pay.n_effective >= 30
    AND pay.p50 NOT BETWEEN official.p50 / 3 AND official.p50 * 3
