-- feature: arithmetic in the order in which it is written; nothing is divided by nothing
-- facts: {a: number, b: number}
-- terms:
--   summed: a + b + 0.1
--   other: a + (b + 0.1)
--   share: a / b
--   half: a / 2
--   turned: -a
-- offers:
--   - {a: 0.3, b: 0.2, summed: 0.6, other: 0.6000000000000001, share: 1.4999999999999998, half: 0.15, turned: -0.3}
--   - {a: 1, b: 0, summed: 1.1, other: 1.1, share: null, half: 0.5, turned: -1}
--   - {a: null, b: 1, summed: null, other: null, share: null, half: null, turned: null}

WITH "offer" AS (
SELECT offers."offer_id", offers."a", offers."b"
FROM offers
),
"offer_1" AS (
SELECT "offer_id",
  (("a" + "b") + 0.1e0) AS "summed",
  ("a" + ("b" + 0.1e0)) AS "other",
  ("a" / NULLIF("b", 0.0e0)) AS "share",
  ("a" / NULLIF(2.0e0, 0.0e0)) AS "half",
  (- "a") AS "turned"
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
      (
        -(
          -(
            `a` + `b`
          )
        )
      ) + 0.1e0
    ) AS `summed`,
    (
      `a` + (
        -(
          -(
            `b` + 0.1e0
          )
        )
      )
    ) AS `other`,
    (
      `a` / NULLIF(`b`, 0.0e0)
    ) AS `share`,
    (
      `a` / NULLIF(2.0e0, 0.0e0)
    ) AS `half`,
    (
      -`a`
    ) AS `turned`
  FROM `offer`
)
SELECT
  *
FROM `offer_1`
;
