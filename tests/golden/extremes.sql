-- feature: LEAST and GREATEST skip what is missing
-- facts: {a: number, b: number}
-- terms:
--   least: LEAST(a, b)
--   greatest: GREATEST(a, b, 0)
--   alone: GREATEST(a)
-- offers:
--   - {a: 3, b: -2, least: -2, greatest: 3, alone: 3}
--   - {a: null, b: -2, least: -2, greatest: 0, alone: null}
--   - {a: null, b: null, least: null, greatest: 0, alone: null}
--   - {a: -1, b: null, least: -1, greatest: 0, alone: -1}

WITH "offer" AS (
SELECT offers."offer_id", offers."a", offers."b"
FROM offers
),
"offer_1" AS (
SELECT "offer_id",
  LEAST("a", "b") AS "least",
  GREATEST("a", "b", 0.0e0) AS "greatest",
  "a" AS "alone"
FROM "offer"
)
SELECT * FROM "offer_1"
;

WITH `offer` AS (
  SELECT
    offers.`offer_id`,
    offers.`a`,
    offers.`b`
  FROM offers
), `offer_1` AS (
  SELECT
    `offer_id`,
    LEAST(`a`, `b`) AS `least`,
    GREATEST(`a`, `b`, 0.0e0) AS `greatest`,
    `a` AS `alone`
  FROM `offer`
)
SELECT
  *
FROM `offer_1`
;
