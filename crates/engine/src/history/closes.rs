//! Comparing the last closes of one source with another's, and noting where they differ.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;
use market::{Differs, Dispute, DisputedClose, HistoryResult, Interval, Outcome, Source, Symbol};
use tracing::{info, warn};

use super::two::{Two, days_of};
use super::{History, HistoryError};
use crate::asker::Asker;
use crate::client::Client;
use crate::not_stored;
use crate::plausibility::{NotComparable, Said, compare};

/// So many days back closes are compared: what is corrected late, is so within a week.
const DAYS: i32 = 14;

/// Why there is nothing to tell of two sources.
#[derive(Debug)]
pub(crate) enum NotCompared {
    /// One of them gave nothing.
    NoAnswer(Source, HistoryError),
    /// What they gave cannot be compared.
    NotComparable(NotComparable),
}

impl fmt::Display for NotCompared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswer(source, error) => write!(f, "{source} gave nothing: {error}"),
            Self::NotComparable(why) => why.fmt(f),
        }
    }
}

impl NotCompared {
    /// Whether a source does not have what was asked of it, and will not soon.
    pub(crate) fn is_lack_of(&self, source: &Source) -> bool {
        matches!(self, Self::NoAnswer(of, error) if of == source && !error.failures().is_passing())
    }
}

impl History {
    /// Who may have the last days of an instrument, as far as is known without a request, in
    /// the order in which it is asked.
    pub(crate) fn who_has_days(&self, symbol: &Symbol) -> Vec<Source> {
        let instrument = self.context.instrument(symbol);
        let to = self.context.now().to_zoned(instrument.zone()).date();
        let from = to.saturating_sub(DAYS.days());
        let has = |source: &Source| {
            self.context.upstreams().offers(
                &days_of(symbol, source, (from, to)),
                source,
                &instrument,
            )
        };
        let all = self.context.catalog().sources(symbol).iter().copied().map(Source::new);
        all.filter(has).collect()
    }

    /// Who says something else of a close than a source does, and the newest date of which.
    pub(crate) fn apart_from(&self, symbol: &Symbol, source: &Source) -> BTreeMap<Source, Date> {
        let mut apart = BTreeMap::new();
        for dispute in self.plausibility.disputes(symbol) {
            let Some(DisputedClose { date, against, .. }) = dispute.differs.close() else {
                continue;
            };
            let other = match (&dispute.source, against) {
                (first, other) if first == source => other,
                (first, other) if other == source => first,
                _ => continue,
            };
            let newest = apart.entry(other.clone()).or_insert(*date);
            *newest = (*newest).max(*date);
        }
        apart
    }

