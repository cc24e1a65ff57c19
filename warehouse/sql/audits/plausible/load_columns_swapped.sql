-- A file in most rows of which base pay is above the total, or a bonus above base pay.
SELECT load_id AS row_id, concat(file, ': base above total in ', base_above_tc, ' of ',
    with_base_and_tc, ' rows, bonus above base in ', bonus_above_base, ' of ', with_base_and_bonus) AS found
FROM load_health
WHERE (with_base_and_tc >= 20 AND base_above_tc > 0.5 * with_base_and_tc)
    OR (with_base_and_bonus >= 20 AND bonus_above_base > 0.5 * with_base_and_bonus)
