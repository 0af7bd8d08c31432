-- What was known of history and holds no more, for whoever has a copy of it: a row
-- for each answer and reason. Without an interval it is about actions.
CREATE TABLE change (
    number     INTEGER PRIMARY KEY,
    since      INTEGER NOT NULL REFERENCES revision (id),
    symbol     TEXT    NOT NULL,
    interval   TEXT,
    source     TEXT    NOT NULL,
    first_date INTEGER NOT NULL,
    last_date  INTEGER NOT NULL,
    why        TEXT    NOT NULL,
    CHECK (first_date <= last_date)
) STRICT;
CREATE INDEX change_since ON change (since);

CREATE TEMP TABLE before_now AS
WITH version AS (
    SELECT series_id, since, date, close, lag(since) OVER slot AS before,
           lag(close) OVER slot AS close_before, lag(provisional) OVER slot AS was_running,
           (open, high, low, close, adj_close, volume, provisional) IS
           (lag(open) OVER slot, lag(high) OVER slot, lag(low) OVER slot, lag(close) OVER slot,
            lag(adj_close) OVER slot, lag(volume) OVER slot, lag(provisional) OVER slot) AS is_same
    FROM bar WINDOW slot AS (PARTITION BY series_id, slot ORDER BY since)
)
SELECT version.since, symbol, interval, source, date,
       CASE WHEN close IS NULL THEN 'withdrawn'
            WHEN close_before IS NULL THEN 'corrected'
            WHEN was_running THEN NULL
            WHEN is_same THEN 'restamped'
            ELSE 'corrected' END AS why
FROM version JOIN series ON series.id = version.series_id
WHERE before IS NOT NULL

UNION ALL
SELECT action.since, symbol, NULL, source, ex_date,
       CASE WHEN min(ordinal) < 0 THEN 'withdrawn' ELSE 'corrected' END
FROM action
WHERE since > (SELECT min(since) FROM action AS first
               WHERE first.symbol = action.symbol AND first.source = action.source
                 AND first.ex_date = action.ex_date AND first.kind = action.kind)
GROUP BY symbol, source, ex_date, kind, since

-- All bars of the bases before.
UNION ALL
SELECT series.since, series.symbol, series.interval, series.source, date, 'rebased'
FROM series
JOIN series AS old
  ON (old.symbol, old.interval, old.source, old.basis) =
     (series.symbol, series.interval, series.source, series.basis)
 AND old.currency IS series.currency AND old.since < series.since
JOIN bar ON bar.series_id = old.id
WHERE series.rebased_at IS NOT NULL;

INSERT INTO change (since, symbol, interval, source, first_date, last_date, why)
SELECT since, symbol, interval, source, min(date), max(date), why
FROM before_now WHERE why IS NOT NULL AND since IN (SELECT id FROM revision)
GROUP BY since, symbol, interval, source, why
ORDER BY since;

DROP TABLE before_now;
