use std::collections::{HashMap, HashSet};
use std::mem;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::watch;

use super::fault::{Fault, Faults};
use super::streams::{Prices, Streams};
use crate::{Bar, Interval, Listing, Market, Session, Split};

/// What handlers and the test that holds the server both reach.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) market: Market,
    desk: Mutex<Desk>,
    healed: watch::Sender<()>,
}

/// What can change while the server runs.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) now: Timestamp,
    pub(super) log: Vec<String>,
    pub(super) unknown: HashSet<String>,
    pub(super) prices: HashMap<String, f64>,
    pub(super) faults: Faults,
    pub(super) streams: Streams,
    /// How often the token was made anew.
    pub(super) crumbs: u32,
}

impl Shared {
    pub(super) fn new(market: Market, now: Timestamp) -> Self {
        let desk = Desk {
            now,
            log: Vec::new(),
            unknown: HashSet::new(),
            prices: HashMap::new(),
            faults: Faults::default(),
            streams: Streams::default(),
            crumbs: 0,
        };
        Self { market, desk: Mutex::new(desk), healed: watch::Sender::new(()) }
    }

    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Desk) -> T) -> T {
        // Nothing is left half done on the desk, so a panic elsewhere is no harm.
        work(&mut self.desk.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The streams, with the prices of now.
    pub(super) fn with_streams<T>(&self, work: impl FnOnce(&mut Streams, &Prices<'_>) -> T) -> T {
        self.with(|desk| {
            let (streams, prices) = desk.streams_and_prices(self.market);
            work(streams, &prices)
        })
    }

    /// Moves the clock, and has the streams say what happened meanwhile.
    pub(super) fn set_now(&self, now: Timestamp) {
        self.with(|desk| {
            let before = mem::replace(&mut desk.now, now);
            let (streams, prices) = desk.streams_and_prices(self.market);
            streams.catch_up(before, &prices);
        });
    }

    /// Takes all faults back, and lets go on who waits for that.
    pub(super) fn heal(&self) {
        self.with(|desk| desk.faults.clear());
        self.healed.send_replace(());
    }

    /// Changes when all faults are taken back.
    pub(super) fn healed(&self) -> watch::Receiver<()> {
        self.healed.subscribe()
    }

    /// Notes a request and says what is to go wrong with its answer.
    pub(super) fn arrived(&self, target: &str, opens_stream: bool) -> Option<Fault> {
        self.with(|desk| {
            desk.log.push(target.to_owned());
            desk.faults.take(target, opens_stream)
        })
    }

    pub(super) fn now(&self) -> Timestamp {
        self.with(|desk| desk.now)
    }

    pub(super) fn is_unknown(&self, name: &str) -> bool {
        self.with(|desk| desk.unknown.contains(&name.to_uppercase()))
    }

    /// The token that is taken now.
    pub(super) fn crumb(&self) -> String {
        self.with(|desk| format!("crumb.{}", desk.crumbs))
    }

    /// The price fixed for a symbol.
    pub(super) fn fixed(&self, symbol: &str) -> Option<f64> {
        self.with(|desk| desk.prices.get(symbol).copied())
    }

    /// The bars there are of a listing since a date of its exchange.
    pub(super) fn bars(&self, listing: &Listing, interval: Interval, first: Date) -> Vec<Bar> {
        let now = self.now();
        self.market.bars(&listing.symbol, interval, midnight(listing, first), now, now)
    }

    /// The day on which a listing was traded last.
    pub(super) fn latest(&self, listing: &Listing) -> Latest {
        let session = listing.last_session(self.now());
        let days = self.bars(listing, Interval::D1, listing.date_before(session.date));
        let day = days.iter().find(|bar| bar.date == session.date).copied();
        let before = days.iter().rev().find(|bar| bar.date < session.date);
        Latest { session, day, previous: before.map(|bar| bar.close) }
    }

    /// The latest price of a symbol: the fixed one or the market's.
    pub(super) fn price(&self, symbol: &str) -> f64 {
        self.fixed(symbol).unwrap_or_else(|| self.market.price(symbol, self.now()))
    }
}

impl Desk {
    fn streams_and_prices(&mut self, market: Market) -> (&mut Streams, Prices<'_>) {
        let Self { now, unknown, prices, streams, .. } = self;
        (streams, Prices { market, now: *now, fixed: prices, unknown })
    }
}

/// The latest day of trading.
pub(super) struct Latest {
    pub(super) session: Session,
    /// What was traded on it so far.
    pub(super) day: Option<Bar>,
    /// The close before.
    pub(super) previous: Option<f64>,
}

/// When a date begins where a listing is traded.
pub(super) fn midnight(listing: &Listing, date: Date) -> Timestamp {
    listing.zone().to_timestamp(date.at(0, 0, 0, 0)).unwrap_or(Timestamp::MIN)
}

/// How many shares of today one share of a date has become.
pub(super) fn shares(splits: &[Split], date: Date) -> f64 {
    let later = splits.iter().filter(|split| split.ex_date > date);
    later.map(|split| f64::from(split.numerator)).product()
}
