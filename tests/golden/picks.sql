-- feature: what is drawn out of a list; those without a key come last, and ties keep their order
-- facts: {least: number}
-- lists:
--   rivals:
--     facts: {company: text, base: number, is_open: flag}
--     terms: {is_usable: "is_open AND COALESCE(base >= least, TRUE)"}
-- picks:
--   best: {from: rivals, where: is_usable, highest: base, gives: {best_company: company, best_base: base}}
--   first_one: {from: rivals, where: is_open, first: true, gives: {first_company: company}}
--   has_any: {from: rivals, any: is_usable}
-- offers:
--   - {least: 5, rivals: [{company: A, base: 7, is_open: false}, {company: B, is_open: true}, {company: C, base: 6, is_open: true}, {company: D, base: 6, is_open: true}], best_company: C, best_base: 6, first_company: B, has_any: true}
--   - {least: 5, rivals: [{company: A, base: 4, is_open: true}], best_company: null, best_base: null, first_company: A, has_any: false}
--   - {least: null, rivals: [{company: A, is_open: true}, {company: B, is_open: true}], best_company: A, best_base: null, first_company: A, has_any: true}
--   - {least: null, rivals: [], best_company: null, best_base: null, first_company: null, has_any: false}

WITH "rivals_entry" AS (
SELECT entry."base", entry."company", entry."is_open", entry."offer_id", entry."position", offer."least"
FROM "rivals" AS entry JOIN offers AS offer USING (offer_id)
),
"rivals_entry_1" AS (
SELECT "base", "company", "is_open", "offer_id", "position",
  ("is_open" AND COALESCE(("base" >= "least"), TRUE)) AS "is_usable"
FROM "rivals_entry"
),
"rivals_best" AS (
SELECT offer_id,
  MAX("base") FILTER (WHERE "is_usable") AS "best@best@point"
FROM "rivals_entry_1"
GROUP BY offer_id
),
"rivals_picked" AS (
SELECT offer_id,
  ARG_MIN(STRUCT_PACK("best_company" := "company", "best_base" := "base"), position) FILTER (WHERE "is_usable" AND ("base" = "best@best@point" OR "best@best@point" IS NULL)) AS "best@picked@point",
  ARG_MIN(STRUCT_PACK("first_company" := "company"), position) FILTER (WHERE "is_open") AS "first_one@picked@point",
  COALESCE(BOOL_OR("is_usable"), FALSE) AS "has_any@picked@point"
FROM "rivals_entry_1" JOIN "rivals_best" USING (offer_id)
GROUP BY offer_id
),
"offer" AS (
SELECT offers."offer_id", "best@picked@point"."best_company" AS "best_company", "best@picked@point"."best_base" AS "best_base", "first_one@picked@point"."first_company" AS "first_company", COALESCE("has_any@picked@point", FALSE) AS "has_any"
FROM offers
LEFT JOIN "rivals_picked" USING (offer_id)
)
SELECT * FROM "offer"
;

WITH `rivals_entry` AS (
  SELECT
    entry.`base`,
    entry.`company`,
    entry.`is_open`,
    entry.`offer_id`,
    entry.`position`,
    offer.`least`
  FROM `rivals` AS entry
  JOIN offers AS offer
    USING (offer_id)
), `rivals_entry_1` AS (
  SELECT
    `base`,
    `company`,
    `is_open`,
    `offer_id`,
    `position`,
    (
      `is_open` AND COALESCE((
        `base` >= `least`
      ), TRUE)
    ) AS `is_usable`
  FROM `rivals_entry`
), `rivals_best` AS (
  SELECT
    offer_id,
    MAX(`base`) FILTER(WHERE
      `is_usable`) AS `best@best@point`
  FROM `rivals_entry_1`
  GROUP BY
    offer_id
), `rivals_picked` AS (
  SELECT
    offer_id,
    MIN_BY(STRUCT(`company` AS `best_company`, `base` AS `best_base`), position) FILTER(WHERE
      `is_usable` AND (
        `base` = `best@best@point` OR `best@best@point` IS NULL
      )) AS `best@picked@point`,
    MIN_BY(STRUCT(`company` AS `first_company`), position) FILTER(WHERE
      `is_open`) AS `first_one@picked@point`,
    COALESCE(BOOL_OR(`is_usable`), FALSE) AS `has_any@picked@point`
  FROM `rivals_entry_1`
  JOIN `rivals_best`
    USING (offer_id)
  GROUP BY
    offer_id
), `offer` AS (
  SELECT
    offers.`offer_id`,
    `best@picked@point`.`best_company` AS `best_company`,
    `best@picked@point`.`best_base` AS `best_base`,
    `first_one@picked@point`.`first_company` AS `first_company`,
    COALESCE(`has_any@picked@point`, FALSE) AS `has_any`
  FROM offers
  LEFT JOIN `rivals_picked`
    USING (offer_id)
)
SELECT
  *
FROM `offer`
;
