-- grain: one row: how this snapshot is laid out
CREATE TABLE market (
    layout VARCHAR NOT NULL          -- digest of the tables and marts that it was built with
);
