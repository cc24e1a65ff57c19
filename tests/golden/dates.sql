-- feature: days between dates, and dates compared
-- facts: {from_day: date, to_day: date}
-- terms:
--   days: to_day - from_day
--   is_late: to_day > evaluation_date
--   is_spring: to_day >= DATE '2026-03-01'
-- offers:
--   - {from_day: 2026-02-27, to_day: 2026-03-02, days: 3, is_late: false, is_spring: true}
--   - {from_day: 2024-02-28, to_day: 2024-03-01, days: 2, is_late: false, is_spring: false}
--   - {from_day: 2026-03-29, to_day: 2026-03-28, days: -1, is_late: true, is_spring: true}
--   - {from_day: null, to_day: 2026-03-01, days: null, is_late: false, is_spring: true}

WITH "offer" AS (
SELECT offers."offer_id", offers."evaluation_date", offers."from_day", offers."to_day"
FROM offers
),
"offer_1" AS (
SELECT "offer_id",
  CAST(date_diff('day', "from_day", "to_day") AS DOUBLE) AS "days",
  ("to_day" > "evaluation_date") AS "is_late",
  ("to_day" >= DATE '2026-03-01') AS "is_spring"
FROM "offer"
)
SELECT * FROM "offer_1"
;

WITH `offer` AS (
  SELECT
    offers.`offer_id`,
    offers.`evaluation_date`,
    offers.`from_day`,
    offers.`to_day`
  FROM offers
), `offer_1` AS (
  SELECT
    `offer_id`,
    CAST(DATEDIFF(DAY, `from_day`, `to_day`) AS DOUBLE) AS `days`,
    (
      `to_day` > `evaluation_date`
    ) AS `is_late`,
    (
      `to_day` >= CAST('2026-03-01' AS DATE)
    ) AS `is_spring`
  FROM `offer`
)
SELECT
  *
FROM `offer_1`
;
