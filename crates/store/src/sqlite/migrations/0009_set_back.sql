-- The runs that begin where a clock was set back, and not merely where two commits were
-- handed over in another order than they were dated.
CREATE TABLE set_back (
    first_revision INTEGER PRIMARY KEY REFERENCES run (first_revision)
) STRICT;

INSERT INTO set_back (first_revision)
SELECT first_revision
FROM run JOIN revision AS last ON last.id = first_revision - 1
WHERE last.at > run.at + 60000;
