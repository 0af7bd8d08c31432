mod choice;

use askama::Template;
use market::{HistoryQuery, Instrument, Interval, Kind, Period, Quote, Span, Symbol};

pub(crate) use choice::Choice;
use choice::Sort;

use super::card::{Card, CardText};
use super::{Shell, address, assets};

/// What the dashboard shows.
pub(crate) struct DashboardView {
    /// What its reader chose; the symbols of the watchlist where nothing was chosen.
    pub(crate) choice: Choice,
    /// The instruments, in the order listed.
    pub(crate) tiles: Vec<Tile>,
    /// What the main chart shows; `None` where there is nothing to show.
    pub(crate) chart: Option<Charted>,
    /// How many symbols were left out because there were too many.
    pub(crate) left_out: usize,
}

impl DashboardView {
    /// Whether any price was made up by the simulator.
    pub(crate) fn is_simulated(&self) -> bool {
        let quote = |tile: &Tile| match tile {
            Tile::Known { card, .. } => card.quote.as_ref().is_some_and(|quote| quote.simulated),
            Tile::Refused(_) => false,
        };
        self.tiles.iter().any(quote)
    }
}

/// One thing that was listed.
pub(crate) enum Tile {
    /// An instrument.
    Known {
        /// The instrument and its price.
        card: Box<Card>,
        /// Whether a newer price is held back because it is not believed.
        doubted: bool,
        /// Symbols that may have been meant, where no source knows this one.
        near: Vec<String>,
    },
    /// A text that cannot be a symbol.
    Refused(NoSymbol),
}

/// A text that cannot be a symbol, and why.
pub(crate) struct NoSymbol {
    /// As it was listed.
    pub(crate) text: String,
    /// In words.
    pub(crate) why: String,
}

/// What the main chart is asked to show.
pub(crate) type Charted = Result<Instrument, NoSymbol>;

#[derive(Template)]
#[template(path = "dashboard.html")]
struct Dashboard<'a> {
    shell: &'a Shell,
    choice: &'a Choice,
    /// The address of this page, for scripts.
    here: String,
    symbols: String,
    sorts: [Pick; 4],
    views: [View; 3],
    is_own_list: bool,
    groups: Vec<Group<'a>>,
    left_out: usize,
    chart: Option<ChartText<'a>>,
    has_script: bool,
}

/// An entry of a list to pick from.
struct Pick {
    value: &'static str,
    label: &'static str,
    chosen: bool,
}

/// A way to look at the page.
struct View {
    name: &'static str,
    label: &'static str,
    address: String,
    chosen: bool,
}

/// Tiles under one heading; without one where kinds do not matter.
struct Group<'a> {
    title: Option<&'static str>,
    tiles: Vec<TileText<'a>>,
}

impl Group<'_> {
    /// How much room a wall has for each.
    fn crowd(&self) -> &'static str {
        match self.tiles.len() {
            ..=12 => "few",
            13..=24 => "many",
            _ => "most",
        }
    }
}

struct TileText<'a> {
    /// What it says of an instrument; `Err` where the text is no symbol.
    card: Result<CardText<'a>, &'a NoSymbol>,
    doubt: &'static str,
    near: Vec<(&'a str, String)>,
    remove: String,
    chart: String,
    is_charted: bool,
}

enum ChartText<'a> {
    Of { symbol: &'a str, name: &'a str, decimals: u8, json: String, view: String },
    Not(&'a NoSymbol),
}

/// The dashboard: a card or a row per instrument, and one of them in a chart.
pub(crate) fn dashboard(shell: &Shell, view: &DashboardView) -> Result<String, askama::Error> {
    let choice = &view.choice;
    let listed: Vec<&str> = view.tiles.iter().map(Tile::symbol).collect();
    Dashboard {
        shell,
        choice,
        here: choice.address(),
        symbols: listed.join(","),
        sorts: sorts(choice),
        views: views(choice),
        is_own_list: choice.symbols.is_some(),
        groups: groups(view, &listed),
        left_out: view.left_out,
        chart: view.chart.as_ref().map(chart_text),
        has_script: assets::has_script("dashboard"),
    }
    .render()
}

fn sorts(choice: &Choice) -> [Pick; 4] {
    Sort::ALL.map(|sort| Pick {
        value: sort.as_str(),
        label: sort.words(),
        chosen: sort == choice.sort,
    })
}

