use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

use super::dialect::Dialect;
use super::prices::{self, Prices};
use super::request::{Request, Verb};
use crate::Tick;

/// A stream that somebody keeps open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Whom it believes to be talking to: `yahoo`, `kraken` or `alpaca`.
    pub source: &'static str,
    /// What it follows, in Yahoo's spelling, sorted.
    pub symbols: Vec<String>,
}

/// Everyone connected, and what he follows.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    lines: BTreeMap<u64, Line>,
    opened: u64,
    ended: bool,
    changed: watch::Sender<()>,
}

#[derive(Debug)]
struct Line {
    dialect: Dialect,
    symbols: BTreeSet<String>,
    is_let_in: bool,
    /// Whoever holds the other end sends what arrives there, and ends with this.
    outbox: UnboundedSender<String>,
}

impl Streams {
    /// A new line, by its number, and what is to be sent on it.
    pub(crate) fn open(&mut self, dialect: Dialect) -> (u64, UnboundedReceiver<String>) {
        let (outbox, inbox) = unbounded_channel();
        let is_let_in = !dialect.asks_who_comes();
        let line = Line { dialect, symbols: BTreeSet::new(), is_let_in, outbox };
        line.send(dialect.greeting());
        self.opened += 1;
        if !self.ended {
            self.lines.insert(self.opened, line);
            self.changed.send_replace(());
        }
        (self.opened, inbox)
    }

    pub(crate) fn leave(&mut self, number: u64) {
        self.lines.remove(&number);
        self.changed.send_replace(());
    }

    /// Does what a message asks for.
    pub(crate) fn hear(&mut self, number: u64, text: &str, prices: &Prices<'_>) {
        let Some(line) = self.lines.get_mut(&number) else { return };
        if let Some((is_let_in, said)) = line.dialect.introduced(text) {
            line.is_let_in |= is_let_in;
            line.send([said]);
        }
        for request in line.dialect.read(text) {
            if line.is_let_in {
                line.obey(&request, prices);
            } else {
                line.send(line.dialect.not_let_in());
            }
        }
        self.changed.send_replace(());
    }

    /// Sends what happened since the clock stood at `before`, in that order.
    pub(crate) fn catch_up(&self, before: Timestamp, prices: &Prices<'_>) {
        let mut messages = Vec::new();
        for (dialect, symbol) in self.followed() {
            let listing = prices.market.listing(symbol);
            for tick in prices.since(before, &listing) {
                let text = dialect.message(&prices.full(&listing, tick));
                messages.push((tick.time, dialect, symbol, text));
            }
        }
        messages.sort_by_key(|(time, ..)| *time);
        for (_, dialect, symbol, text) in messages {
            self.followers(dialect, symbol).for_each(|line| line.send([text.clone()]));
        }
    }

    /// Sends a price as of now to all who follow a symbol, and says how many
    /// they are.
    pub(crate) fn push(&self, symbol: &str, price: f64, prices: &Prices<'_>) -> usize {
        let listing = prices.market.listing(symbol);
        let Some(latest) = prices.latest(&listing) else { return 0 };
        let tick = Tick { time: prices.now, ..prices::at(latest, price) };
        let full = prices.full(&listing, tick);
        let mut reached = 0;
        for line in self.lines.values().filter(|line| line.symbols.contains(&listing.symbol)) {
            line.send([line.dialect.message(&full)]);
            reached += 1;
        }
        reached
    }

    /// Breaks all lines off, once what has been said is sent.
    pub(crate) fn cut(&mut self) {
        self.lines.clear();
        self.changed.send_replace(());
    }

    /// Breaks all lines off, and every one that is yet to come.
    pub(crate) fn end(&mut self) {
        self.ended = true;
        self.cut();
    }

    pub(crate) fn list(&self) -> Vec<Stream> {
        let stream = |line: &Line| Stream {
            source: line.dialect.source(),
            symbols: line.symbols.iter().cloned().collect(),
        };
        self.lines.values().map(stream).collect()
    }

    /// Sent every change of the list from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    fn followed(&self) -> BTreeSet<(Dialect, &str)> {
        let lines = self.lines.values();
        lines.flat_map(|line| line.symbols.iter().map(|it| (line.dialect, it.as_str()))).collect()
    }

    fn followers(&self, dialect: Dialect, symbol: &str) -> impl Iterator<Item = &Line> {
        let lines = self.lines.values();
        lines.filter(move |line| line.dialect == dialect && line.symbols.contains(symbol))
    }
}

impl Line {
    fn send(&self, messages: impl IntoIterator<Item = String>) {
        // An error means that it has just ended.
        messages.into_iter().for_each(|message| drop(self.outbox.send(message)));
    }

    fn obey(&mut self, request: &Request, prices: &Prices<'_>) {
        for name in &request.names {
            let too_many = self.dialect.too_many(self.symbols.len());
            if request.verb == Verb::Subscribe
                && let Some(too_many) = too_many
            {
                return self.send([too_many]);
            }
            let symbol = self.dialect.symbol(name, prices);
            let listing = symbol.map(|symbol| prices.market.listing(&symbol));
            if let Some(listing) = &listing {
                self.follow(request.verb, &listing.symbol);
            }
            let latest = listing.as_ref().and_then(|it| Some(prices.full(it, prices.latest(it)?)));
            self.send(self.dialect.answer(request.verb, name, latest.as_ref()));
        }
    }

    fn follow(&mut self, verb: Verb, symbol: &str) {
        match verb {
            Verb::Subscribe => self.symbols.insert(symbol.to_owned()),
            Verb::Unsubscribe => self.symbols.remove(symbol),
        };
    }
}