    /// The sources that dispute a close of an instrument, each once.
    pub(crate) fn disputants(&self, symbol: &Symbol) -> Vec<Source> {
        let disputes = self.plausibility.disputes(symbol);
        let against = disputes.iter().filter_map(|it| Some(it.differs.close()?.against.clone()));
        against.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Compares the closes of the last days, up to one on which trading is over, and
    /// those that are disputed. The newest date of which both sources say something;
    /// `None` where there is none.
    ///
    /// # Errors
    ///
    /// Why they were not compared.
    pub(crate) async fn compare_closes(
        &self,
        symbol: &Symbol,
        sources: [&Source; 2],
        until: Date,
    ) -> Result<Option<Date>, NotCompared> {
        let [one, other] = sources;
        let from = self.compared_from(symbol, until);
        let first = self.closes_of(symbol, one, from).await?;
        let second = self.closes_of(symbol, other, from).await?;
        let compared = compare(&first, &second, until).map_err(NotCompared::NotComparable)?;
        let two = Two { first: &first, second: &second, compared: &compared };
        let open = self.open_between(symbol, sources);
        self.note_closes(&open, two).await;
        self.note_taken_back(&open, &first).await;
        self.repair(two, until).await;
        Ok(compared.said.last().map(|said| said.date))
    }

    /// What is disputed is compared until it is not, and what is wrong for some months.
    fn compared_from(&self, symbol: &Symbol, until: Date) -> Date {
        let disputes = self.plausibility.disputes(symbol);
        let disputed = disputes.iter().filter_map(|it| Some(it.differs.close()?.date));
        let days_ago = until.saturating_sub(DAYS.days());
        let repaired = self.repaired_from(symbol, until);
        disputed.chain(repaired).chain([days_ago]).min().unwrap_or(days_ago)
    }

    async fn closes_of(
        &self,
        symbol: &Symbol,
        source: &Source,
        from: Date,
    ) -> Result<Arc<HistoryResult>, NotCompared> {
        let to = self.context.now().to_zoned(self.context.instrument(symbol).zone()).date();
        let query = days_of(symbol, source, (from, to));
        let given = self.fetch(&query, &Asker::new(Client::LOCAL)).await;
        given.map_err(|error| NotCompared::NoAnswer(source.clone(), error))
    }

    /// The closes of one source that another disputes, with the disputes.
    fn open_between(
        &self,
        symbol: &Symbol,
        [one, other]: [&Source; 2],
    ) -> Vec<(DisputedClose, Dispute)> {
        let mut open = self.open_of(symbol, one);
        open.retain(|(close, _)| close.against == *other);
        open
    }

    /// The closes of a source that any other disputes, with the disputes.
    pub(super) fn open_of(&self, symbol: &Symbol, one: &Source) -> Vec<(DisputedClose, Dispute)> {
        let disputes = self.plausibility.disputes(symbol).into_iter();
        let open = disputes.filter(|it| it.source == *one);
        open.filter_map(|it| Some((it.differs.close()?.clone(), it))).collect()
    }

    /// Begins and ends disputes by what two sources say.
    async fn note_closes(&self, open: &[(DisputedClose, Dispute)], two: Two<'_>) {
        for said in &two.compared.said {
            let before = open.iter().find(|(close, _)| close.date == said.date);
            match (before, said.agree) {
                (Some((close, open)), true) => self.end_close(open, outcome(close, said)).await,
                (Some((close, _)), false) if is_as_before(close, said) => {}
                (None, false) if self.is_settled(two, said) => {}
                (_, false) => self.begin_close(two, said).await,
                (None, true) => {}
            }
        }
    }

    /// What a source does not say any more is disputed no more. Expects an answer from the
    /// first date that is disputed on.
    async fn note_taken_back(&self, open: &[(DisputedClose, Dispute)], first: &HistoryResult) {
        let is_gone = |close: &DisputedClose| first.series.close_on(close.date).is_none();
        for (_, dispute) in open.iter().filter(|(close, _)| is_gone(close)) {
            self.end_close(dispute, Outcome::Neither).await;
        }
    }

    /// Ends what nobody can settle any more, as one of the two sources is not there.
    pub(super) async fn end_orphaned(&self, disputes: &[Dispute]) {
        let is_there = |source: &Source| self.context.upstreams().has_bars(source);
        let is_orphan = |it: &&Dispute| {
            let close = it.differs.close();
            close.is_some_and(|close| !is_there(&it.source) || !is_there(&close.against))
        };
        for dispute in disputes.iter().filter(is_orphan) {
            self.end_close(dispute, Outcome::Neither).await;
        }
    }

    async fn begin_close(&self, two: Two<'_>, said: &Said) {
        let (symbol, [one, other]) = (two.symbol(), two.sources());
        let [close, against_close] = said.closes;
        let (date, against) = (said.date, other.clone());
        warn!(%symbol, %date, source = %one, %close, %against, %against_close, "two sources say different closes; neither is taken for right");
        let currency = two.compared.currency.clone();
        let disputed = DisputedClose { date, close, against, against_close, currency };
        let dispute = Dispute {
            symbol: symbol.clone(),
            interval: Interval::D1,
            source: one.clone(),
            differs: Differs::Close(disputed),
            since: self.context.now(),
        };
        self.plausibility.begin_close(&dispute);
        if let Err(error) = self.context.store().begin_dispute(&dispute).await {
            not_stored::log(
                &error,
                &format!("that a close of {symbol} is disputed cannot be stored"),
            );
        }
        self.results.has_changed();
    }

    pub(super) async fn end_close(&self, open: &Dispute, outcome: Outcome) {
        let (symbol, now) = (&open.symbol, self.context.now());
        let (date, outcome_is) = (open.differs.close().map(|it| it.date), outcome.as_str());
        info!(%symbol, ?date, source = %open.source, outcome = outcome_is, "a close is disputed no more");
        self.plausibility.end_close(open);
        if let Err(error) = self.context.store().end_dispute(open, now, outcome).await {
            not_stored::log(
                &error,
                &format!("that a close of {symbol} is disputed no more cannot be stored"),
            );
        }
        self.results.has_changed();
    }
}

/// Whether both still say what they said when a dispute began.
fn is_as_before(open: &DisputedClose, said: &Said) -> bool {
    [open.close, open.against_close] == said.closes
}

/// Which of the two both say now, or what is nearer to it by half.
fn outcome(open: &DisputedClose, said: &Said) -> Outcome {
    let [now, _] = said.closes;
    Outcome::of([open.close, open.against_close], now)
}