fn views(choice: &Choice) -> [View; 3] {
    let cards = Choice { table: false, wall: false, ..choice.clone() };
    let table = Choice { table: true, ..cards.clone() };
    let wall = Choice { wall: true, ..choice.clone() };
    [("cards", "Cards", cards), ("table", "Table", table), ("wall", "Wall", wall)].map(
        |(name, label, there)| View {
            name,
            label,
            address: there.address(),
            chosen: there == *choice,
        },
    )
}

/// All tiles as one group, or a group for each kind, in the order the kinds appear.
fn groups<'a>(view: &'a DashboardView, listed: &[&str]) -> Vec<Group<'a>> {
    let mut tiles: Vec<&Tile> = view.tiles.iter().collect();
    tiles.sort_by(|a, b| view.choice.sort.compare(a.sorted_by(), b.sorted_by()));
    let mut groups: Vec<Group<'a>> = Vec::new();
    for tile in tiles {
        let title = view.choice.by_kind.then(|| tile.group());
        let text = tile.text(view, listed);
        match groups.iter_mut().find(|group| group.title == title) {
            Some(group) => group.tiles.push(text),
            None => groups.push(Group { title, tiles: vec![text] }),
        }
    }
    groups
}

fn chart_text(chart: &Charted) -> ChartText<'_> {
    let instrument = match chart {
        Ok(instrument) => instrument,
        Err(no_symbol) => return ChartText::Not(no_symbol),
    };
    let symbol = instrument.symbol.as_str();
    ChartText::Of {
        symbol,
        name: &instrument.name,
        decimals: instrument.price_decimals,
        json: month_of(&instrument.symbol),
        view: address::view(symbol, "1mo", None),
    }
}

/// The JSON of the daily closes of one month.
fn month_of(symbol: &Symbol) -> String {
    let span = Span::Period(Period::Months(1));
    let question =
        HistoryQuery { symbol: symbol.clone(), interval: Interval::D1, span, source: None };
    address::bars(&question, &[("fields", "date,close"), ("format", "columns")])
}

impl Tile {
    fn symbol(&self) -> &str {
        match self {
            Self::Known { card, .. } => card.instrument.symbol.as_str(),
            Self::Refused(no_symbol) => &no_symbol.text,
        }
    }

    fn sorted_by(&self) -> (&str, Option<f64>) {
        match self {
            Self::Known { card, .. } => {
                let change = card.quote.as_ref().and_then(Quote::change_percent);
                (&card.instrument.name, change)
            }
            Self::Refused(no_symbol) => (&no_symbol.text, None),
        }
    }

    fn group(&self) -> &'static str {
        match self {
            Self::Known { card, .. } => plural(card.instrument.kind),
            Self::Refused(_) => "Not symbols",
        }
    }

    fn text<'a>(&'a self, view: &'a DashboardView, listed: &[&str]) -> TileText<'a> {
        let symbol = self.symbol();
        let other = |symbols: Vec<String>| Choice { symbols: Some(symbols), ..view.choice.clone() };
        let without = listed.iter().filter(|it| **it != symbol).map(|it| (*it).to_owned());
        let instead = |near: &str| {
            let others = listed.iter().filter(|it| **it != near);
            others.map(|it| if *it == symbol { near } else { it }.to_owned()).collect()
        };
        let near = match self {
            Self::Known { near, .. } => near.as_slice(),
            Self::Refused(_) => &[],
        };
        let is_charted = matches!(&view.chart, Some(Ok(it)) if it.symbol.as_str() == symbol);
        TileText {
            card: self.card_text(),
            doubt: self.doubt(),
            near: near.iter().map(|near| (near.as_str(), other(instead(near)).address())).collect(),
            remove: other(without.collect()).address(),
            chart: Choice { chart: Some(symbol.to_owned()), ..view.choice.clone() }.address(),
            is_charted,
        }
    }

    fn card_text(&self) -> Result<CardText<'_>, &NoSymbol> {
        match self {
            Self::Known { card, .. } => Ok(card.text()),
            Self::Refused(no_symbol) => Err(no_symbol),
        }
    }

    /// A word for what speaks against the price that is shown.
    fn doubt(&self) -> &'static str {
        match self {
            Self::Known { card, .. } if card.rival.is_some() => "disputed",
            Self::Known { doubted: true, .. } => "newer one held back",
            _ => "",
        }
    }
}

fn plural(kind: Kind) -> &'static str {
    match kind {
        Kind::Index => "Indices",
        Kind::Currency => "Currencies",
        Kind::Crypto => "Crypto",
        Kind::Equity => "Shares",
        Kind::Etf => "Exchange-traded funds",
        Kind::Fund => "Funds",
        Kind::Future => "Futures",
        Kind::Option => "Options",
        Kind::Rate => "Rates",
    }
}
