-- One cell of which two sources of the same years differ by more than a factor of three, as where
-- amounts of one currency bear the name of another.
SELECT concat_ws(' ', one.source, one.metric, one.role_family, one.country, one.currency) AS row_id,
    concat(one.p50, ' beside ', other.p50, ' of ', other.source) AS found
FROM percentile AS one
JOIN percentile AS other USING (step, metric, role_family, country, currency)
WHERE step = 'role+country' AND one.source <> other.source
    AND one.basis <> 'official' AND other.basis <> 'official'
    AND one.n_effective >= 30 AND other.n_effective >= 30
    AND abs(left(one.as_of, 4)::INTEGER - left(other.as_of, 4)::INTEGER) <= 5
    AND one.p50 > 3 * other.p50
