-- grain: one row per source of pay: the date that its observations are read as of
-- A stray date does not make an edition, so that it is the date which one in a hundred is newer than.
CREATE TABLE edition AS
SELECT
    source,
    quantile_disc(observed_on, 0.99) AS edition,
    max(observed_on) AS newest,
    count(*) AS observations
FROM pay
WHERE NOT duplicate
GROUP BY source;
