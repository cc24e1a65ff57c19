-- grain: one row per held row that a person has let in again
-- A repair is made again whenever the same bytes are read anew.
CREATE TABLE repair (
    row_ref VARCHAR PRIMARY KEY,
    load_id VARCHAR NOT NULL,
    landing VARCHAR NOT NULL,
    change VARCHAR NOT NULL,         -- columns set to other values, JSON; {} when let in as it was
    reason VARCHAR NOT NULL,         -- why, in the words of whoever did it
    codes VARCHAR NOT NULL           -- what it had been held for, joined by commas
);
