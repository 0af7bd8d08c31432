//! Bars that other sources know better: found where sources are compared, and kept until
//! nothing is wrong any more or somebody takes them back.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use market::{
    DisputedClose, Fault, HistoryResult, Outcome, Price, Repair, RepairEnd, RepairRecord,
    Repairing, RepairsQuery, SeriesHead, Source, StoreError, Symbol,
};
use tracing::{info, warn};

use super::History;
use super::two::{Two, days_of};
use crate::context::Context;
use crate::not_stored;
use crate::plausibility::{Refuted, Said, fitting, holes, is_near, refuted};

/// So many days before a date the history is looked at whose bar would be replaced.
const DAYS_BEFORE: i32 = 14;

/// So old faults are looked at again, whether they are still there.
const LOOKED_AT_FOR: i32 = 90;

/// The repairs that are in force, and those that somebody took back.
pub(super) struct Repairs {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    in_force: Vec<Repair>,
    undone: Vec<Repair>,
}

impl Repairs {
    /// Goes on from what the store knows. What is served by another setting now begins
    /// anew, so that it is known what was served when.
    pub(super) async fn start(context: &Context) -> Self {
        let (store, now) = (context.store(), context.now());
        let records = store.repair_records(&RepairsQuery::ALL).await.unwrap_or_else(|error| {
            not_stored::log(&error, "it cannot be read which bars other sources know better");
            Vec::new()
        });
        let mut known = Known::default();
        for RepairRecord { repair, ended, .. } in records.into_iter().rev() {
            match ended {
                None => known.in_force.push(repair),
                Some((_, RepairEnd::Undone)) => known.undone.push(repair),
                Some(_) => {}
            }
        }
        for repair in &mut known.in_force {
            let served = is_served(context, repair);
            if served == repair.served {
                continue;
            }
            (repair.served, repair.since) = (served, now);
            if let Err(error) = store.begin_repair(repair).await {
                not_stored::log(&error, "that repairs are served otherwise cannot be stored");
            }
        }
        Self { known: Mutex::new(known) }
    }

    /// Those in force of an instrument.
    pub(super) fn of(&self, symbol: &Symbol) -> Vec<Repair> {
        self.known().in_force.iter().filter(|it| it.symbol == *symbol).cloned().collect()
    }

    /// Those in force of a series.
    pub(super) fn of_series(&self, head: &SeriesHead) -> Vec<Repair> {
        self.known().in_force.iter().filter(|it| it.is_of(head)).cloned().collect()
    }

    fn begin(&self, repair: &Repair) {
        let mut known = self.known();
        known.in_force.retain(|it| !it.is_of_same_bar(repair));
        known.in_force.push(repair.clone());
    }

    fn end(&self, repair: &Repair, how: RepairEnd) {
        let mut known = self.known();
        known.in_force.retain(|it| !it.is_of_same_bar(repair));
        if how == RepairEnd::Undone {
            known.undone.push(repair.clone());
        }
    }

    /// Whether it is known already.
    fn has(&self, repair: &Repair) -> bool {
        self.known().in_force.iter().any(|it| it.says_the_same(repair))
    }

    /// Whether somebody said that what was published stands.
    fn is_undone(&self, repair: &Repair) -> bool {
        self.known().undone.iter().any(|it| it.is_of_same_fault(repair))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a repair takes its place in answers, by the setting.
fn is_served(context: &Context, repair: &Repair) -> bool {
    context.settings().repairing == Repairing::On && repair.bar.is_some()
}

/// Why a repair cannot be taken back.
#[derive(Debug)]
pub enum UndoError {
    /// There is none of this number.
    Unknown(u64),
    /// It is not in force any more.
    Ended(u64, Timestamp),
    /// The store cannot be read or written.
    Store(StoreError),
}

impl fmt::Display for UndoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(number) => write!(f, "there is no repair {number}"),
            Self::Ended(number, at) => {
                write!(f, "repair {number} is not in force any more; it ended at {at}")
            }
            Self::Store(_) => f.write_str("the repair cannot be taken back in the store"),
        }
    }
}

