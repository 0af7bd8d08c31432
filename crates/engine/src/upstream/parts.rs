use std::collections::HashMap;

use market::NotAsked;

use super::on_behalf::{Bill, OnBehalf};
use crate::client::Client;

/// The part of what comes in with time that is the watchlist's first.
const WATCHLIST_RATE: f64 = 0.75;

/// The part of a burst that is kept for the watchlist alone, which needs little at
/// once, and one request at least.
const WATCHLIST_BURST: f64 = 0.25;

/// The part of a burst that a long watchlist leaves to clients.
const FOR_CLIENTS: f64 = 0.25;

/// The last part of what clients have is for newcomers, and the last of that for what
/// is known to exist.
const FOR_NEWCOMERS: f64 = 0.25;
const FOR_KNOWN: f64 = 0.125;

/// A newcomer has had nothing since as many bursts as this have come in: however many
/// want more than their part, one who asks now and then finds something.
const NEWCOMER_AFTER: f64 = 4.0;

/// A client may owe so many times what is left, so that what one leaves is enough for
/// others.
const MOST_OWED: f64 = 3.0;

/// Less than this is owed by nobody, and lacks nobody: sums of fractions are not exact.
const NOTHING: f64 = 1e-6;

/// The requests that an upstream may be asked, shared: a part is kept for the
/// watchlist, the rest is for clients, each of whom may owe no more than a multiple
/// of what is left. The last of it is for newcomers.
///
/// What comes in with time goes to the watchlist's part until that is full, three
/// quarters of it, and else to clients, whose debts it pays in equal parts. So one
/// alone may have all that the watchlist does not need, and several have the same.
///
/// Knows no time: who calls says how much has come in.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    burst: f64,
    watchlist: f64,
    clients: f64,
    /// How many have come in, ever.
    came: f64,
    accounts: HashMap<Client, Account>,
}

/// What a client has had of late.
#[derive(Clone, Copy, Debug)]
struct Account {
    /// What it has taken that time has not paid back.
    owed: f64,
    /// How many had come in when it took some last.
    had_at: f64,
}

/// Why no request may be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lack {
    pub(crate) why: NotAsked,
    /// How many requests must come in before one may.
    pub(crate) until: f64,
}

/// How many requests a client may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Standing {
    /// At once, where nobody had any for a while.
    pub(crate) most: u32,
    /// Now.
    pub(crate) left: u32,
    /// How many must come in until it may have one more.
    pub(crate) until_next: f64,
}

impl Parts {
    /// All that may be had at once.
    pub(crate) fn full(burst: f64) -> Self {
        let watchlist = watchlists(burst);
        let clients = burst - watchlist;
        Self { burst, watchlist, clients, came: 0.0, accounts: HashMap::new() }
    }

    /// As many as are left of what may be had at once: the watchlist's first. Nobody
    /// owes any.
    pub(crate) fn anew(&self, left: f64) -> Self {
        let (watchlist, clients) = (left.min(watchlists(self.burst)), self.clients_most());
        let clients = (left - watchlist).min(clients);
        Self { watchlist, clients, ..Self::full(self.burst) }
    }

    /// Requests left, in fractions.
    pub(crate) fn left(&self) -> f64 {
        self.watchlist + self.clients
    }

    /// So many have come in.
    pub(crate) fn refill(&mut self, requests: f64) {
        let watchlist = (requests * WATCHLIST_RATE).min(self.watchlists_lack());
        let clients = (requests - watchlist).min(self.clients_most() - self.clients);
        self.pay(requests - watchlist);
        self.came += requests;
        let newcomers_since = self.came - NEWCOMER_AFTER * self.burst;
        self.accounts.retain(|_, it| it.owed > NOTHING || it.had_at > newcomers_since);
        self.clients += clients;
        self.watchlist += (requests - clients).min(self.watchlists_lack());
    }

    /// Whether one may be had now.
    pub(crate) fn may_take(&self, on_behalf: &OnBehalf) -> Result<(), Lack> {
        match on_behalf {
            OnBehalf::Watchlist => self.may_watchlist(),
            OnBehalf::Clients(bill) => self.may_clients(bill),
        }
    }

    /// Takes one that may be had.
    pub(crate) fn take(&mut self, on_behalf: &OnBehalf) {
        match on_behalf {
            OnBehalf::Watchlist if self.has_watchlist() => self.watchlist -= 1.0,
            OnBehalf::Watchlist => self.clients -= 1.0,
            OnBehalf::Clients(bill) => {
                self.clients -= 1.0;
                for (client, part) in bill.parts() {
                    let nothing = Account { owed: 0.0, had_at: self.came };
                    let cost = self.cost(client, *part);
                    let account = self.accounts.entry(client.clone()).or_insert(nothing);
                    account.owed += cost;
                    account.had_at = self.came;
                }
            }
        }
    }

