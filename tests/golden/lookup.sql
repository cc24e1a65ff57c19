-- feature: a table read by a word, NULL for what it does not list, and a number that changes with the day
-- facts: {word: text}
-- numbers:
--   factor: {keyed_by: word, from: {2020-01-01: {target: 0.9, none: 0}}}
--   line: {from: {2020-01-01: 0.85, 2026-03-02: 0.8}}
-- terms:
--   found: factor(word)
--   or_else: COALESCE(factor(word), 0.5)
--   under: factor(word) < line
--   now: line + 0
-- offers:
--   - {word: target, found: 0.9, or_else: 0.9, under: false, now: 0.8}
--   - {word: none, evaluation_date: 2026-03-01, found: 0, or_else: 0, under: true, now: 0.85}
--   - {word: other, found: null, or_else: 0.5, under: null, now: 0.8}
--   - {word: null, found: null, or_else: 0.5, under: null, now: 0.8}

WITH "offer" AS (
SELECT offers."offer_id", offers."evaluation_date", offers."word"
FROM offers
),
"offer_1" AS (
SELECT "offer_id",
  CASE "word" WHEN 'target' THEN 0.9e0 WHEN 'none' THEN 0.0e0 END AS "found",
  COALESCE(CASE "word" WHEN 'target' THEN 0.9e0 WHEN 'none' THEN 0.0e0 END, 0.5e0) AS "or_else",
  (CASE "word" WHEN 'target' THEN 0.9e0 WHEN 'none' THEN 0.0e0 END < CASE WHEN ("evaluation_date" < DATE '2026-03-02') THEN 0.85e0 ELSE 0.8e0 END) AS "under",
  (CASE WHEN ("evaluation_date" < DATE '2026-03-02') THEN 0.85e0 ELSE 0.8e0 END + 0.0e0) AS "now"
FROM "offer"
)
SELECT * FROM "offer_1"
;

WITH `offer` AS (
  SELECT
    offers.`offer_id`,
    offers.`evaluation_date`,
    offers.`word`
  FROM offers
), `offer_1` AS (
  SELECT
    `offer_id`,
    CASE `word` WHEN 'target' THEN 0.9e0 WHEN 'none' THEN 0.0e0 END AS `found`,
    COALESCE(CASE `word` WHEN 'target' THEN 0.9e0 WHEN 'none' THEN 0.0e0 END, 0.5e0) AS `or_else`,
    (
      CASE `word` WHEN 'target' THEN 0.9e0 WHEN 'none' THEN 0.0e0 END < CASE
        WHEN (
          `evaluation_date` < CAST('2026-03-02' AS DATE)
        )
        THEN 0.85e0
        ELSE 0.8e0
      END
    ) AS `under`,
    (
      CASE
        WHEN (
          `evaluation_date` < CAST('2026-03-02' AS DATE)
        )
        THEN 0.85e0
        ELSE 0.8e0
      END + 0.0e0
    ) AS `now`
  FROM `offer`
)
SELECT
  *
FROM `offer_1`
;
