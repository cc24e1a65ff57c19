-- feature: an uncertain number is taken at both ends, and what differs between them is unknown
-- facts: {stock: number, minimum: number, lost: flag}
-- numbers:
--   worth: {from: {2020-01-01: {low: 0.25, point: 0.5, high: 0.75}}}
-- package:
--   value: stock * worth
--   equity_unvaluable: COALESCE(lost, FALSE)
-- lists:
--   competing_offers: {facts: {is_usable: flag, equity_unvaluable: flag}}
-- terms:
--   is_under: value < minimum
-- rows:
--   R0: {when: is_under, decides: walk_away}
--   R1: {when: ends_disagree, decides: review, looks_at_ends: true}
--   R2: {when: "TRUE", decides: accept}
-- offers:
--   - {stock: 100, minimum: 20, lost: false, value: 50, is_under: false, ends_disagree: false, rule: R2}
--   - {stock: 100, minimum: 60, lost: false, value: 50, is_under: null, ends_disagree: true, rule: R1}
--   - {stock: 100, minimum: 25, lost: false, value: 50, is_under: false, ends_disagree: false, rule: R2}
--   - {stock: 100, minimum: 80, lost: false, value: 50, is_under: true, ends_disagree: false, rule: R0}
--   - {stock: null, minimum: 60, lost: false, value: null, is_under: null, ends_disagree: false, rule: R2}

WITH "competing_offers_entry" AS (
SELECT entry."equity_unvaluable", entry."is_usable", entry."offer_id", entry."position"
FROM "competing_offers" AS entry
),
"competing_offers_picked" AS (
SELECT offer_id,
  COALESCE(BOOL_OR(("equity_unvaluable" AND "is_usable")), FALSE) AS "unvalued_entry@any@picked@point"
FROM "competing_offers_entry"
GROUP BY offer_id
),
"offer" AS (
SELECT offers."offer_id", offers."stock", offers."minimum", offers."lost", COALESCE("unvalued_entry@any@picked@point", FALSE) AS "unvalued_entry@any"
FROM offers
LEFT JOIN "competing_offers_picked" USING (offer_id)
),
"offer_1" AS (
SELECT "minimum", "offer_id", "unvalued_entry@any",
  ("stock" * 0.5e0) AS "value",
  COALESCE("lost", FALSE) AS "equity_unvaluable",
  ("stock" * 0.25e0) AS "value@low",
  ("stock" * 0.75e0) AS "value@high",
  TRUE AS "R2@holds"
FROM "offer"
),
"offer_2" AS (
SELECT "R2@holds", "offer_id", "value",
  ("value" < "minimum") AS "is_under@point",
  (("value" IS NOT DISTINCT FROM "value@low") AND ("value" IS NOT DISTINCT FROM "value@high")) AS "certain@worlds",
  (COALESCE("equity_unvaluable", FALSE) OR "unvalued_entry@any") AS "unknown@worlds",
  ("value@low" < "minimum") AS "is_under@low/high",
  ("value@high" < "minimum") AS "is_under@high/low"
FROM "offer_1"
),
"offer_3" AS (
SELECT "R2@holds", "certain@worlds", "offer_id", "unknown@worlds", "value",
  CASE WHEN (("is_under@low/high" IS NULL) AND ("is_under@high/low" IS NULL)) THEN "is_under@point" WHEN (("is_under@low/high" = "is_under@high/low") AND COALESCE(("is_under@point" = "is_under@low/high"), TRUE)) THEN "is_under@low/high" ELSE NULL END AS "is_under",
  "is_under@point" AS "R0@holds@point/point",
  "is_under@low/high" AS "R0@holds@low/high",
  "is_under@high/low" AS "R0@holds@high/low"
FROM "offer_2"
),
"offer_4" AS (
SELECT "certain@worlds", "is_under", "offer_id", "unknown@worlds", "value",
  CASE WHEN "R0@holds@point/point" THEN 0 WHEN "R2@holds" THEN 2 ELSE NULL END AS "outcome@point/point",
  CASE WHEN "R0@holds@low/high" THEN 0 WHEN "R2@holds" THEN 2 ELSE NULL END AS "outcome@low/high",
  CASE WHEN "R0@holds@high/low" THEN 0 WHEN "R2@holds" THEN 2 ELSE NULL END AS "outcome@high/low"
FROM "offer_3"
),
"offer_5" AS (
SELECT "certain@worlds", "is_under", "offer_id", "outcome@low/high", "outcome@point/point", "unknown@worlds", "value",
  CASE WHEN ("outcome@point/point" = 0) THEN 2 WHEN ("outcome@point/point" = 2) THEN 0 ELSE NULL END AS "decides@point/point",
  CASE WHEN ("outcome@low/high" = 0) THEN 2 WHEN ("outcome@low/high" = 2) THEN 0 ELSE NULL END AS "decides@low/high",
  CASE WHEN ("outcome@high/low" = 0) THEN 2 WHEN ("outcome@high/low" = 2) THEN 0 ELSE NULL END AS "decides@high/low",
  CASE WHEN "certain@worlds" THEN ("outcome@point/point" < 1) WHEN "unknown@worlds" THEN (("outcome@low/high" < 1) AND ("outcome@high/low" < 1)) ELSE (("outcome@point/point" < 1) AND (("outcome@low/high" < 1) AND ("outcome@high/low" < 1))) END AS "settled@worlds"
FROM "offer_4"
),
"offer_6" AS (
SELECT "certain@worlds", "is_under", "offer_id", "outcome@low/high", "outcome@point/point", "settled@worlds", "unknown@worlds", "value",
  ((NOT "certain@worlds") AND CASE WHEN ("unknown@worlds" AND (NOT "certain@worlds")) THEN ("decides@low/high" <> "decides@high/low") ELSE (("decides@point/point" <> "decides@low/high") OR ("decides@point/point" <> "decides@high/low")) END) AS "ends_disagree"
FROM "offer_5"
),
"offer_7" AS (
SELECT "certain@worlds", "ends_disagree", "is_under", "offer_id", "outcome@low/high", "outcome@point/point", "settled@worlds", "unknown@worlds", "value",
  "ends_disagree" AS "R1@holds"
FROM "offer_6"
),
"offer_8" AS (
SELECT "ends_disagree", "is_under", "offer_id", "value",
  CASE WHEN ("R1@holds" AND (NOT ("settled@worlds" AND (NOT "ends_disagree")))) THEN 1 ELSE CASE WHEN ("unknown@worlds" AND (NOT "certain@worlds")) THEN "outcome@low/high" ELSE "outcome@point/point" END END AS "number@rule"
FROM "offer_7"
),
"offer_9" AS (
SELECT "ends_disagree", "is_under", "offer_id", "value",
  CASE WHEN ("number@rule" IN (0)) THEN 'R0' WHEN ("number@rule" IN (1)) THEN 'R1' WHEN ("number@rule" IN (2)) THEN 'R2' ELSE NULL END AS "rule"
FROM "offer_8"
)
SELECT * FROM "offer_9"
;

