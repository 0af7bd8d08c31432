-- From when on a series is told on a new basis, such as after a split. The
-- first basis known has NULL; each later one is a series of its own, so that
-- bars of two bases never stand side by side.
ALTER TABLE series ADD COLUMN rebased_at INTEGER;

DROP INDEX series_head;
CREATE UNIQUE INDEX series_head
    ON series (symbol, interval, source, basis, ifnull(currency, ''), ifnull(rebased_at, ''));

-- The calendar days an answer was asked for, both included. Where asked_to is
-- NULL they are not known, as for answers from before this column; else a NULL
-- in asked_from stands for the beginning of what there is.
ALTER TABLE answer ADD COLUMN asked_to INTEGER;
ALTER TABLE answer ADD COLUMN asked_from INTEGER CHECK (asked_from <= asked_to);
