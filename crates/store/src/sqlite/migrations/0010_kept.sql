-- Since when, in milliseconds, something else was shown that is not kept: of prices
-- that follow each other within a second the last is. Of an instant from then on
-- and before the revision nothing can be told.
ALTER TABLE quote_version ADD COLUMN unkept_since INTEGER;
ALTER TABLE quote_confirmed ADD COLUMN unkept_since INTEGER;

-- By which factor a source's history of one interval differs from what was believed
-- before, while nothing decides between the two; from a revision on, and null where
-- it is disputed no more.
CREATE TABLE dispute (
    symbol   TEXT    NOT NULL,
    interval TEXT    NOT NULL,
    source   TEXT    NOT NULL,
    since    INTEGER NOT NULL REFERENCES revision (id),
    factor   REAL,
    PRIMARY KEY (symbol, interval, source, since)
) WITHOUT ROWID, STRICT;
