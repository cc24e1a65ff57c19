-- grain: one row per number that the marts are worked out with
-- Grade E: judgement; B: measured in the literature named.
CREATE TABLE mart_parameter AS
SELECT * FROM (VALUES
    ('fewest_shown', 5, 'count', 'E', 'A cell of fewer effective observations is not published.',
        'k-anonymity as wage offices practise it'),
    ('fewest_to_decide', 30, 'count', 'E', 'A cell of fewer is flagged as a small sample.',
        'judgement, as sample_to_decide in the rule book'),
    ('pooling', 10, 'count', 'E', 'Effective observations at which a cell weighs as much as its parent.',
        'judgement: cells within a parent differ about a third as much as people within a cell'),
    ('oldest_used', 36, 'month', 'E', 'Observations older than this before the edition are left out.',
        'judgement: three pay rounds'),
    ('half_life', 24, 'month', 'E', 'Age, before the edition, at which an observation counts half.',
        'judgement: two pay rounds'),
    ('headcount_cap', 5, 'count', 'E', 'Most workers that one row speaks for.',
        'judgement: one filing for a hundred consultants is one pay decision'),
    ('outlier_factor', 10, 'factor', 'E', 'Pay further from the median of its country is left out.',
        'judgement: a slipped digit, a month taken for a year, another currency'),
    ('normal_90', 1.6448536269514722, 'number', 'B', 'Half width of a 90 % interval in standard errors.',
        'standard normal distribution')
) AS parameter (name, value, unit, grade, meaning, source);

-- As variables, so that a statement reads them as constants.
SET VARIABLE fewest_shown = (SELECT value::DOUBLE FROM mart_parameter WHERE name = 'fewest_shown');
SET VARIABLE fewest_to_decide = (SELECT value::DOUBLE FROM mart_parameter WHERE name = 'fewest_to_decide');
SET VARIABLE pooling = (SELECT value::DOUBLE FROM mart_parameter WHERE name = 'pooling');
SET VARIABLE oldest_used = (SELECT value::DOUBLE FROM mart_parameter WHERE name = 'oldest_used');
SET VARIABLE half_life = (SELECT value::DOUBLE FROM mart_parameter WHERE name = 'half_life');
SET VARIABLE headcount_cap = (SELECT value::DOUBLE FROM mart_parameter WHERE name = 'headcount_cap');
SET VARIABLE outlier_factor = (SELECT value::DOUBLE FROM mart_parameter WHERE name = 'outlier_factor');
SET VARIABLE normal_90 = (SELECT value::DOUBLE FROM mart_parameter WHERE name = 'normal_90');