    /// How many a client may have for what is known to exist, or is not. `None`
    /// where it owes nothing: then nothing depended on it.
    pub(crate) fn standing(&self, client: &Client, is_known: bool) -> Option<Standing> {
        let owed = self.accounts.get(client).map(|it| it.owed).filter(|it| *it > NOTHING)?;
        let leaving = self.leaving(false, is_known);
        let cost = self.cost(client, 1.0);
        let left = self.at_once((owed, cost), self.clients - leaving);
        let most = self.at_once((0.0, cost), self.clients_most() - leaving);
        // As if it had all that it may.
        let taken = f64::from(left);
        let owed = owed + taken * cost;
        let lacking = self.lacking((owed, cost), self.clients - leaving - taken);
        Some(Standing { most, left, until_next: self.until(lacking) })
    }

    /// The watchlist has its own, and what clients leave.
    fn may_watchlist(&self) -> Result<(), Lack> {
        let borrowed = (1.0 + self.burst * FOR_CLIENTS).min(self.clients_most());
        if self.has_watchlist() || self.clients >= borrowed - NOTHING {
            return Ok(());
        }
        let until = (1.0 - self.watchlist) / WATCHLIST_RATE;
        Err(Lack { why: NotAsked::RateLimited, until })
    }

    /// Whether the watchlist has one of its own.
    fn has_watchlist(&self) -> bool {
        self.watchlist >= 1.0 - NOTHING
    }

    fn may_clients(&self, bill: &Bill) -> Result<(), Lack> {
        let free = |is_newcomer| self.clients - self.leaving(is_newcomer, bill.is_known());
        let newcomers = self.lacking((0.0, 0.0), free(true));
        let of = |(client, part): &(Client, f64)| {
            let cost = self.cost(client, *part);
            match self.accounts.get(client) {
                Some(account) => self.lacking((account.owed, cost), free(false)),
                None => self.lacking((0.0, cost), free(true)),
            }
        };
        let lacking = bill.deciding().and_then(|clients| clients.map(of).reduce(f64::min));
        let lacking = lacking.unwrap_or(newcomers);
        if lacking <= NOTHING {
            return Ok(());
        }
        let is_theirs = newcomers <= NOTHING;
        let why = if is_theirs { NotAsked::ShareSpent } else { NotAsked::RateLimited };
        Err(Lack { why, until: self.until(lacking) })
    }

    /// What a client owes for a part of a request. One whose share is small owes more, but
    /// never so much that it could not have one where it owes nothing and all is left.
    fn cost(&self, client: &Client, part: f64) -> f64 {
        let most = MOST_OWED * (self.clients_most() - self.leaving(false, false)).max(0.0);
        (part * client.weight()).min(most).max(part)
    }

    /// How many clients must be given until one who owes so much may have another for
    /// such a part of it, where so many are free: it owes less with each, and more are
    /// free.
    fn lacking(&self, (owed, part): (f64, f64), free: f64) -> f64 {
        let debtors = self.accounts.values().filter(|it| it.owed > NOTHING).count().max(1);
        let by_share = (owed + part - MOST_OWED * free) / (MOST_OWED + 1.0 / debtors as f64);
        by_share.max(1.0 - free)
    }

    /// How many one may have, one after another, who owes so much and for each so much
    /// more, where so many are free.
    fn at_once(&self, (mut owed, cost): (f64, f64), mut free: f64) -> u32 {
        let mut taken = 0;
        while self.lacking((owed, cost), free) <= NOTHING {
            (owed, free, taken) = (owed + cost, free - 1.0, taken + 1);
        }
        taken
    }

    /// How many must come in until clients have been given so many.
    fn until(&self, given: f64) -> f64 {
        let lack = self.watchlists_lack();
        let (theirs, ours) = (WATCHLIST_RATE, 1.0 - WATCHLIST_RATE);
        if given <= lack * ours / theirs { given / ours } else { given + lack }
    }

    /// Pays debts in equal parts; one who owes less than its part leaves the rest of
    /// it to the others.
    fn pay(&mut self, mut requests: f64) {
        while requests > NOTHING {
            let debts = self.accounts.values_mut().map(|account| &mut account.owed);
            let debts: Vec<&mut f64> = debts.filter(|owed| **owed > NOTHING).collect();
            if debts.is_empty() {
                return;
            }
            let part = requests / debts.len() as f64;
            for owed in debts {
                let paid = part.min(*owed);
                *owed -= paid;
                requests -= paid;
            }
        }
    }

    /// What is left to others.
    fn leaving(&self, is_newcomer: bool, is_known: bool) -> f64 {
        let part = match (is_newcomer, is_known) {
            (true, true) => 0.0,
            (true, false) => FOR_KNOWN,
            (false, _) => FOR_NEWCOMERS,
        };
        let most = self.clients_most();
        (most * part).min((most - 1.0).max(0.0))
    }

    fn watchlists_lack(&self) -> f64 {
        watchlists(self.burst) - self.watchlist
    }

    fn clients_most(&self) -> f64 {
        self.burst - watchlists(self.burst)
    }
}

/// What is kept for the watchlist of a burst.
fn watchlists(burst: f64) -> f64 {
    (burst * WATCHLIST_BURST).max(1.0).min(burst - 1.0).max(0.0)
}

#[cfg(test)]
mod tests;
