-- What was shown of an instrument, from one revision until its next: the quote in
-- place 0, in the places after it those of other sources that it was compared
-- with, and in place 1000 what was believed before where it is disputed. Without a price there was nothing to show but, where made_up
-- says so, one of the simulator, which is never stored.
CREATE TABLE quote_version (
    symbol         TEXT    NOT NULL,
    since          INTEGER NOT NULL REFERENCES revision (id),
    place          INTEGER NOT NULL,
    source         TEXT,
    price          REAL,
    currency       TEXT,
    previous_price REAL,
    previous_kind  TEXT,
    day_high       REAL,
    day_low        REAL,
    volume         REAL,
    as_of          INTEGER,
    received_at    INTEGER,
    pre_start      INTEGER,
    pre_end        INTEGER,
    regular_start  INTEGER,
    regular_end    INTEGER,
    post_start     INTEGER,
    post_end       INTEGER,
    made_up        INTEGER NOT NULL CHECK (made_up IN (0, 1)),
    PRIMARY KEY (symbol, since, place),
    FOREIGN KEY (symbol, source) REFERENCES instrument (symbol, source),
    CHECK ((source IS NULL) = (price IS NULL)),
    CHECK ((source IS NULL) = (received_at IS NULL)),
    CHECK ((previous_price IS NULL) = (previous_kind IS NULL))
) WITHOUT ROWID, STRICT;

-- The same quote, received again.
CREATE TABLE quote_confirmed (
    symbol      TEXT    NOT NULL,
    since       INTEGER NOT NULL REFERENCES revision (id),
    received_at INTEGER NOT NULL,
    PRIMARY KEY (symbol, since)
) WITHOUT ROWID, STRICT;
