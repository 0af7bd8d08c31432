-- Every fact is known from one revision until another, and nothing that was told
-- is ever overwritten. A revision is one commit that changed what can be told.
CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;

-- Revisions of one run ascend in time. A clock that is set back begins another.
CREATE TABLE run (
    first_revision INTEGER PRIMARY KEY,
    at             INTEGER NOT NULL
) STRICT;

INSERT INTO revision (id, at)
SELECT row_number() OVER (ORDER BY at), at
FROM (SELECT known_at AS at FROM bar
      UNION SELECT known_at FROM action
      UNION SELECT rebased_at FROM series WHERE rebased_at IS NOT NULL
      UNION SELECT received_at FROM answer);
INSERT INTO run (first_revision, at) SELECT id, at FROM revision WHERE id = 1;
CREATE INDEX revision_at ON revision (at);

ALTER TABLE series ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
UPDATE series SET since = (SELECT id FROM revision WHERE at = rebased_at)
WHERE rebased_at IS NOT NULL;

-- Every version of every bar; rows are only ever added. The version in force at a
-- revision is the one with the greatest since up to it; where that has no close,
-- the bar was withdrawn. The slot is what the bar is about: for days and longer the
-- trading date (of the Monday, the first of the month or quarter), for shorter bars
-- the open time. So a bar that is stamped anew is a version and no other bar.
CREATE TABLE bar_of_slot (
    series_id   INTEGER NOT NULL REFERENCES series (id),
    slot        INTEGER NOT NULL,
    since       INTEGER NOT NULL,
    open_time   INTEGER NOT NULL,
    date        INTEGER NOT NULL,
    open        REAL,
    high        REAL,
    low         REAL,
    close       REAL,
    adj_close   REAL,
    volume      REAL,
    provisional INTEGER NOT NULL CHECK (provisional IN (0, 1)),
    PRIMARY KEY (series_id, slot, since)
) WITHOUT ROWID, STRICT;

-- 1970-01-01 was a Thursday, three days after a Monday.
CREATE TEMP VIEW slotted AS
SELECT bar.*, CASE series.interval
           WHEN '1d' THEN date
           WHEN '1wk' THEN date - ((date + 3) % 7 + 7) % 7
           WHEN '1mo' THEN unixepoch(date * 86400, 'unixepoch', 'start of month') / 86400
           WHEN '3mo' THEN unixepoch(date * 86400, 'unixepoch', 'start of month',
               '-' || ((strftime('%m', date * 86400, 'unixepoch') - 1) % 3) || ' months') / 86400
           ELSE open_time END AS slot
FROM bar JOIN series ON series.id = bar.series_id;

-- Of several stamps of one date that became known together the last one counts.
INSERT OR REPLACE INTO bar_of_slot (series_id, slot, since, open_time, date, open, high, low, close,
                                    adj_close, volume, provisional)
SELECT series_id, slot, revision.id, open_time, date, open, high, low, close, adj_close, volume,
       provisional
FROM slotted JOIN revision ON revision.at = slotted.known_at
ORDER BY series_id, slot, revision.id, open_time;

-- An amount without a currency is in the series' own. A version with the ordinal -1 says that nothing happens on that day any more.
CREATE TABLE action_of_day (
    symbol      TEXT    NOT NULL,
    source      TEXT    NOT NULL,
    ex_date     INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    since       INTEGER NOT NULL REFERENCES revision (id),
    ordinal     INTEGER NOT NULL,
    amount      REAL,
    currency    TEXT,
    numerator   REAL,
    denominator REAL,
    PRIMARY KEY (symbol, source, ex_date, kind, since, ordinal),
    CHECK (ordinal < 0 OR (kind = 'split') = (numerator IS NOT NULL AND denominator IS NOT NULL)),
    CHECK (ordinal < 0 OR (kind <> 'split') = (amount IS NOT NULL))
) WITHOUT ROWID, STRICT;

INSERT INTO action_of_day (symbol, source, ex_date, kind, since, ordinal, amount, currency,
                           numerator, denominator)
SELECT symbol, source, ex_date, kind, revision.id, ordinal, amount, currency, numerator, denominator
FROM action JOIN revision ON revision.at = action.known_at;

-- The questions that were ever answered, by the source that answered.
CREATE TABLE question (
    id       INTEGER PRIMARY KEY,
    symbol   TEXT NOT NULL,
    interval TEXT NOT NULL,
    span     TEXT NOT NULL,
    source   TEXT NOT NULL,
    UNIQUE (symbol, interval, span, source),
    FOREIGN KEY (symbol, source) REFERENCES instrument (symbol, source)
) STRICT;

