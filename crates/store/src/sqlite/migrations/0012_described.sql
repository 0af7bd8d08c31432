-- How a source described an instrument up to a revision, before it described it
-- otherwise.
CREATE TABLE instrument_past (
    symbol         TEXT    NOT NULL,
    source         TEXT    NOT NULL,
    until          INTEGER NOT NULL,
    name           TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    currency       TEXT,
    exchange       TEXT,
    time_zone      TEXT    NOT NULL,
    price_decimals INTEGER NOT NULL,
    mic            TEXT,
    first_trade    INTEGER,
    PRIMARY KEY (symbol, source, until)
) WITHOUT ROWID, STRICT;

-- Of several descriptions between two revisions the first was in force at the earlier.
CREATE TRIGGER described_otherwise AFTER UPDATE ON instrument
WHEN old.name IS NOT new.name OR old.kind IS NOT new.kind OR old.currency IS NOT new.currency
  OR old.exchange IS NOT new.exchange OR old.time_zone IS NOT new.time_zone
  OR old.price_decimals IS NOT new.price_decimals OR old.mic IS NOT new.mic
  OR old.first_trade IS NOT new.first_trade
BEGIN
    INSERT OR IGNORE INTO instrument_past (symbol, source, until, name, kind, currency, exchange,
                                           time_zone, price_decimals, mic, first_trade)
    VALUES (old.symbol, old.source, ifnull((SELECT max(id) FROM revision), 0), old.name, old.kind,
            old.currency, old.exchange, old.time_zone, old.price_decimals, old.mic, old.first_trade);
END;