WITH `competing_offers_entry` AS (
  SELECT
    entry.`equity_unvaluable`,
    entry.`is_usable`,
    entry.`offer_id`,
    entry.`position`
  FROM `competing_offers` AS entry
), `competing_offers_picked` AS (
  SELECT
    offer_id,
    COALESCE(BOOL_OR((
      `equity_unvaluable` AND `is_usable`
    )), FALSE) AS `unvalued_entry@any@picked@point`
  FROM `competing_offers_entry`
  GROUP BY
    offer_id
), `offer` AS (
  SELECT
    offers.`offer_id`,
    offers.`stock`,
    offers.`minimum`,
    offers.`lost`,
    COALESCE(`unvalued_entry@any@picked@point`, FALSE) AS `unvalued_entry@any`
  FROM offers
  LEFT JOIN `competing_offers_picked`
    USING (offer_id)
), `offer_1` AS (
  SELECT
    `minimum`,
    `offer_id`,
    `unvalued_entry@any`,
    (
      `stock` * 0.5e0
    ) AS `value`,
    COALESCE(`lost`, FALSE) AS `equity_unvaluable`,
    (
      `stock` * 0.25e0
    ) AS `value@low`,
    (
      `stock` * 0.75e0
    ) AS `value@high`,
    TRUE AS `R2@holds`
  FROM `offer`
), `offer_2` AS (
  SELECT
    `R2@holds`,
    `offer_id`,
    `value`,
    (
      `value` < `minimum`
    ) AS `is_under@point`,
    (
      (
        `value` IS NOT DISTINCT FROM `value@low`
      )
      AND (
        `value` IS NOT DISTINCT FROM `value@high`
      )
    ) AS `certain@worlds`,
    (
      COALESCE(`equity_unvaluable`, FALSE) OR `unvalued_entry@any`
    ) AS `unknown@worlds`,
    (
      `value@low` < `minimum`
    ) AS `is_under@low/high`,
    (
      `value@high` < `minimum`
    ) AS `is_under@high/low`
  FROM `offer_1`
), `offer_3` AS (
  SELECT
    `R2@holds`,
    `certain@worlds`,
    `offer_id`,
    `unknown@worlds`,
    `value`,
    CASE
      WHEN (
        (
          `is_under@low/high` IS NULL
        ) AND (
          `is_under@high/low` IS NULL
        )
      )
      THEN `is_under@point`
      WHEN (
        (
          `is_under@low/high` = `is_under@high/low`
        )
        AND COALESCE((
          `is_under@point` = `is_under@low/high`
        ), TRUE)
      )
      THEN `is_under@low/high`
      ELSE NULL
    END AS `is_under`,
    `is_under@point` AS `R0@holds@point/point`,
    `is_under@low/high` AS `R0@holds@low/high`,
    `is_under@high/low` AS `R0@holds@high/low`
  FROM `offer_2`
), `offer_4` AS (
  SELECT
    `certain@worlds`,
    `is_under`,
    `offer_id`,
    `unknown@worlds`,
    `value`,
    CASE WHEN `R0@holds@point/point` THEN 0 WHEN `R2@holds` THEN 2 ELSE NULL END AS `outcome@point/point`,
    CASE WHEN `R0@holds@low/high` THEN 0 WHEN `R2@holds` THEN 2 ELSE NULL END AS `outcome@low/high`,
    CASE WHEN `R0@holds@high/low` THEN 0 WHEN `R2@holds` THEN 2 ELSE NULL END AS `outcome@high/low`
  FROM `offer_3`
), `offer_5` AS (
  SELECT
    `certain@worlds`,
    `is_under`,
    `offer_id`,
    `outcome@low/high`,
    `outcome@point/point`,
    `unknown@worlds`,
    `value`,
    CASE
      WHEN (
        `outcome@point/point` = 0
      )
      THEN 2
      WHEN (
        `outcome@point/point` = 2
      )
      THEN 0
      ELSE NULL
    END AS `decides@point/point`,
    CASE
      WHEN (
        `outcome@low/high` = 0
      )
      THEN 2
      WHEN (
        `outcome@low/high` = 2
      )
      THEN 0
      ELSE NULL
    END AS `decides@low/high`,
    CASE
      WHEN (
        `outcome@high/low` = 0
      )
      THEN 2
      WHEN (
        `outcome@high/low` = 2
      )
      THEN 0
      ELSE NULL
    END AS `decides@high/low`,
    CASE
      WHEN `certain@worlds`
      THEN (
        `outcome@point/point` < 1
      )
      WHEN `unknown@worlds`
      THEN (
        (
          `outcome@low/high` < 1
        ) AND (
          `outcome@high/low` < 1
        )
      )
      ELSE (
        (
          `outcome@point/point` < 1
        )
        AND (
          (
            `outcome@low/high` < 1
          ) AND (
            `outcome@high/low` < 1
          )
        )
      )
    END AS `settled@worlds`
  FROM `offer_4`
), `offer_6` AS (
  SELECT
    `certain@worlds`,
    `is_under`,
    `offer_id`,
    `outcome@low/high`,
    `outcome@point/point`,
    `settled@worlds`,
    `unknown@worlds`,
    `value`,
    (
      (
        NOT `certain@worlds`
      )
      AND CASE
        WHEN (
          `unknown@worlds` AND (
            NOT `certain@worlds`
          )
        )
        THEN (
          `decides@low/high` <> `decides@high/low`
        )
        ELSE (
          (
            `decides@point/point` <> `decides@low/high`
          )
          OR (
            `decides@point/point` <> `decides@high/low`
          )
        )
      END
    ) AS `ends_disagree`
  FROM `offer_5`
), `offer_7` AS (
  SELECT
    `certain@worlds`,
    `ends_disagree`,
    `is_under`,
    `offer_id`,
    `outcome@low/high`,
    `outcome@point/point`,
    `settled@worlds`,
    `unknown@worlds`,
    `value`,
    `ends_disagree` AS `R1@holds`
  FROM `offer_6`
), `offer_8` AS (
  SELECT
    `ends_disagree`,
    `is_under`,
    `offer_id`,
    `value`,
    CASE
      WHEN (
        `R1@holds`
        AND (
          NOT (
            `settled@worlds` AND (
              NOT `ends_disagree`
            )
          )
        )
      )
      THEN 1
      ELSE CASE
        WHEN (
          `unknown@worlds` AND (
            NOT `certain@worlds`
          )
        )
        THEN `outcome@low/high`
        ELSE `outcome@point/point`
      END
    END AS `number@rule`
  FROM `offer_7`
), `offer_9` AS (
  SELECT
    `ends_disagree`,
    `is_under`,
    `offer_id`,
    `value`,
    CASE
      WHEN (
        `number@rule` IN (0)
      )
      THEN 'R0'
      WHEN (
        `number@rule` IN (1)
      )
      THEN 'R1'
      WHEN (
        `number@rule` IN (2)
      )
      THEN 'R2'
      ELSE NULL
    END AS `rule`
  FROM `offer_8`
)
SELECT
  *
FROM `offer_9`
;