INSERT INTO question (symbol, interval, span, source)
SELECT symbol, interval, span, source FROM answer;

-- The ledger: a row for each answer that differs from the one before in anything
-- but when it was received. What it held is in bar and action, between the slots
-- and dates noted here.
CREATE TABLE answer_to (
    question      INTEGER NOT NULL REFERENCES question (id),
    since         INTEGER NOT NULL REFERENCES revision (id),
    series_id     INTEGER NOT NULL REFERENCES series (id),
    received_at   INTEGER NOT NULL,
    bars          INTEGER NOT NULL,
    first_slot    INTEGER,
    last_slot     INTEGER,
    first_date    INTEGER,
    last_date     INTEGER,
    asked_from    INTEGER,
    asked_to      INTEGER,
    pre_start     INTEGER,
    pre_end       INTEGER,
    regular_start INTEGER,
    regular_end   INTEGER,
    post_start    INTEGER,
    post_end      INTEGER,
    PRIMARY KEY (question, since),
    CHECK ((bars = 0) = (first_slot IS NULL)),
    CHECK ((first_slot IS NULL) = (last_slot IS NULL)),
    CHECK (first_slot <= last_slot),
    CHECK ((first_date IS NULL) = (last_date IS NULL)),
    CHECK (first_date <= last_date),
    CHECK (asked_from <= asked_to)
) WITHOUT ROWID, STRICT;

CREATE TEMP VIEW ends AS
SELECT answer.*, first.slot AS first_slot, last.slot AS last_slot
FROM answer
LEFT JOIN slotted AS first ON first.series_id = answer.series_id AND first.open_time = first_open
LEFT JOIN slotted AS last ON last.series_id = answer.series_id AND last.open_time = last_open;

-- An answer that lost its first or last bar is taken for one without bars.
INSERT OR REPLACE INTO answer_to
SELECT question.id, revision.id, series_id, received_at,
       CASE WHEN first_slot <= last_slot THEN
           min(bars, (SELECT count(DISTINCT slot) FROM bar_of_slot
                      WHERE bar_of_slot.series_id = ends.series_id
                        AND slot BETWEEN first_slot AND last_slot)) ELSE 0 END,
       CASE WHEN first_slot <= last_slot THEN first_slot END,
       CASE WHEN first_slot <= last_slot THEN last_slot END,
       first_date, last_date, asked_from, asked_to,
       pre_start, pre_end, regular_start, regular_end, post_start, post_end
FROM ends
JOIN question USING (symbol, interval, span, source)
JOIN revision ON revision.at = ends.received_at;

-- The same answer, received again.
CREATE TABLE confirmed (
    question    INTEGER NOT NULL REFERENCES question (id),
    since       INTEGER NOT NULL REFERENCES revision (id),
    received_at INTEGER NOT NULL,
    PRIMARY KEY (question, since)
) WITHOUT ROWID, STRICT;

-- Bars that went on with streamed prices, as they were told at an instant, for want
-- of which an answer could not be told again. Those of one instant belong together.
CREATE TABLE streamed (
    question    INTEGER NOT NULL REFERENCES question (id),
    at          INTEGER NOT NULL,
    slot        INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    open_time   INTEGER NOT NULL,
    date        INTEGER NOT NULL,
    open        REAL,
    high        REAL,
    low         REAL,
    close       REAL    NOT NULL,
    adj_close   REAL,
    volume      REAL,
    PRIMARY KEY (question, at, slot)
) WITHOUT ROWID, STRICT;

-- When the service started: what was streamed before is not told after.
CREATE TABLE start (
    at INTEGER PRIMARY KEY
) STRICT;

-- Bars and days with actions that an answer lacked and that stay in force until a
-- later one lacks them too.
CREATE TABLE missed_bar (
    series_id   INTEGER NOT NULL REFERENCES series (id),
    slot        INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (series_id, slot)
) WITHOUT ROWID, STRICT;

CREATE TABLE missed_action (
    symbol      TEXT    NOT NULL,
    source      TEXT    NOT NULL,
    ex_date     INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (symbol, source, ex_date, kind)
) WITHOUT ROWID, STRICT;

DROP VIEW ends;
DROP VIEW slotted;
DROP INDEX revision_at;
DROP TABLE answer;
DROP TABLE bar;
DROP TABLE action;
ALTER TABLE answer_to RENAME TO answer;
ALTER TABLE bar_of_slot RENAME TO bar;
ALTER TABLE action_of_day RENAME TO action;
