use std::cmp::Ordering;

use super::row::{COLUMNS, Column, Row};
use crate::commands::aligned::by_point;

/// Between two columns.
const GAP: &str = "  ";

const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[31m";
const PLAIN: &str = "\x1b[0m";

/// A line of titles and one for each row, none wider than `width` characters:
/// where there is no room for all columns, those of least worth are left out.
pub(super) fn table(rows: &[Row], width: usize, coloured: bool) -> Vec<String> {
    let rows = &aligned(rows);
    let layout = Layout::of(rows, width);
    let titles = layout.line(|i| COLUMNS[i].title, |_, text| text);
    let row = |row: &Row| {
        let colour = colour(row.direction).filter(|_| coloured);
        layout.line(|i| &row.cells[i], |column, text| painted(text, column, colour))
    };
    std::iter::once(titles).chain(rows.iter().map(row)).collect()
}

/// The same rows with the points of their figures below each other.
fn aligned(rows: &[Row]) -> Vec<Row> {
    let mut rows = rows.to_vec();
    for i in (0..COLUMNS.len()).filter(|&i| COLUMNS[i].by_point) {
        let cells: Vec<String> = rows.iter().map(|row| row.cells[i].clone()).collect();
        for (row, cell) in rows.iter_mut().zip(by_point(&cells)) {
            row.cells[i] = cell;
        }
    }
    rows
}

/// Which columns there are, and how wide each is.
struct Layout {
    columns: Vec<(usize, usize)>,
    width: usize,
}

impl Layout {
    fn of(rows: &[Row], width: usize) -> Self {
        let widest = |i: usize| {
            let cells = rows.iter().map(|row| row.cells[i].chars().count());
            cells.chain([COLUMNS[i].title.len()]).max().unwrap_or(0)
        };
        let mut columns: Vec<_> = (0..COLUMNS.len()).map(|i| (i, widest(i))).collect();
        while columns.len() > 2 && total(&columns) > width {
            let worth = |&at: &usize| COLUMNS[columns[at].0].worth;
            let least = (0..columns.len()).min_by_key(worth).unwrap_or(0);
            columns.remove(least);
        }
        Self { columns, width }
    }

    fn line<'a>(
        &self,
        cell: impl Fn(usize) -> &'a str,
        paint: impl Fn(&Column, String) -> String,
    ) -> String {
        let padded = |&(i, wide): &(usize, usize)| {
            let (column, cell) = (&COLUMNS[i], cell(i));
            let text = if column.to_the_right {
                format!("{cell:>wide$}")
            } else {
                format!("{cell:<wide$}")
            };
            paint(column, text)
        };
        let line = self.columns.iter().map(padded).collect::<Vec<_>>().join(GAP);
        let line = line.trim_end();
        // What is left where even symbol and price have no room has no colours.
        if total(&self.columns) > self.width {
            return line.chars().take(self.width).collect();
        }
        line.to_owned()
    }
}

fn total(columns: &[(usize, usize)]) -> usize {
    let gaps = GAP.len() * columns.len().saturating_sub(1);
    columns.iter().map(|(_, wide)| wide).sum::<usize>() + gaps
}

fn colour(direction: Option<Ordering>) -> Option<&'static str> {
    match direction? {
        Ordering::Greater => Some(GREEN),
        Ordering::Less => Some(RED),
        Ordering::Equal => None,
    }
}

fn painted(text: String, column: &Column, colour: Option<&str>) -> String {
    match colour.filter(|_| column.has_direction) {
        Some(colour) => format!("{colour}{text}{PLAIN}"),
        None => text,
    }
}
