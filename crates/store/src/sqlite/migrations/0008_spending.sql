-- What could still be asked of an upstream at an instant, and for how long it was to be
-- left alone, in milliseconds: so that a start goes on where the service ended.
CREATE TABLE spending (
    upstream TEXT    NOT NULL PRIMARY KEY,
    at       INTEGER NOT NULL,
    requests_left REAL    NOT NULL,
    pause_ms INTEGER NOT NULL CHECK (pause_ms >= 0)
) WITHOUT ROWID, STRICT;