impl std::error::Error for UndoError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            Self::Unknown(_) | Self::Ended(..) => None,
        }
    }
}

impl History {
    /// Whether what two sources say of a date is settled: one of them is known to be wrong,
    /// and the other says what is right.
    pub(super) fn is_settled(&self, two: Two<'_>, said: &Said) -> bool {
        let [one, other] = two.sources();
        let [first, second] = said.closes;
        let within = two.compared.within;
        self.repairs.of(two.symbol()).iter().any(|it| {
            let settles = |source: &Source, wrong, right: Price| {
                (&it.source, it.date, it.fault.close()) == (source, said.date, Some(wrong))
                    && is_near([it.close.get(), right.get()], within)
            };
            settles(one, first, second) || settles(other, second, first)
        })
    }

    /// The first date from which on faults are looked at again.
    pub(super) fn repaired_from(&self, symbol: &Symbol, until: Date) -> Option<Date> {
        let oldest = until.saturating_sub(LOOKED_AT_FOR.days());
        self.repairs.of(symbol).iter().map(|it| it.date).filter(|date| oldest <= *date).min()
    }

    /// Finds out what is wrong in what two sources say up to a date, and ends what is wrong
    /// no more.
    pub(super) async fn repair(&self, two: Two<'_>, until: Date) {
        self.end_needless(two).await;
        if self.context.settings().repairing == Repairing::Off {
            return;
        }
        for said in &two.compared.said {
            self.decide(two, said).await;
        }
        for (fault, bar) in holes(two.first, two.second, until, two.compared.within) {
            let found = self.by_second(two, bar.date, fault, bar.close);
            self.begin_repair(Repair { bar: Some(bar), ..found }).await;
        }
    }

    /// Decides by a second and a third source what is disputed of the first.
    async fn decide(&self, two: Two<'_>, said: &Said) {
        let [one, third] = two.sources();
        let mut open = self.open_of(two.symbol(), one);
        open.retain(|(close, _)| close.date == said.date);
        for (close, dispute) in open.iter().filter(|(close, _)| close.against != *third) {
            let Some(repair) = self.verdict(two, said, close).await else { continue };
            let outcome = if repair.source == *one { Outcome::GaveWay } else { Outcome::Stood };
            if self.begin_repair(repair).await {
                self.end_close(dispute, outcome).await;
                for (_, same) in open.iter().filter(|(it, _)| it.against == *third) {
                    self.end_close(same, outcome).await;
                }
            }
        }
    }

    /// Which of the first source and of one that disputes a close of it the second refutes.
    async fn verdict(&self, two: Two<'_>, said: &Said, open: &DisputedClose) -> Option<Repair> {
        let Two { first, second, compared } = two;
        let ([one, third], date, within) = (two.sources(), said.date, compared.within);
        let [own, right] = said.closes;
        let of_first = self.by_second(two, date, Fault::Close(own), right);
        match refuted(open, said, within)? {
            Refuted::Disputed => Some(Repair {
                bar: fitting(first, second, date, within),
                confirmed_by: Some(open.against.clone()),
                ..of_first
            }),
            Refuted::Against => {
                let held = self.stored_days(two.symbol(), &open.against, date).await;
                Some(Repair {
                    source: open.against.clone(),
                    fault: Fault::Close(open.against_close),
                    close: own,
                    bar: held.and_then(|held| fitting(&held, first, date, within)),
                    by: one.clone(),
                    confirmed_by: Some(third.clone()),
                    ..of_first
                })
            }
        }
    }

    /// That the first of two sources has a fault, and the second says what is right.
    fn by_second(&self, two: Two<'_>, date: Date, fault: Fault, close: Price) -> Repair {
        let [one, other] = two.sources();
        Repair {
            symbol: two.symbol().clone(),
            source: one.clone(),
            date,
            fault,
            close,
            bar: None,
            by: other.clone(),
            confirmed_by: None,
            currency: two.compared.currency.clone(),
            served: false,
            since: self.context.now(),
        }
    }

