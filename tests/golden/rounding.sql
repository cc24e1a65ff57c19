-- feature: ROUND goes to the nearest whole number, halves away from zero
-- facts: {x: number}
-- terms:
--   whole: ROUND(x)
--   on_grid: ROUND(x / 500) * 500
--   far: ABS(x)
-- offers:
--   - {x: 2.5, whole: 3, on_grid: 0, far: 2.5}
--   - {x: -2.5, whole: -3, on_grid: 0, far: 2.5}
--   - {x: 0.49999999999999994, whole: 0, on_grid: 0, far: 0.49999999999999994}
--   - {x: 1250, whole: 1250, on_grid: 1500, far: 1250}
--   - {x: 4503599627370495.5, whole: 4503599627370496, on_grid: 4503599627370500, far: 4503599627370495.5}
--   - {x: null, whole: null, on_grid: null, far: null}

WITH "offer" AS (
SELECT offers."offer_id", offers."x"
FROM offers
),
"offer_1" AS (
SELECT "offer_id",
  ROUND("x") AS "whole",
  (ROUND(("x" / NULLIF(500.0e0, 0.0e0))) * 500.0e0) AS "on_grid",
  ABS("x") AS "far"
FROM "offer"
)
SELECT * FROM "offer_1"
;

WITH `offer` AS (
  SELECT
    offers.`offer_id`,
    offers.`x`
  FROM offers
), `offer_1` AS (
  SELECT
    `offer_id`,
    ROUND(`x`) AS `whole`,
    (
      ROUND((
        `x` / NULLIF(500.0e0, 0.0e0)
      )) * 500.0e0
    ) AS `on_grid`,
    ABS(`x`) AS `far`
  FROM `offer`
)
SELECT
  *
FROM `offer_1`
;
