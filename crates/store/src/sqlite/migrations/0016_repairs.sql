-- What is wrong in a source's daily history by what other sources say, and what takes its
-- place: the close that is wrong, or the closes beside a bar that is missing; the close that
-- is right and, where it is sure to fit, the rest of its bar; who says so.
CREATE TABLE repair (
    number        INTEGER PRIMARY KEY,
    symbol        TEXT    NOT NULL,
    source        TEXT    NOT NULL,
    date          INTEGER NOT NULL,
    wrong         REAL,
    before_date   INTEGER,
    before_close  REAL,
    after_date    INTEGER,
    after_close   REAL,
    close         REAL    NOT NULL,
    open_time     INTEGER,
    open          REAL,
    high          REAL,
    low           REAL,
    volume        REAL,
    said_by       TEXT    NOT NULL,
    confirmed_by  TEXT,
    currency      TEXT    NOT NULL,
    served        INTEGER NOT NULL,
    since         INTEGER NOT NULL REFERENCES revision (id),
    until         INTEGER REFERENCES revision (id),
    ended         TEXT,
    CHECK ((wrong IS NULL) = (before_date IS NOT NULL)),
    CHECK ((before_date IS NULL) = (before_close IS NULL)),
    CHECK ((before_date IS NULL) = (after_date IS NULL)),
    CHECK ((before_date IS NULL) = (after_close IS NULL)),
    CHECK (open_time IS NOT NULL OR (open IS NULL AND high IS NULL AND low IS NULL AND volume IS NULL)),
    CHECK ((until IS NULL) = (ended IS NULL))
) STRICT;

CREATE INDEX repair_of ON repair (symbol, number);
