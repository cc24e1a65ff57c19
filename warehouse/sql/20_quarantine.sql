-- grain: one row per reason why a source row was held back
-- No primary key: rows of a table with an index have to fit into memory; an audit looks.
CREATE TABLE quarantine (
    load_id VARCHAR NOT NULL,
    row_ref VARCHAR NOT NULL,        -- <file>#<table>:<number>, <file>#line:<number>, or the file alone
    code VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,       -- row: the row is held; file: the whole file is refused;
                                     -- aside: the row is sound, and yet no evidence
    landing VARCHAR,                 -- the table that the row was meant for; NULL for a file
    raw VARCHAR NOT NULL,            -- the row as read, JSON
    parsed VARCHAR,                  -- the row as understood, JSON by column; NULL when it was not
    found VARCHAR NOT NULL,
    suggestion VARCHAR               -- NULL when there is nothing to propose
);
