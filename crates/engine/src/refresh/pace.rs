use std::time::Duration;

use jiff::Timestamp;
use market::{Freshness, MarketState, Quote, market_opens_after, market_state};

use super::Refresher;
use crate::failures::SourceFailures;
use crate::plausibility::is_news;

/// How much less often a closed market is asked.
const CLOSED_FACTOR: u32 = 10;

impl Refresher {
    /// How long until the next refresh: the usual time, or a little less so that
    /// not all come at once; longer while the market is closed, but not past its
    /// opening. Half of it
    /// after a failure, or where another source stood in or time went back: then
    /// the best value is there again within the usual time once its source is,
    /// and nobody is asked more than twice in that time. Where nobody was asked,
    /// because none may be, as soon as one may be: that costs nobody a call.
    pub(super) fn wait(&self, result: &Result<Quote, SourceFailures>, chance: f64) -> Duration {
        let usual = self.context.settings().refresh_every.mul_f64(0.9 + 0.1 * chance);
        match result {
            Ok(quote) if self.is_the_best_there_is(quote) => {
                let now = self.context.now();
                let closed = market_state(quote, now) == Some(MarketState::Closed);
                if closed { while_closed(quote, now, usual) } else { usual }
            }
            Ok(_) => usual / 2,
            Err(failures) => {
                let not_asked = failures.again_in().filter(|_| failures.nobody_was_asked());
                not_asked.map_or(usual / 2, |again_in| again_in.min(usual / 2))
            }
        }
    }

    /// Puts off what is held and fresh until it would have been refreshed without the
    /// restart: that a service or a command starts is no reason to ask again.
    pub(crate) fn go_on(&self) {
        let board = self.board.current();
        let (now, moment) = (self.context.now(), self.context.moment());
        for entry in board.all().filter(|it| it.freshness(now) == Freshness::Fresh) {
            let Some(quote) = &entry.quote else { continue };
            let passed = Duration::try_from(now.duration_since(quote.received_at));
            let left =
                passed.ok().and_then(|it| self.wait(&Ok(quote.clone()), 1.0).checked_sub(it));
            if let Some(left) = left {
                self.schedule.put_off(&quote.instrument.symbol, moment + left);
            }
        }
    }

    /// Whether a quote is from the first source in the order and no older than
    /// what is shown.
    fn is_the_best_there_is(&self, quote: &Quote) -> bool {
        let symbol = &quote.instrument.symbol;
        let first = self.context.catalog().sources(symbol).first();
        let board = self.board.current();
        let shown = board.entry(symbol).and_then(|entry| entry.quote.as_ref());
        first.is_some_and(|first| *first == quote.source.as_str())
            && shown.is_none_or(|shown| is_news(shown, quote, self.context.now()))
    }
}

/// A closed market is asked seldom, and soon after it opens, be it after a rest at noon.
fn while_closed(quote: &Quote, now: Timestamp, usual: Duration) -> Duration {
    let seldom = usual * CLOSED_FACTOR;
    let opens = market_opens_after(quote, now).map(|opens| opens.duration_since(now));
    let until = opens.and_then(|until| Duration::try_from(until).ok()).map(|it| it + usual / 2);
    until.map_or(seldom, |until| until.min(seldom))
}
