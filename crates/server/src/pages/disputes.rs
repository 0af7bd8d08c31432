use askama::Template;
use jiff::Timestamp;
use market::{
    Currency, Differs, Disputed, DisputedClose, Instrument, Matter, Outcome, Price, Quote, Source,
};

use super::sentence::Sentence;
use super::{Shell, address, assets, format, words};

/// What the page of disputes shows.
pub(crate) struct DisputesView {
    /// Those that are open, each with its instrument.
    pub(crate) open: Vec<(Instrument, Disputed)>,
    /// The last ones that ended.
    pub(crate) ended: Vec<(Instrument, Disputed)>,
    /// When all this is so.
    pub(crate) now: Timestamp,
}

#[derive(Template)]
#[template(path = "disputes.html")]
struct Disputes<'a> {
    shell: &'a Shell,
    now: Timestamp,
    verdict: String,
    open: Vec<Row<'a>>,
    ended: Vec<Row<'a>>,
}

/// A dispute in words.
struct Row<'a> {
    name: &'a str,
    symbol: &'a str,
    history: String,
    said: Vec<Sentence>,
    since: Sentence,
    until: Sentence,
    outcome: &'static str,
}

/// The page of disputes: who said what, and which of the two is shown since.
pub(crate) fn disputes(shell: &Shell, view: &DisputesView) -> Result<String, askama::Error> {
    let row = |it| row(it, view.now);
    Disputes {
        shell,
        now: view.now,
        verdict: verdict(view.open.len()),
        open: view.open.iter().map(row).collect(),
        ended: view.ended.iter().map(row).collect(),
    }
    .render()
}

fn verdict(open: usize) -> String {
    match open {
        0 => "Nothing is disputed.".to_owned(),
        1 => "1 dispute is open.".to_owned(),
        n => format!("{n} disputes are open."),
    }
}

fn row((instrument, disputed): &(Instrument, Disputed), now: Timestamp) -> Row<'_> {
    let instant = |at| Sentence::default().instant(at, now);
    Row {
        name: &instrument.name,
        symbol: instrument.symbol.as_str(),
        history: address::view(instrument.symbol.as_str(), "1mo", None),
        said: said(&disputed.matter, now),
        since: instant(disputed.since),
        until: disputed.until.map(instant).unwrap_or_default(),
        outcome: outcome(disputed.outcome),
    }
}

/// Each of the two statements in a sentence.
fn said(matter: &Matter, now: Timestamp) -> Vec<Sentence> {
    match matter {
        Matter::Price { shown, against, was_believed } => {
            let other = if *was_believed { "before, " } else { "" };
            vec![statement("", shown, now), statement(other, against, now)]
        }
        Matter::History { source, differs: Differs::Close(close), .. } => {
            vec![
                closed(source, close.close, close),
                closed(&close.against, close.against_close, close),
            ]
        }
        Matter::History { interval, source, differs: Differs::ByFactor(factor) } => {
            let whose = format!("the history of {source} ({}) is ", words::interval(*interval));
            let sentence = Sentence::from(whose).figures(format::price(*factor, 0));
            vec![sentence.words(" times what was believed before")]
        }
    }
}

/// `before, another source said 268.81 USD, as of 12:00:00 UTC`
fn statement(when: &str, quote: &Quote, now: Timestamp) -> Sentence {
    let sentence = Sentence::from(format!("{when}{} said ", quote.source))
        .figures(words::priced(quote, quote.instrument.price_decimals));
    match quote.as_of {
        Some(at) => sentence.words(", as of ").instant(at, now),
        None => sentence,
    }
}

/// `a source said 268.81 USD, the close of 29 Oct 2025`
fn closed(source: &Source, price: Price, of: &DisputedClose) -> Sentence {
    let figures = format!("{} {}", format::price(price.get(), 2), Currency::as_str(&of.currency));
    let date = of.date.strftime("%-d %b %Y");
    Sentence::from(format!("{source} said "))
        .figures(figures)
        .words(format!(", the close of {date}"))
}

fn outcome(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::Stood) => "what was disputed",
        Some(Outcome::GaveWay) => "what spoke against it",
        Some(Outcome::Neither) => "neither",
        None => "not known",
    }
}
