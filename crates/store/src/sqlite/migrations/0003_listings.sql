-- Where an instrument is listed (ISO 10383), and the date of its first trade.
ALTER TABLE instrument ADD COLUMN mic TEXT;
ALTER TABLE instrument ADD COLUMN first_trade INTEGER;
