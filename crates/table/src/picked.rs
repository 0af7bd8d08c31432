use std::ops::Range;
use std::sync::Arc;

use crate::rows::{Column, Rows, SIMULATED, Values};
use crate::text::{nearest, short};

/// Why `fields=` cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldsError {
    /// There is no such column.
    #[error("no column {asked:?}{}; there are {}", did_you_mean(near.as_deref()), known.join(", "))]
    Unknown {
        /// The beginning of what was asked for.
        asked: String,
        /// The column that looks most like it, if one does.
        near: Option<String>,
        /// All columns.
        known: Vec<String>,
    },
    /// A column was named more than once.
    #[error("column {0} is named twice; name it once")]
    Twice(String),
}

fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean {near}?"))
}

/// Rows with only the columns that were asked for, in the order asked, and the
/// one that marks simulated rows where there are any.
pub(crate) struct Picked {
    rows: Arc<dyn Rows>,
    columns: Vec<Column>,
    places: Vec<usize>,
}

impl Picked {
    /// Picks columns by their names, separated by commas: `date,close`.
    pub(crate) fn new(rows: Arc<dyn Rows>, fields: &str) -> Result<Self, FieldsError> {
        let known = rows.columns();
        let mut places = places(known, fields)?;
        places.extend(mark(&*rows).filter(|place| !places.contains(place)));
        let columns = places.iter().map(|&place| known[place].clone()).collect();
        Ok(Self { rows, columns, places })
    }
}

/// Where the mark of simulated rows stands, if some are.
fn mark(rows: &dyn Rows) -> Option<usize> {
    let place = rows.columns().iter().position(|column| column.name == SIMULATED)?;
    rows.column(place, 0..rows.len()).any().then_some(place)
}

/// Where the columns stand that `fields` names, with commas between.
///
/// # Errors
///
/// The name that is none, or stands twice.
pub fn places(known: &[Column], fields: &str) -> Result<Vec<usize>, FieldsError> {
    let mut places = Vec::new();
    for name in fields.split(',').map(str::trim) {
        let place = place(known, name)?;
        if places.contains(&place) {
            return Err(FieldsError::Twice(name.to_owned()));
        }
        places.push(place);
    }
    Ok(places)
}

/// Where the column of a name stands.
///
/// # Errors
///
/// There is none.
pub fn place(known: &[Column], name: &str) -> Result<usize, FieldsError> {
    known.iter().position(|column| column.name == name).ok_or_else(|| FieldsError::Unknown {
        asked: short(name),
        near: nearest(name, known.iter().map(|column| &*column.name)).map(str::to_owned),
        known: known.iter().map(|column| column.name.to_string()).collect(),
    })
}

impl Rows for Picked {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn column(&self, i: usize, range: Range<usize>) -> Values {
        self.rows.column(self.places[i], range)
    }
}
