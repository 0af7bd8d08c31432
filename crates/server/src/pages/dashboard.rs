mod choice;
mod columns;
mod sort;

use askama::Template;
use market::{HistoryQuery, Instrument, Interval, Kind, Period, Quote, Span, Symbol};

pub(crate) use choice::Choice;
use columns::Column;
use sort::{Key, Ranked};

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
    /// Which instrument's price the tab tells, and what speaks against it.
    tab: Option<String>,
    /// Whether anything is being asked for.
    is_coming: bool,
    sorts: Vec<Pick>,
    views: [View; 3],
    heads: Vec<Head>,
    columns: Vec<Pick>,
    /// The columns that are left out, as style sheets know them.
    without: String,
    is_own_list: bool,
    groups: Vec<Group<'a>>,
    left_out: usize,
    chart: Option<ChartText<'a>>,
    has_script: bool,
}

/// An entry of a list to pick from.
struct Pick {
    value: String,
    label: String,
    chosen: bool,
}

/// The head of a column.
struct Head {
    /// As style sheets know it.
    name: &'static str,
    label: &'static str,
    /// Where a press leads, for a column that can be sorted by.
    address: Option<String>,
    /// `ascending` or `descending`, where it is.
    sorted: Option<&'static str>,
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
        tab: tab(view),
        is_coming: view.tiles.iter().any(Tile::is_pending),
        sorts: sorts(choice),
        views: views(choice),
        heads: heads(choice),
        columns: columns(choice),
        without: without(choice),
        is_own_list: choice.symbols.is_some(),
        groups: groups(view, &listed),
        left_out: view.left_out,
        chart: view.chart.as_ref().map(chart_text),
        has_script: assets::has_script("dashboard"),
    }
    .render()
}

fn sorts(choice: &Choice) -> Vec<Pick> {
    let pick = |sort: sort::Sort| Pick {
        value: sort.text(),
        label: sort.words(),
        chosen: sort == choice.sort,
    };
    choice.sort.offered().into_iter().map(pick).collect()
}

fn columns(choice: &Choice) -> Vec<Pick> {
    let pick = |column: Column| Pick {
        value: column.as_str().to_owned(),
        label: column.words().0.to_owned(),
        chosen: choice.has(column),
    };
    Column::ALL.map(pick).into()
}

fn without(choice: &Choice) -> String {
    let left_out = Column::ALL.into_iter().filter(|column| !choice.has(*column));
    left_out.map(Column::as_str).collect::<Vec<_>>().join(" ")
}

fn heads(choice: &Choice) -> Vec<Head> {
    let head = |name, label, key: Option<Key>| Head {
        name,
        label,
        address: key.map(|key| choice.sorted(choice.sort.pressed(key)).address()),
        sorted: key.and_then(|key| choice.sort.direction(key)),
    };
    let first =
        [head("name", "Instrument", Some(Key::Name)), head("price", "Price", Some(Key::Price))];
    let others = Column::ALL.map(|it| head(it.as_str(), it.words().1, it.key()));
    first.into_iter().chain(others).collect()
}

/// The price of the instrument in the main chart.
fn tab(view: &DashboardView) -> Option<String> {
    let Some(Ok(charted)) = &view.chart else { return None };
    let card = view.tiles.iter().find_map(|tile| tile.card_of(charted))?.text();
    card.exact.as_ref()?;
    let doubt = if card.badge == "stale" { " (stale)" } else { "" };
    let price = format!("{} {}", card.price, card.unit);
    Some(format!("{}{doubt} · {}", price.trim_end(), card.name))
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
    tiles.sort_by(|a, b| view.choice.sort.compare(&a.ranked(), &b.ranked()));
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

    fn ranked(&self) -> Ranked<'_> {
        let card = match self {
            Self::Known { card, .. } => card,
            Self::Refused(no_symbol) => {
                return Ranked { name: &no_symbol.text, ..Ranked::default() };
            }
        };
        let quote = card.quote.as_ref();
        Ranked {
            name: &card.instrument.name,
            price: quote.map(|quote| quote.price.get()),
            moved: quote.and_then(Quote::change),
            change: quote.and_then(Quote::change_percent),
            as_of: quote.and_then(|it| it.as_of).map(|as_of| as_of.as_millisecond() as f64 / 1e3),
        }
    }

    /// Its card, where it is this instrument's.
    fn card_of(&self, instrument: &Instrument) -> Option<&Card> {
        match self {
            Self::Known { card, .. } if card.instrument.symbol == instrument.symbol => Some(card),
            _ => None,
        }
    }

    /// Whether a source has been asked and has not answered yet.
    fn is_pending(&self) -> bool {
        match self {
            Self::Known { card, .. } => card.is_pending(),
            Self::Refused(_) => false,
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
