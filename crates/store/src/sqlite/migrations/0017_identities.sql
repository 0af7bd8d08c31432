-- What instruments are called elsewhere, by standards, as somebody brought it in.
CREATE TABLE identity (
    symbol           TEXT PRIMARY KEY,
    isin             TEXT,
    mic              TEXT,
    figi             TEXT,
    composite_figi   TEXT,
    share_class_figi TEXT
) STRICT, WITHOUT ROWID;
