-- feature: CASE takes its first TRUE branch, IN and COALESCE
-- facts: {word: text, x: number}
-- terms:
--   size: CASE WHEN x >= 10 THEN 'large' WHEN x > 1 THEN 'middle' ELSE NULL END
--   listed: word IN ('red', 'green', 'it''s')
--   known: COALESCE(x, 0)
-- offers:
--   - {word: red, x: 10, size: large, listed: true, known: 10}
--   - {word: it's, x: 9.999999999999998, size: middle, listed: true, known: 9.999999999999998}
--   - {word: blue, x: 1, size: null, listed: false, known: 1}
--   - {word: null, x: null, size: null, listed: null, known: 0}

WITH "offer" AS (
SELECT offers."offer_id", offers."word", offers."x"
FROM offers
),
"offer_1" AS (
SELECT "offer_id",
  CASE WHEN ("x" >= 10.0e0) THEN 'large' WHEN ("x" > 1.0e0) THEN 'middle' ELSE NULL END AS "size",
  ("word" IN ('red', 'green', 'it''s')) AS "listed",
  COALESCE("x", 0.0e0) AS "known"
FROM "offer"
)
SELECT * FROM "offer_1"
;

WITH `offer` AS (
  SELECT
    offers.`offer_id`,
    offers.`word`,
    offers.`x`
  FROM offers
), `offer_1` AS (
  SELECT
    `offer_id`,
    CASE
      WHEN (
        `x` >= 10.0e0
      )
      THEN 'large'
      WHEN (
        `x` > 1.0e0
      )
      THEN 'middle'
      ELSE NULL
    END AS `size`,
    (
      `word` IN ('red', 'green', 'it\'s')
    ) AS `listed`,
    COALESCE(`x`, 0.0e0) AS `known`
  FROM `offer`
)
SELECT
  *
FROM `offer_1`
;