    /// What the store has of a source's days up to a date. Nobody is asked.
    async fn stored_days(
        &self,
        symbol: &Symbol,
        source: &Source,
        to: Date,
    ) -> Option<HistoryResult> {
        let from = to.saturating_sub(DAYS_BEFORE.days());
        let query = days_of(symbol, source, (from, to));
        let store = self.context.store();
        store.covering(&query, Some(from), to, Timestamp::MIN, None).await.ok().flatten()
    }

    /// Remembers what is known better of a bar; not where somebody took it back.
    async fn begin_repair(&self, found: Repair) -> bool {
        let repair = Repair { served: is_served(&self.context, &found), ..found };
        if self.repairs.is_undone(&repair) {
            return false;
        }
        if self.repairs.has(&repair) {
            return true;
        }
        let Repair { symbol, source, date, by, close, served, .. } = &repair;
        let wrong = repair.fault.close().map(Price::get);
        warn!(%symbol, %date, %source, ?wrong, %by, %close, served, "other sources know a bar better");
        self.repairs.begin(&repair);
        if let Err(error) = self.context.store().begin_repair(&repair).await {
            let what = format!("what is wrong in the history of {symbol} cannot be stored");
            not_stored::log(&error, &what);
        }
        self.results.has_changed();
        true
    }

    /// Ends what a source has corrected by now, and what nobody says any more.
    async fn end_needless(&self, two: Two<'_>) {
        for repair in self.repairs.of(two.symbol()) {
            let is_of = |answer: &HistoryResult| repair.is_of(&answer.series.head);
            let told =
                [two.first, two.second].into_iter().filter(|it| reaches_over(it, repair.date));
            let is_corrected =
                told.clone().any(|answer| is_of(answer) && !repair.is_needed_in(answer));
            let is_withdrawn = told.clone().any(|answer| says_otherwise(answer, &repair));
            if is_corrected || is_withdrawn {
                let how = if is_corrected { RepairEnd::Corrected } else { RepairEnd::Withdrawn };
                if let Err(error) = self.end_repair(&repair, how).await {
                    let symbol = &repair.symbol;
                    let what = format!("that a bar of {symbol} is wrong no more cannot be stored");
                    not_stored::log(&error, &what);
                }
            }
        }
    }

    async fn end_repair(&self, repair: &Repair, how: RepairEnd) -> Result<(), StoreError> {
        let Repair { symbol, date, source, .. } = repair;
        info!(%symbol, %date, %source, how = how.as_str(), "a repair is in force no more");
        self.repairs.end(repair, how);
        let ended = self.context.store().end_repair(repair, self.context.now(), how).await;
        self.results.has_changed();
        ended
    }

    /// Takes a repair back, which is not found again: what its source says stands.
    ///
    /// # Errors
    ///
    /// Why it cannot be.
    pub(crate) async fn undo_repair(&self, number: u64) -> Result<RepairRecord, UndoError> {
        let query = RepairsQuery { before: number.saturating_add(1), most: 1, ..RepairsQuery::ALL };
        let found = self.context.store().repair_records(&query).await.map_err(UndoError::Store)?;
        let record = found.into_iter().find(|it| it.number == number);
        let record = record.ok_or(UndoError::Unknown(number))?;
        if let Some((at, _)) = record.ended {
            return Err(UndoError::Ended(number, at));
        }
        self.end_repair(&record.repair, RepairEnd::Undone).await.map_err(UndoError::Store)?;
        Ok(record)
    }
}

/// Whether an answer has bars on both sides of a date, or of it.
fn reaches_over(answer: &HistoryResult, date: Date) -> bool {
    let dates = answer.series.dates();
    dates.first() <= Some(&date) && Some(&date) <= dates.last()
}

/// Whether who knew a bar better says something else by now.
fn says_otherwise(answer: &HistoryResult, repair: &Repair) -> bool {
    let series = &answer.series;
    let is_by = series.head.source == repair.by && series.head.symbol == repair.symbol;
    is_by && series.close_on(repair.date) != Some(repair.close)
}
