-- A close of a source's history may be disputed by another source: of which trading date,
-- what either says, adjusted for splits, and what both are counted in.
CREATE TABLE disputed_anew (
    number        INTEGER PRIMARY KEY,
    symbol        TEXT    NOT NULL,
    interval      TEXT,
    source        TEXT,
    factor        REAL,
    date          INTEGER,
    close         REAL,
    against       TEXT,
    against_close REAL,
    currency      TEXT,
    since         INTEGER NOT NULL REFERENCES revision (id),
    until         INTEGER REFERENCES revision (id),
    outcome       TEXT,
    CHECK ((interval IS NULL) = (source IS NULL)),
    CHECK ((interval IS NULL) = (factor IS NULL AND date IS NULL)),
    CHECK (factor IS NULL OR date IS NULL),
    CHECK ((date IS NULL) = (close IS NULL)),
    CHECK ((date IS NULL) = (against IS NULL)),
    CHECK ((date IS NULL) = (against_close IS NULL)),
    CHECK ((date IS NULL) = (currency IS NULL)),
    CHECK (outcome IS NULL OR until IS NOT NULL)
) STRICT;

INSERT INTO disputed_anew (number, symbol, interval, source, factor, since, until, outcome)
SELECT number, symbol, interval, source, factor, since, until, outcome FROM disputed;

DROP TABLE disputed;
ALTER TABLE disputed_anew RENAME TO disputed;
CREATE INDEX disputed_of ON disputed (symbol, number);
