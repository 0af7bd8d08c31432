-- Instants are whole milliseconds since 1970-01-01T00:00:00Z.
-- Dates are whole days since 1970-01-01: date(n * 86400, 'unixepoch') prints one.
-- Prices and amounts are REAL; NULL means that the source does not say.

-- An instrument as a source describes it, in its latest description.
CREATE TABLE instrument (
    symbol         TEXT    NOT NULL,
    source         TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    currency       TEXT,
    exchange       TEXT,
    time_zone      TEXT    NOT NULL,
    price_decimals INTEGER NOT NULL,
    described_at   INTEGER NOT NULL,
    PRIMARY KEY (symbol, source)
) WITHOUT ROWID, STRICT;

-- The latest price of an instrument at each source.
CREATE TABLE quote (
    symbol         TEXT    NOT NULL,
    source         TEXT    NOT NULL,
    price          REAL    NOT NULL,
    currency       TEXT,
    previous_price REAL,
    previous_kind  TEXT,
    day_high       REAL,
    day_low        REAL,
    volume         REAL,
    pre_start      INTEGER,
    pre_end        INTEGER,
    regular_start  INTEGER,
    regular_end    INTEGER,
    post_start     INTEGER,
    post_end       INTEGER,
    as_of          INTEGER,
    received_at    INTEGER NOT NULL,
    PRIMARY KEY (symbol, source),
    FOREIGN KEY (symbol, source) REFERENCES instrument (symbol, source),
    CHECK ((previous_price IS NULL) = (previous_kind IS NULL))
) WITHOUT ROWID, STRICT;

-- What is true of every bar of a series. Should a source change the currency
-- or the basis, that begins another series: old bars keep what they were.
CREATE TABLE series (
    id       INTEGER PRIMARY KEY,
    symbol   TEXT NOT NULL,
    interval TEXT NOT NULL,
    source   TEXT NOT NULL,
    currency TEXT,
    basis    TEXT NOT NULL
) STRICT;

-- UNIQUE takes two NULLs for different, hence the expression.
CREATE UNIQUE INDEX series_head
    ON series (symbol, interval, source, basis, ifnull(currency, ''));

-- Every version of every bar; rows are only ever added. The version in force
-- at an instant is the one with the greatest known_at up to it. Clustered by
-- its key, so that a stretch of one series is one range of the file, whatever
-- else is stored.
CREATE TABLE bar (
    series_id   INTEGER NOT NULL REFERENCES series (id),
    open_time   INTEGER NOT NULL,
    known_at    INTEGER NOT NULL,
    date        INTEGER NOT NULL,
    open        REAL,
    high        REAL,
    low         REAL,
    close       REAL    NOT NULL,
    adj_close   REAL,
    volume      REAL,
    provisional INTEGER NOT NULL CHECK (provisional IN (0, 1)),
    PRIMARY KEY (series_id, open_time, known_at)
) WITHOUT ROWID, STRICT;

-- Every version of what happened on an ex-date, whichever series told it. The
-- rows that share all but the ordinal are one version: a day can have two
-- dividends, and a correction replaces both.
CREATE TABLE action (
    symbol      TEXT    NOT NULL,
    source      TEXT    NOT NULL,
    ex_date     INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    known_at    INTEGER NOT NULL,
    ordinal     INTEGER NOT NULL,
    amount      REAL,
    numerator   REAL,
    denominator REAL,
    PRIMARY KEY (symbol, source, ex_date, kind, known_at, ordinal),
    CHECK ((kind = 'split') = (numerator IS NOT NULL AND denominator IS NOT NULL)),
    CHECK ((kind <> 'split') = (amount IS NOT NULL))
) WITHOUT ROWID, STRICT;

-- The ledger: the last answer of each source to each question. What the answer
-- held is in bar and action, between the opens and the dates noted here.
CREATE TABLE answer (
    symbol        TEXT    NOT NULL,
    interval      TEXT    NOT NULL,
    span          TEXT    NOT NULL,
    source        TEXT    NOT NULL,
    series_id     INTEGER NOT NULL REFERENCES series (id),
    received_at   INTEGER NOT NULL,
    bars          INTEGER NOT NULL,
    first_open    INTEGER,
    last_open     INTEGER,
    first_date    INTEGER,
    last_date     INTEGER,
    pre_start     INTEGER,
    pre_end       INTEGER,
    regular_start INTEGER,
    regular_end   INTEGER,
    post_start    INTEGER,
    post_end      INTEGER,
    PRIMARY KEY (symbol, interval, span, source),
    FOREIGN KEY (symbol, source) REFERENCES instrument (symbol, source),
    CHECK ((bars = 0) = (first_open IS NULL)),
    CHECK ((first_open IS NULL) = (last_open IS NULL)),
    CHECK (first_open <= last_open),
    CHECK ((first_date IS NULL) = (last_date IS NULL)),
    CHECK (first_date <= last_date)
) WITHOUT ROWID, STRICT;
