-- What a clock that was set ahead did not show: the instants after one and before
-- another. The last revision that was known when this was noted.
CREATE TABLE skipped (
    last_revision INTEGER NOT NULL REFERENCES revision (id),
    begins        INTEGER NOT NULL,
    ends          INTEGER NOT NULL
) STRICT;
