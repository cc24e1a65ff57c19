-- feature: money of the book in the currency of the offer, on its day
-- facts: {pay: number}
-- numbers:
--   units_per_dollar: {keyed_by: currency, from: {2020-01-01: {USD: 1, GBP: 0.75}, 2026-03-02: {USD: 1, GBP: 0.8}}}
--   tolerance: {currency: USD, from: {2020-01-01: 10000}}
-- terms:
--   line: tolerance + 0
--   is_over: pay > tolerance
-- offers:
--   - {pay: 10000, currency: USD, line: 10000, is_over: false}
--   - {pay: 8000.000000000001, currency: GBP, line: 8000, is_over: true}
--   - {pay: 7500, currency: GBP, evaluation_date: 2026-03-01, line: 7500, is_over: false}
--   - {pay: 7500, currency: XXX, line: null, is_over: null}
--   - {pay: 7500, currency: null, line: null, is_over: null}

WITH "money" AS (
SELECT * FROM (VALUES
  ('USD', DATE '2020-01-01', DATE '2026-03-02', 10000.0e0),
  ('GBP', DATE '2020-01-01', DATE '2026-03-02', 7500.0e0),
  ('USD', DATE '2026-03-02', DATE '9999-12-31', 10000.0e0),
  ('GBP', DATE '2026-03-02', DATE '9999-12-31', 8000.0e0)
) AS given("currency", "since", "until", "tolerance")
),
"offer" AS (
SELECT offers."offer_id", offers."pay", money."tolerance"
FROM offers LEFT JOIN money ON money.currency = offers.currency AND offers.evaluation_date >= money.since AND offers.evaluation_date < money.until
),
"offer_1" AS (
SELECT "offer_id",
  ("tolerance" + 0.0e0) AS "line",
  ("pay" > "tolerance") AS "is_over"
FROM "offer"
)
SELECT * FROM "offer_1"
;

WITH `money` AS (
  SELECT
    *
  FROM VALUES
    ('USD', CAST('2020-01-01' AS DATE), CAST('2026-03-02' AS DATE), 10000.0e0),
    ('GBP', CAST('2020-01-01' AS DATE), CAST('2026-03-02' AS DATE), 7500.0e0),
    ('USD', CAST('2026-03-02' AS DATE), CAST('9999-12-31' AS DATE), 10000.0e0),
    ('GBP', CAST('2026-03-02' AS DATE), CAST('9999-12-31' AS DATE), 8000.0e0) AS given(`currency`, `since`, `until`, `tolerance`)
), `offer` AS (
  SELECT
    offers.`offer_id`,
    offers.`pay`,
    money.`tolerance`
  FROM offers
  LEFT JOIN money
    ON money.currency = offers.currency
    AND offers.evaluation_date >= money.since
    AND offers.evaluation_date < money.until
), `offer_1` AS (
  SELECT
    `offer_id`,
    (
      `tolerance` + 0.0e0
    ) AS `line`,
    (
      `pay` > `tolerance`
    ) AS `is_over`
  FROM `offer`
)
SELECT
  *
FROM `offer_1`
;
