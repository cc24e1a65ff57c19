-- grain: one row per file taken into this snapshot, refused or not
-- Counts are rows of all tables together: read = accepted + quarantined + duplicates.
CREATE TABLE load (
    load_id VARCHAR PRIMARY KEY,     -- from source, file and digest: the same file gives the same id
    source VARCHAR NOT NULL,         -- kind of source: guides
    file VARCHAR NOT NULL,           -- <folder>/<name>, as the file is known
    digest VARCHAR NOT NULL,         -- SHA-256 of the file's bytes
    reader VARCHAR NOT NULL,         -- version of the reader that took it in
    read INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    quarantined INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    CHECK (read = accepted + quarantined + duplicates),
    UNIQUE (source, file)
);
