//! Who wants what: the watchlist, those who follow an instrument, and those who
//! asked of late. So it is known for whom an upstream is called, however many wait
//! for one answer.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use market::{
    Clock, DocumentQuery, HistoryQuery, Instrument, Interval, Moment, Period, Span, Symbol,
};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use crate::client::Client;
use crate::instruments::Instruments;
use crate::upstream::{Bill, OnBehalf};

/// So long after a client asked, it is one of those who want an answer.
const LATELY: Duration = Duration::from_mins(1);

/// So many questions are remembered with those who asked them, and so many of these
/// each.
const QUESTIONS: u64 = 2_000;
const ASKERS: usize = 100;

/// Of so many clients it is remembered what they wanted last.
const CLIENTS: u64 = 10_000;

/// What upstreams are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Question {
    /// The latest price of an instrument.
    Price(Symbol),
    /// Price history.
    History(HistoryQuery),
    /// Instruments that a text describes.
    Search(String),
    /// What is passed on as it is: a hash, as such a question may be long.
    Document(u64),
}

impl Question {
    /// A question for a document. Where two were taken for one, their askers would share
    /// the bill, and nothing else.
    pub(crate) fn document(query: &DocumentQuery) -> Self {
        let mut hasher = DefaultHasher::new();
        query.hash(&mut hasher);
        Self::Document(hasher.finish())
    }
}

/// When each client asked last.
type Asked = Arc<Vec<(Client, Moment)>>;

/// Who wants what of upstreams.
pub(crate) struct Interest {
    clock: Arc<dyn Clock>,
    instruments: Arc<Instruments>,
    watchlist: HashSet<Symbol>,
    /// How often each client follows an instrument.
    followed: Mutex<HashMap<Symbol, HashMap<Client, usize>>>,
    asked: Cache<Question, Asked>,
    /// The stretch of which each client wanted the days last.
    days: Cache<Client, Span>,
}

impl Interest {
    pub(crate) fn new(clock: Arc<dyn Clock>, instruments: Arc<Instruments>) -> Self {
        let watchlist = instruments.watchlist().iter().cloned().collect();
        // The newest is never what is forgotten, however many others were put before it:
        // for it an upstream is being asked, and its client has to pay.
        let newest_stay = EvictionPolicy::lru();
        let asked = Cache::builder().max_capacity(QUESTIONS).eviction_policy(newest_stay);
        let asked = asked.time_to_live(2 * LATELY).build();
        let days = Cache::new(CLIENTS);
        Self { clock, instruments, watchlist, followed: Mutex::default(), asked, days }
    }

    /// Whether an instrument is on the watchlist.
    pub(crate) fn is_watched(&self, symbol: &Symbol) -> bool {
        self.watchlist.contains(symbol)
    }

    /// A client asks now.
    pub(crate) fn asks(&self, client: &Client, question: Question) {
        let now = self.clock.moment();
        if let Some(span) = days_of(&question) {
            self.days.insert(client.clone(), span);
        }
        self.asked.entry(question).and_upsert_with(|known| {
            let known = known.map(|entry| Arc::unwrap_or_clone(entry.into_value()));
            let mut asked = known.unwrap_or_default();
            asked.retain(|(other, at)| other != client && is_recent(*at, now));
            if asked.len() < ASKERS {
                asked.push((client.clone(), now));
            }
            Arc::new(asked)
        });
    }

    /// The stretch of which a client wanted the days last, of whatever instrument.
    pub(crate) fn days_wanted_last(&self, client: &Client) -> Option<Span> {
        self.days.get(client)
    }

    /// A client follows instruments from now on.
    pub(crate) fn follows(&self, client: &Client, symbols: &[Symbol]) {
        let mut followed = self.followed();
        for symbol in symbols {
            let clients = followed.entry(symbol.clone()).or_default();
            *clients.entry(client.clone()).or_default() += 1;
        }
    }

    /// A client follows instruments no more, or by one reader less.
    pub(crate) fn leaves(&self, client: &Client, symbols: &[Symbol]) {
        let mut followed = self.followed();
        for symbol in symbols {
            let Some(clients) = followed.get_mut(symbol) else { continue };
            if let Some(readers) = clients.get_mut(client) {
                *readers -= 1;
            }
            clients.retain(|_, readers| *readers > 0);
            if clients.is_empty() {
                followed.remove(symbol);
            }
        }
    }

