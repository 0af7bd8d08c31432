-- What an amount is counted in, where that is another currency than the series'
-- own. NULL is the series' currency.
ALTER TABLE action ADD COLUMN currency TEXT;
