use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use market::{Catalog, Currency, Freshness, Kind, Price, Quote, Symbol};
use tokio::time::timeout;

use super::{NoRate, Rate, Step, currency, refuse_ended, refuse_minor_units, symbol};
use crate::board::{Board, Entry};
use crate::engine::Engine;

/// Through which currencies a cross is made first, and is asked for.
pub(super) const THROUGH: [&str; 2] = ["EUR", "USD"];

impl Engine {
    /// The latest rate between two currencies or crypto assets, by their codes
    /// in upper case.
    ///
    /// What is fresh on the board is given at once. Else the pair is asked for,
    /// then its inverse where healthy upstreams do not know it; then a cross of
    /// two fresh pairs is made, and asked for; last of all stale values serve,
    /// marked. A reader waits no longer than for any other first value.
    ///
    /// # Errors
    ///
    /// [`NoRate`] where nothing leads from one to the other.
    pub async fn rate(&self, base: &Currency, quote: &Currency) -> Result<Rate, NoRate> {
        Ok(self.handed(self.unnoted().latest_rate(base, quote).await?))
    }

    async fn latest_rate(&self, base: &Currency, quote: &Currency) -> Result<Rate, NoRate> {
        refuse_minor_units([base, quote])?;
        let [base, quote] = &[self.our_code(base), self.our_code(quote)];
        refuse_ended([base, quote], self.now().to_zoned(TimeZone::UTC).date())?;
        if base == quote {
            return Ok(Rate::of_itself(base));
        }
        let held = |board: &Board| Quoted { board, now: self.now() }.direct(base, quote, FRESH);
        if let Some(rate) = held(&self.board()) {
            return Ok(rate);
        }
        let asking = self.ask_until_fresh(base, quote);
        // Whoever has waited long enough takes what there is.
        let asked = timeout(self.settings().longest_wait, asking).await;
        if let Ok(Some(rate)) = asked {
            return Ok(rate);
        }
        let board = self.board();
        let quoted = Quoted { board: &board, now: self.now() };
        quoted.best(base, quote).ok_or_else(|| no_rate(&board, base, quote))
    }

    /// What was answered about the latest rate between two at an instant. Nobody is asked.
    ///
    /// # Errors
    ///
    /// [`NoRate`] where nothing that was shown then leads from one to the other.
    pub async fn rate_as_known(
        &self,
        base: &Currency,
        quote: &Currency,
        at: Timestamp,
    ) -> Result<Rate, NoRate> {
        refuse_minor_units([base, quote])?;
        let [base, quote] = &[self.our_code(base), self.our_code(quote)];
        refuse_ended([base, quote], at.to_zoned(TimeZone::UTC).date())?;
        if base == quote {
            return Ok(self.handed(Rate::of_itself(base)));
        }
        let pairs = self.pairs_of(base, quote);
        let board = self.board_as_known(&pairs, at).await;
        let pair = symbol(base, quote);
        let board = board.map_err(|error| NoRate::Store { pair: pair.clone(), error })?;
        let quoted = Quoted { board: &board, now: at };
        quoted.best(base, quote).map(|rate| self.handed(rate)).ok_or(NoRate::Unknown { pair })
    }

    /// The pairs by which a rate can be made, among all that were ever heard of.
    fn pairs_of(&self, base: &Currency, quote: &Currency) -> Vec<Symbol> {
        let is_of = |code: &str| code == base.as_str() || code == quote.as_str();
        let known = self.instruments().into_iter().map(|it| it.symbol);
        let known = known.filter(|it| it.pair().is_some_and(|(a, b)| is_of(a) || is_of(b)));
        let direct = as_quoted(base, quote);
        known
            .chain([other_way_round(&direct), direct])
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }

    /// Our code where a source's own was written, such as `BTC` for `XBT`.
    pub(super) fn our_code(&self, code: &Currency) -> Currency {
        currency(self.catalog().code(code.as_str()))
    }

    async fn ask_until_fresh(&self, base: &Currency, quote: &Currency) -> Option<Rate> {
        let direct = as_quoted(base, quote);
        self.quotes(std::slice::from_ref(&direct)).await;
        let board = self.board();
        let entry = board.entry(&direct)?;
        if is_unknown(entry) {
            self.quotes(&[other_way_round(&direct)]).await;
        }
        if let Some(rate) = self.fresh(base, quote) {
            return Some(rate);
        }
        // It is on its way, and an older one serves meanwhile: no need to ask for more.
        if entry.quote.is_some() && self.is_refreshing(&direct) {
            return None;
        }
        for through in THROUGH.map(currency) {
            if through != *base && through != *quote {
                self.quotes(&[as_quoted(&through, base), as_quoted(&through, quote)]).await;
                if let Some(rate) = self.fresh(base, quote) {
                    return Some(rate);
                }
            }
        }
        None
    }

    fn fresh(&self, base: &Currency, quote: &Currency) -> Option<Rate> {
        let board = self.board();
        let quoted = Quoted { board: &board, now: self.now() };
        quoted.direct(base, quote, FRESH).or_else(|| quoted.crossed(base, quote, FRESH))
    }
}

const FRESH: Freshness = Freshness::Fresh;

