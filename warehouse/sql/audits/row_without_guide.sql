-- A row of any table whose guide is not there.
SELECT guide_id AS row_id, 'band' AS found FROM band ANTI JOIN guide USING (guide_id)
UNION ALL SELECT guide_id, 'target' FROM target ANTI JOIN guide USING (guide_id)
UNION ALL SELECT guide_id, 'accept_floor' FROM accept_floor ANTI JOIN guide USING (guide_id)
UNION ALL SELECT guide_id, 'competing' FROM competing ANTI JOIN guide USING (guide_id)
UNION ALL SELECT guide_id, 'premium' FROM premium ANTI JOIN guide USING (guide_id)
UNION ALL SELECT guide_id, 'level_map' FROM level_map ANTI JOIN guide USING (guide_id)
UNION ALL SELECT guide_id, 'lever_text' FROM lever_text ANTI JOIN guide USING (guide_id)
UNION ALL SELECT guide_id, 'sign_on' FROM sign_on ANTI JOIN guide USING (guide_id)
