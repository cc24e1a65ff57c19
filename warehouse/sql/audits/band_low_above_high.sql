-- A range whose low end is above its high end.
SELECT band_id AS row_id, as_written AS found FROM band
WHERE base_min > base_max
    OR equity_total_4y_min > equity_total_4y_max
    OR bonus_target_pct_min > bonus_target_pct_max
    OR bonus_amount_min > bonus_amount_max
    OR sign_on_min > sign_on_max
    OR tc_stated_min > tc_stated_max
