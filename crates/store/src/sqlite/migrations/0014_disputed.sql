-- What is disputed from one revision until another, null while it is: a price, and
-- what was shown then says by what; or a source's history of one interval, which is
-- so many times what was believed before. The outcome of those that ended before this
-- table was there is not known.
CREATE TABLE disputed (
    number   INTEGER PRIMARY KEY,
    symbol   TEXT    NOT NULL,
    interval TEXT,
    source   TEXT,
    factor   REAL,
    since    INTEGER NOT NULL REFERENCES revision (id),
    until    INTEGER REFERENCES revision (id),
    outcome  TEXT,
    CHECK ((interval IS NULL) = (source IS NULL)),
    CHECK ((interval IS NULL) = (factor IS NULL)),
    CHECK (outcome IS NULL OR until IS NOT NULL)
) STRICT;

CREATE INDEX disputed_of ON disputed (symbol, number);

INSERT INTO disputed (symbol, interval, source, factor, since, until)
WITH version AS (
    SELECT symbol, since, max(place) > 0 AS is_disputed FROM quote_version GROUP BY symbol, since
), turn AS (
    SELECT symbol, since, is_disputed,
           lag(is_disputed, 1, 0) OVER (PARTITION BY symbol ORDER BY since) AS was_disputed
    FROM version
), price AS (
    SELECT symbol, NULL AS interval, NULL AS source, NULL AS factor, since, is_disputed,
           lead(since) OVER (PARTITION BY symbol ORDER BY since) AS until
    FROM turn WHERE is_disputed <> was_disputed
), history AS (
    SELECT symbol, interval, source, factor, since, factor IS NOT NULL AS is_disputed,
           lead(since) OVER (PARTITION BY symbol, interval, source ORDER BY since) AS until
    FROM dispute
)
SELECT symbol, interval, source, factor, since, until FROM price WHERE is_disputed
UNION ALL
SELECT symbol, interval, source, factor, since, until FROM history WHERE is_disputed
ORDER BY since, symbol;

DROP TABLE dispute;
