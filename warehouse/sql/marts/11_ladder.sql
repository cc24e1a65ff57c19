-- grain: one row per step of the ladder from the narrowest cell to the widest
-- The bits of a step say what it leaves out: 8 the employer, 4 the level, 2 the metropolitan area,
-- 1 the state; every step keeps role family, country and currency. A parent holds all of its
-- children's observations: a small cell is drawn towards it.
CREATE TABLE ladder AS
SELECT bits::TINYINT AS bits, step, place, parent::TINYINT AS parent
FROM (VALUES
    (1, 'company+role+level+metro', 'metro', 3),
    (3, 'company+role+level+country', 'country', 11),
    (7, 'company+role+country', 'country', 15),
    (9, 'role+level+metro', 'metro', 11),
    (10, 'role+level+state', 'state', 11),
    (11, 'role+level+country', 'country', NULL),
    (13, 'role+metro', 'metro', 15),
    (15, 'role+country', 'country', NULL)
) AS rung (bits, step, place, parent);