    /// How many follow an instrument.
    pub(crate) fn followers(&self, symbol: &Symbol) -> usize {
        self.followed().get(symbol).map_or(0, HashMap::len)
    }

    /// For whom latest prices are asked for: for the watchlist, if one is on it.
    pub(crate) fn in_prices(&self, instruments: &[Instrument]) -> OnBehalf {
        if instruments.iter().any(|it| self.is_watched(&it.symbol)) {
            return OnBehalf::Watchlist;
        }
        let wanted: Vec<_> = instruments.iter().map(|it| self.want_price(&it.symbol)).collect();
        let is_known = instruments.iter().all(|it| self.instruments.is_known(&it.symbol));
        OnBehalf::Clients(Bill::of(&wanted, is_known))
    }

    /// For which clients history is asked for.
    pub(crate) fn in_history(&self, query: &HistoryQuery) -> OnBehalf {
        let wanted = or_local(self.asked_lately(&Question::History(query.clone())));
        let is_known = self.instruments.is_known(&query.symbol);
        OnBehalf::Clients(Bill::of(&[wanted], is_known))
    }

    /// For which clients instruments are looked up.
    pub(crate) fn in_search(&self, text: &str) -> OnBehalf {
        let wanted = or_local(self.asked_lately(&Question::Search(text.to_owned())));
        OnBehalf::Clients(Bill::of(&[wanted], false))
    }

    /// Whether a client follows an instrument, or asked for its price of late.
    pub(crate) fn is_price_wanted(&self, symbol: &Symbol) -> bool {
        let asked = || !self.asked_lately(&Question::Price(symbol.clone())).is_empty();
        self.followers(symbol) > 0 || asked()
    }

    /// For which clients a document is asked for.
    pub(crate) fn in_document(&self, query: &DocumentQuery) -> OnBehalf {
        let wanted = or_local(self.asked_lately(&Question::document(query)));
        OnBehalf::Clients(Bill::of(&[wanted], false))
    }

    fn want_price(&self, symbol: &Symbol) -> Vec<Client> {
        let mut wanted: HashSet<Client> =
            self.followed().get(symbol).into_iter().flat_map(HashMap::keys).cloned().collect();
        wanted.extend(self.asked_lately(&Question::Price(symbol.clone())));
        or_local(wanted.into_iter().collect())
    }

    fn asked_lately(&self, question: &Question) -> Vec<Client> {
        let now = self.clock.moment();
        let asked = self.asked.get(question).unwrap_or_default();
        let lately = asked.iter().filter(|(_, at)| is_recent(*at, now));
        lately.map(|(client, _)| client.clone()).collect()
    }

    fn followed(&self) -> MutexGuard<'_, HashMap<Symbol, HashMap<Client, usize>>> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The stretch of several days that a question is about, if it is.
fn days_of(question: &Question) -> Option<Span> {
    let Question::History(HistoryQuery { interval: Interval::D1, span, .. }) = question else {
        return None;
    };
    (*span != Span::Period(Period::Days(1))).then_some(*span)
}

fn is_recent(at: Moment, now: Moment) -> bool {
    now.since(at) < LATELY
}

/// What no client wants is wanted by the program itself.
fn or_local(clients: Vec<Client>) -> Vec<Client> {
    if clients.is_empty() { vec![Client::LOCAL] } else { clients }
}

#[cfg(test)]
mod tests {
    use market::Catalog;
    use store::NullStore;
    use testkit::SettableClock;

    use super::*;

    async fn interest() -> Interest {
        let instruments = Instruments::start(Catalog::new(), &[], &NullStore).await;
        Interest::new(SettableClock::at("2025-10-29T12:00:00Z"), Arc::new(instruments))
    }

    #[tokio::test]
    async fn whoever_asks_more_than_is_remembered_pays_for_it_all_the_same() {
        let (interest, client) = (interest().await, Client::at([192, 0, 2, 1].into()));
        for n in 0..5 * QUESTIONS {
            let text = format!("text {n}");
            interest.asks(&client, Question::Search(text.clone()));
            interest.asked.run_pending_tasks();
            let asked = interest.asked_lately(&Question::Search(text));
            assert_eq!(asked, std::slice::from_ref(&client), "{n}");
        }
    }
}
