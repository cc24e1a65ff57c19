-- grain: one row per occupation, wage area and period with all four prevailing wage levels
-- Money is US dollars per year.  Areas bear the names of wage_area, where it has them.
CREATE TABLE wage_level AS
WITH area AS (
    SELECT
        area_id,
        min(area_name) AS area_name,
        min(geo_id) AS geo_id,
        min(metro) AS metro,
        list(DISTINCT state ORDER BY state) AS states
    FROM wage_area WHERE NOT duplicate GROUP BY area_id
),
nation AS (  -- how common an occupation is tells which one a role means first
    SELECT occupation, max_by(employment, period_start) AS employment
    FROM wage
    WHERE NOT duplicate AND area_type = 'nation' AND source = 'oews'
    GROUP BY occupation
)
SELECT
    wage.record_key,
    wage.source,
    wage.occupation,
    wage.role_family,
    wage.area_id,
    area.area_name,
    area.geo_id,
    area.metro,
    area.states,
    wage.level_1,
    wage.level_2,
    wage.level_3,
    wage.level_4,
    wage.period_start,
    wage.period_end,
    nation.employment AS national_employment,  -- NULL: no occupational wages were taken in
    wage.flags
FROM wage
LEFT JOIN area USING (area_id)
LEFT JOIN nation USING (occupation)
WHERE NOT wage.duplicate
    AND NOT contains(wage.flags, 'acwia_education')
    AND wage.level_1 IS NOT NULL AND wage.level_2 IS NOT NULL
    AND wage.level_3 IS NOT NULL AND wage.level_4 IS NOT NULL;
