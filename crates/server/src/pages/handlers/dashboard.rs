use engine::Engine;
use market::{Freshness, Symbol};
use tokio::time::timeout;

use super::{FIRST_PAINT, card};
use crate::app::App;
use crate::pages::{Card, Charted, Choice, DashboardView, NoSymbol, Tile};

/// More would be neither seen nor served in one page.
const MOST_TILES: usize = 50;

/// The instrument whose chart is shown where nothing else is chosen.
const USUAL_CHART: &str = "CAC40";

/// What one of the listed texts turned out to be.
type Listed = Result<Symbol, NoSymbol>;

/// The dashboard that an address asks for.
pub(super) async fn view(app: &App, engine: &Engine, query: &str) -> DashboardView {
    let mut choice = Choice::read(query);
    let (listed, left_out) = take_listed(app, &mut choice);
    let symbols: Vec<Symbol> = listed.iter().flatten().cloned().collect();
    let is_asked = choice.symbols.is_some();
    if is_asked {
        // What is late is shown without a price, and with one once that has come.
        let _ = timeout(FIRST_PAINT, engine.quotes(&symbols)).await;
    }
    let chart = charted(app, &choice, &symbols);
    let tile = |symbol: Symbol| tile(app, engine, &symbol);
    let tiles = listed.into_iter().map(|it| it.map_or_else(Tile::Refused, tile));
    DashboardView { choice, tiles: tiles.collect(), chart, left_out }
}

/// Each instrument once, in whatever spellings it was listed; those of the
/// watchlist where none were. An addition is made part of the choice.
fn take_listed(app: &App, choice: &mut Choice) -> (Vec<Listed>, usize) {
    let board = app.engine.board();
    let watched = || board.entries.iter().map(|it| it.instrument.symbol.to_string()).collect();
    let added = choice.add.take();
    if let Some(added) = added {
        choice.symbols.get_or_insert_with(watched).push(added);
    }
    let texts: Vec<String> = choice.symbols.clone().unwrap_or_else(watched);
    let mut listed: Vec<(String, Listed)> = Vec::new();
    for text in texts {
        let (spelling, symbol) = read(app, text);
        if listed.iter().all(|(known, _)| *known != spelling) {
            listed.push((spelling, symbol));
        }
    }
    let most = if choice.symbols.is_some() { MOST_TILES } else { usize::MAX };
    let left_out = listed.len().saturating_sub(most);
    listed.truncate(most);
    if let Some(symbols) = &mut choice.symbols {
        *symbols = listed.iter().map(|(spelling, _)| spelling.clone()).collect();
    }
    (listed.into_iter().map(|(_, symbol)| symbol).collect(), left_out)
}

/// The one spelling that all of an instrument's resolve to, and what it names.
fn read(app: &App, text: String) -> (String, Listed) {
    match text.parse::<Symbol>() {
        Ok(symbol) => {
            let symbol = app.engine.canonical(&symbol);
            (symbol.to_string(), Ok(symbol))
        }
        Err(error) => (text.clone(), Err(NoSymbol { text, why: error.to_string() })),
    }
}

fn tile(app: &App, engine: &Engine, symbol: &Symbol) -> Tile {
    let Some(entry) = engine.held(symbol) else { return unheard(app, symbol) };
    let is_unknown = entry.quote.is_none() && entry.failures.is_unknown();
    let near = if is_unknown { app.engine.near(symbol) } else { Vec::new() };
    Tile::Known {
        card: Box::new(card(&entry, app.engine.now())),
        doubted: entry.quarantined.is_some(),
        near: near.iter().map(ToString::to_string).collect(),
    }
}

/// What the board has let go while it was read.
fn unheard(app: &App, symbol: &Symbol) -> Tile {
    let card = Card {
        instrument: app.engine.instrument(symbol),
        quote: None,
        freshness: Freshness::Missing,
        market_state: None,
        age: None,
        because: None,
        rival: None,
    };
    Tile::Known { card: Box::new(card), doubted: false, near: Vec::new() }
}

fn charted(app: &App, choice: &Choice, symbols: &[Symbol]) -> Option<Charted> {
    let usual = || symbols.iter().find(|it| it.as_str() == USUAL_CHART).or(symbols.first());
    let asked = choice.chart.clone().map(|text| read(app, text).1);
    let chosen = asked.or_else(|| usual().cloned().map(Ok))?;
    Some(chosen.map(|symbol| {
        let held = app.engine.board().entry(&symbol).map(|entry| entry.instrument.clone());
        held.unwrap_or_else(|| app.engine.instrument(&symbol))
    }))
}
