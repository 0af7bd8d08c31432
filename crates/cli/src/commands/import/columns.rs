use csv::StringRecord;

/// What a column can hold that is read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Symbol,
    Date,
    OpenTime,
    Open,
    High,
    Low,
    Close,
    AdjClose,
    Volume,
    Provisional,
    Currency,
    Adjust,
    Freshness,
    Simulated,
}

/// The names of each column, our own first. Names are compared in lower case,
/// with `_` for spaces and hyphens.
const NAMES: [(Column, &[&str]); 14] = [
    (Column::Symbol, &["symbol", "ticker"]),
    (Column::Date, &["date"]),
    (Column::OpenTime, &["open_time"]),
    (Column::Open, &["open"]),
    (Column::High, &["high"]),
    (Column::Low, &["low"]),
    (Column::Close, &["close"]),
    (Column::AdjClose, &["adj_close", "adjclose", "adjusted_close"]),
    (Column::Volume, &["volume"]),
    (Column::Provisional, &["provisional"]),
    (Column::Currency, &["currency"]),
    (Column::Adjust, &["adjust"]),
    (Column::Freshness, &["freshness"]),
    (Column::Simulated, &["simulated"]),
];

/// What others call the column that says when: a date, or an instant where bars
/// are shorter than a day.
const WHEN: [&str; 3] = ["datetime", "timestamp", "time"];

/// Written by our exports and not needed here.
const NOT_NEEDED: [&str; 5] = ["source", "received_at", "complete", "missing", "repaired_by"];

/// Where in a row each column stands.
#[derive(Debug)]
pub(super) struct Columns {
    places: [Option<usize>; NAMES.len()],
    width: usize,
    /// Names that mean nothing here.
    pub(super) unread: Vec<String>,
}

impl Columns {
    /// Finds the columns by the names in the first line; bars shorter than a day
    /// need instants.
    pub(super) fn find(names: &[String], intraday: bool) -> Result<Self, String> {
        let mut columns =
            Self { places: [None; NAMES.len()], width: names.len(), unread: Vec::new() };
        for (place, name) in names.iter().enumerate() {
            columns.take(place, name, intraday)?;
        }
        let when = if intraday { Column::OpenTime } else { Column::Date };
        let tells_when = columns.has(when) || columns.has(Column::OpenTime);
        let needed = [(tells_when, when), (columns.has(Column::Close), Column::Close)];
        match needed.into_iter().find(|(is_there, _)| !is_there) {
            None => Ok(columns),
            Some((_, missing)) => Err(format!(
                "there is no column {}; the first line names {}",
                missing.name(),
                names.join(", ")
            )),
        }
    }

    fn take(&mut self, place: usize, name: &str, intraday: bool) -> Result<(), String> {
        let Some(column) = meant(name, intraday) else {
            if !NOT_NEEDED.contains(&name) {
                self.unread.push(name.to_owned());
            }
            return Ok(());
        };
        match self.places[column as usize].replace(place) {
            None => Ok(()),
            Some(_) => Err(format!("there are two columns {}; leave one out", column.name())),
        }
    }

    /// Whether the file has this column.
    pub(super) fn has(&self, column: Column) -> bool {
        self.places[column as usize].is_some()
    }

    /// What stands in this column of a row, if anything.
    pub(super) fn cell<'a>(&self, row: &'a StringRecord, column: Column) -> Option<&'a str> {
        let cell = row.get(self.places[column as usize]?)?.trim();
        Some(cell).filter(|cell| !cell.is_empty())
    }

    /// Refuses a row that is longer or shorter than the first line.
    pub(super) fn fits(&self, row: &StringRecord) -> Result<(), String> {
        let (cells, width) = (row.len(), self.width);
        let fault = || format!("has {cells} cells where the first line names {width} columns");
        (cells == width).then_some(()).ok_or_else(fault)
    }
}

impl Column {
    /// Our own name for it.
    pub(super) fn name(self) -> &'static str {
        NAMES[self as usize].1[0]
    }
}

fn meant(name: &str, intraday: bool) -> Option<Column> {
    let name = name.trim_start_matches('\u{feff}').trim().to_lowercase().replace([' ', '-'], "_");
    if WHEN.contains(&name.as_str()) {
        return Some(if intraday { Column::OpenTime } else { Column::Date });
    }
    let found = NAMES.iter().find(|(_, names)| names.contains(&name.as_str()));
    found.map(|(column, _)| *column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(line: &str, intraday: bool) -> Result<Columns, String> {
        let names: Vec<String> = line.split(',').map(str::to_owned).collect();
        Columns::find(&names, intraday)
    }

    #[test]
    fn names_stand_in_the_order_of_the_columns() {
        for (i, (column, _)) in NAMES.iter().enumerate() {
            assert_eq!(*column as usize, i, "{column:?}");
        }
    }

    #[test]
    fn common_spellings_are_read_and_others_reported() {
        let columns = find("\u{feff}Date,Open,High,Low,Close,Adj Close,Volume,Dividends", false);
        let columns = columns.unwrap();
        let row = StringRecord::from(vec!["2024-01-02", "", "", "", " 7 ", "8", "9", "0"]);
        assert_eq!(columns.cell(&row, Column::Date), Some("2024-01-02"));
        assert_eq!(columns.cell(&row, Column::Open), None);
        assert_eq!(columns.cell(&row, Column::Close), Some("7"));
        assert_eq!(columns.cell(&row, Column::AdjClose), Some("8"));
        assert_eq!(columns.unread, ["Dividends"]);
        assert!(find("Datetime,close", true).unwrap().has(Column::OpenTime));
        assert!(find("timestamp,close", false).unwrap().has(Column::Date));
        assert!(find("open_time,close", false).is_ok());
    }

    #[test]
    fn what_is_missing_or_double_is_said() {
        for (line, intraday, words) in [
            ("date;open;close", false, "no column date; the first line names date;open;close"),
            ("date,open", false, "no column close"),
            ("date,close", true, "no column open_time"),
            ("date,close,Adj Close,adj_close", false, "two columns adj_close"),
        ] {
            let said = find(line, intraday).unwrap_err();
            assert!(said.contains(words), "{line}: {said}");
        }
    }
}
