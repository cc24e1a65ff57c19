-- feature: three-valued logic
-- facts: {a: flag, b: flag}
-- terms:
--   both: a AND b
--   either: a OR b
--   neither: NOT (a OR b)
--   missing: a IS NULL
--   same: a = b
-- offers:
--   - {a: true, b: true, both: true, either: true, neither: false, missing: false, same: true}
--   - {a: true, b: null, both: null, either: true, neither: false, missing: false, same: null}
--   - {a: false, b: null, both: false, either: null, neither: null, missing: false, same: null}
--   - {a: null, b: null, both: null, either: null, neither: null, missing: true, same: null}
--   - {a: false, b: true, both: false, either: true, neither: false, missing: false, same: false}

WITH "offer" AS (
SELECT offers."offer_id", offers."a", offers."b"
FROM offers
),
"offer_1" AS (
SELECT "offer_id",
  ("a" AND "b") AS "both",
  ("a" OR "b") AS "either",
  (NOT ("a" OR "b")) AS "neither",
  ("a" IS NULL) AS "missing",
  ("a" = "b") AS "same"
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
    (
      `a` AND `b`
    ) AS `both`,
    (
      `a` OR `b`
    ) AS `either`,
    (
      NOT (
        `a` OR `b`
      )
    ) AS `neither`,
    (
      `a` IS NULL
    ) AS `missing`,
    (
      `a` = `b`
    ) AS `same`
  FROM `offer`
)
SELECT
  *
FROM `offer_1`
;
