use std::collections::HashMap;
use std::fmt::Display;

use csv::StringRecord;
use engine::Engine;
use market::{Basis, Currency, Instrument, Symbol};

use super::ImportArgs;
use super::bar::{Cells, Rules};
use super::bounds::Bounds;
use super::columns::{Column, Columns};
use super::faults::Faults;
use super::placed::Placed;
use super::rows::{Row, Table};

/// What a file holds, checked row by row.
pub(super) struct Gathered {
    /// One for each symbol, in the order of the file.
    pub(super) all: Vec<OfSymbol>,
    pub(super) faults: Faults,
    /// The names of columns that mean nothing here.
    pub(super) unread: Vec<String>,
}

/// The bars of one symbol, and what the file says of them.
pub(super) struct OfSymbol {
    pub(super) instrument: Instrument,
    pub(super) currency: Option<Currency>,
    pub(super) basis: Option<Basis>,
    pub(super) bars: Vec<Placed>,
    rules: Rules,
}

/// Reads every row of a file.
pub(super) fn gather(engine: &Engine, args: &ImportArgs, table: Table) -> Result<Gathered, String> {
    let columns = Columns::find(&table.names, args.interval.is_intraday())?;
    if args.symbol.is_none() && !columns.has(Column::Symbol) {
        return Err("there is no column symbol; name the instrument with --symbol".to_owned());
    }
    let faults = Faults::of(table.unit);
    let known = HashMap::new();
    let (all, bounds) = (Vec::new(), Bounds::USUAL);
    let mut gathering = Gathering { engine, args, bounds, columns, known, all, faults };
    for (before, row) in (0..).zip(table.rows) {
        Bounds::admit(before < gathering.bounds.rows, gathering.bounds.rows, "rows")?;
        gathering.take(row?)?;
    }
    Ok(gathering.finish())
}

struct Gathering<'a> {
    engine: &'a Engine,
    args: &'a ImportArgs,
    bounds: Bounds,
    columns: Columns,
    /// Positions in `all`, by symbols as the file writes them.
    known: HashMap<String, usize>,
    all: Vec<OfSymbol>,
    faults: Faults,
}

impl Gathering<'_> {
    /// Takes a row; notes why it cannot be used. Fails where the file holds too much.
    fn take(&mut self, Row { place, cells }: Row) -> Result<(), String> {
        let Bounds { of_one, symbols, .. } = self.bounds;
        match cells.and_then(|row| self.add(place, &row)) {
            Ok(bars) => Bounds::admit(bars <= of_one, of_one, "bars of one symbol")?,
            Err(why) => self.faults.add(place, why),
        }
        Bounds::admit(self.known.len() <= symbols, symbols, "symbols")
    }

    /// Adds a row's bar to those of its symbol; how many there are.
    fn add(&mut self, place: u64, row: &StringRecord) -> Result<usize, String> {
        self.columns.fits(row)?;
        let of_symbol = self.place_of_symbol(row)?;
        let cells = Cells { columns: &self.columns, row };
        let of_symbol = &mut self.all[of_symbol];
        let bar = cells.bar(&of_symbol.rules)?;
        agree("currency", &mut of_symbol.currency, cells.read(Column::Currency)?)?;
        agree("adjust", &mut of_symbol.basis, cells.basis()?)?;
        of_symbol.bars.push(Placed::new(place, &bar));
        Ok(of_symbol.bars.len())
    }

    fn place_of_symbol(&mut self, row: &StringRecord) -> Result<usize, String> {
        let text = self.columns.cell(row, Column::Symbol).unwrap_or_default();
        if let Some(&place) = self.known.get(text) {
            return Ok(place);
        }
        let symbol = self.symbol(text)?;
        let found = self.all.iter().position(|it| it.instrument.symbol == symbol);
        let place = found.unwrap_or(self.all.len());
        if found.is_none() {
            self.all.push(self.none_yet(&symbol));
        }
        self.known.insert(text.to_owned(), place);
        Ok(place)
    }

    fn symbol(&self, text: &str) -> Result<Symbol, String> {
        let only = self.args.symbol.as_ref().map(|symbol| self.engine.canonical(symbol));
        if text.is_empty() {
            return only.ok_or_else(|| "symbol: is empty".to_owned());
        }
        // Our exports put an apostrophe before what a spreadsheet would run.
        let parsed: Result<Symbol, _> = text.strip_prefix('\'').unwrap_or(text).parse();
        let symbol = parsed.map_err(|error| format!("symbol: {error}"))?;
        let symbol = self.engine.canonical(&symbol);
        match only.filter(|only| *only != symbol) {
            None => Ok(symbol),
            Some(only) => Err(format!("symbol: {symbol} is not {only}, which --symbol names")),
        }
    }

    fn none_yet(&self, symbol: &Symbol) -> OfSymbol {
        let instrument = self.engine.instrument(symbol);
        let rules = Rules {
            kind: instrument.kind,
            zone: instrument.zone(),
            interval: self.args.interval,
            now: self.engine.now(),
        };
        let currency = self.args.currency.clone();
        OfSymbol { instrument, currency, basis: None, bars: Vec::new(), rules }
    }

    fn finish(mut self) -> Gathered {
        for of_symbol in &mut self.all {
            of_symbol.refuse_repeats(&mut self.faults);
        }
        Gathered { all: self.all, faults: self.faults, unread: self.columns.unread }
    }
}

/// All rows of a symbol say the same, or nothing.
fn agree<T: PartialEq + Said>(
    name: &str,
    known: &mut Option<T>,
    stated: Option<T>,
) -> Result<(), String> {
    match (&known, stated) {
        (Some(known), Some(stated)) if *known != stated => {
            Err(format!("{name}: {} where {} was said before", stated.said(), known.said()))
        }
        (None, stated) => {
            *known = stated;
            Ok(())
        }
        _ => Ok(()),
    }
}

trait Said {
    fn said(&self) -> &str;
}

impl Said for Currency {
    fn said(&self) -> &str {
        self.as_str()
    }
}

impl Said for Basis {
    fn said(&self) -> &str {
        self.as_str()
    }
}

impl OfSymbol {
    /// Keeps the first of several bars of one date or open time.
    fn refuse_repeats(&mut self, faults: &mut Faults) {
        if !self.rules.interval.is_intraday() {
            self.keep_first(|it| it.date, faults);
        }
        self.keep_first(Placed::open_time, faults);
        self.bars.shrink_to_fit();
    }

    fn keep_first<K: Ord + Display>(&mut self, key: impl Fn(&Placed) -> K, faults: &mut Faults) {
        let symbol = &self.instrument.symbol;
        self.bars.sort_by_key(|it| (key(it), it.place()));
        self.bars.dedup_by(|later, earlier| {
            let when = key(later);
            let is_repeat = when == key(earlier);
            if is_repeat {
                let before = faults.place(earlier.place());
                faults.add(
                    later.place(),
                    format!("{symbol} has a bar of {when} on {before} already"),
                );
            }
            is_repeat
        });
    }
}