fn is_crypto(code: &Currency) -> bool {
    Catalog::new().instrument(&symbol(code, &currency("USD"))).kind == Kind::Crypto
}

/// The way round in which two are quoted: crypto assets in currencies.
pub(super) fn as_quoted(base: &Currency, quote: &Currency) -> Symbol {
    if is_crypto(quote) && !is_crypto(base) { symbol(quote, base) } else { symbol(base, quote) }
}

pub(super) fn other_way_round(pair: &Symbol) -> Symbol {
    let (base, quote) = pair.pair().expect("only pairs are turned round");
    symbol(&currency(quote), &currency(base))
}

/// Whether healthy upstreams know no such pair, and nothing real is held.
fn is_unknown(entry: &Entry) -> bool {
    entry.quote.as_ref().is_none_or(|quote| quote.simulated) && entry.failures.is_unknown()
}

/// Of all that was asked, what may pass comes before that nobody knows it.
fn no_rate(board: &Board, base: &Currency, quote: &Currency) -> NoRate {
    let direct = as_quoted(base, quote);
    let mut asked = vec![direct.clone(), other_way_round(&direct)];
    for through in THROUGH.map(currency) {
        asked.extend([as_quoted(&through, base), as_quoted(&through, quote)]);
    }
    let entries = asked.iter().filter_map(|symbol| board.entry(symbol));
    let away = entries.filter(|it| it.quote.is_none()).find(|it| it.failures.is_passing());
    let pair = symbol(base, quote);
    match away {
        Some(entry) => {
            NoRate::Away { pair: entry.instrument.symbol.clone(), failures: entry.failures.clone() }
        }
        None => NoRate::Unknown { pair },
    }
}

/// The rates that a board amounts to at an instant.
struct Quoted<'a> {
    board: &'a Board,
    now: Timestamp,
}

impl Quoted<'_> {
    /// By anything there is: what is real first, then what is direct.
    fn best(&self, base: &Currency, quote: &Currency) -> Option<Rate> {
        let at_worst =
            |worst| self.direct(base, quote, worst).or_else(|| self.crossed(base, quote, worst));
        [FRESH, Freshness::Stale, Freshness::Simulated].into_iter().find_map(at_worst)
    }

    /// By the pair or its inverse, if one is as good as `worst`.
    fn direct(&self, base: &Currency, quote: &Currency, worst: Freshness) -> Option<Rate> {
        let step = self.step(base, quote, worst)?;
        Rate::of(base, quote, vec![step])
    }

    /// Through a third: the euro first, then the dollar, then others by name.
    fn crossed(&self, base: &Currency, quote: &Currency, worst: Freshness) -> Option<Rate> {
        let others = self.neighbours(base, quote);
        let through = THROUGH.map(currency).into_iter().chain(others);
        let through = through.filter(|third| third != base && third != quote);
        through.into_iter().find_map(|third| {
            let steps = [self.step(base, &third, worst)?, self.step(&third, quote, worst)?];
            Rate::of(base, quote, steps.to_vec())
        })
    }

    /// What `base` is quoted with. Crypto assets stand between others only where
    /// one of these is one too: their prices differ from country to country.
    fn neighbours(&self, base: &Currency, quote: &Currency) -> BTreeSet<Currency> {
        let is_one_crypto = is_crypto(base) || is_crypto(quote);
        let other = |entry: &Entry| {
            let (a, b) = entry.instrument.symbol.pair()?;
            let other = match base.as_str() {
                code if code == a => b,
                code if code == b => a,
                _ => return None,
            };
            other.parse().ok()
        };
        let others = self.board.all().filter_map(|entry| other(entry));
        others.filter(|third| is_one_crypto || !is_crypto(third)).collect()
    }

    /// From one to the other by a pair that is held, whichever way round: the
    /// better one, if it is as good as `worst`.
    fn step(&self, from: &Currency, to: &Currency, worst: Freshness) -> Option<Step> {
        let straight = self.held(from, to, false);
        let inverted = self.held(to, from, true);
        let fits = straight.into_iter().chain(inverted);
        let fits = fits.filter(|step| step.freshness <= worst);
        fits.min_by_key(|step| step.freshness)
    }

    fn held(&self, base: &Currency, quote: &Currency, inverted: bool) -> Option<Step> {
        let entry = self.board.entry(&symbol(base, quote))?;
        let held = entry.quote.as_ref()?;
        // In development the simulator prices anything, what nobody knows included.
        let is_invented = held.simulated && entry.failures.is_unknown();
        let fits = held.currency.as_ref().is_none_or(|it| it == quote) && is_positive(held.price);
        let freshness = entry.freshness(self.now);
        (fits && !is_invented).then(|| by_quote(held, freshness, inverted))
    }
}

fn by_quote(held: &Quote, freshness: Freshness, inverted: bool) -> Step {
    Step {
        symbol: held.instrument.symbol.clone(),
        price: held.price,
        inverted,
        source: held.source.clone(),
        as_of: held.as_of,
        date: None,
        received_at: held.received_at,
        freshness,
        simulated: held.simulated,
    }
}

fn is_positive(price: Price) -> bool {
    price.get() > 0.0
}

#[cfg(test)]
mod tests;
