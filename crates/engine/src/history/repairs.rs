//! Bars that other sources know better: found where sources are compared, and kept until
//! nothing is wrong any more or somebody takes them back.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use market::{
    Dispute, DisputedClose, Fault, HistoryQuery, HistoryResult, Interval, Outcome, Repair,
    RepairEnd, RepairRecord, Repairing, RepairsQuery, Source, Span, StoreError, Symbol,
};
use tracing::{info, warn};

use super::History;
use crate::context::Context;
use crate::not_stored;
use crate::plausibility::{Comparison, Refuted, Said, fitting, holes, is_near, refuted};

/// So many days before a date the history is looked at whose bar would be replaced.
const DAYS_BEFORE: i32 = 14;

/// So old faults are looked at again, whether they are still there.
const LOOKED_AT_FOR: i32 = 90;

/// The repairs that are in force, and those that somebody took back.
#[derive(Default)]
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
        let in_force = store.repairs(None, None).await;
        let records = store.repair_records(&RepairsQuery::ALL).await;
        let (in_force, records) = match in_force.and_then(|it| Ok((it, records?))) {
            Ok(found) => found,
            Err(error) => {
                not_stored::log(&error, "it cannot be read which bars other sources know better");
                Default::default()
            }
        };
        let is_undone = |it: &RepairRecord| matches!(it.ended, Some((_, RepairEnd::Undone)));
        let undone = records.into_iter().filter(is_undone).map(|it| it.repair).collect();
        let repairs = Self { known: Mutex::new(Known { in_force: Vec::new(), undone }) };
        for repair in in_force {
            let served = is_served(context, &repair);
            let since = if served == repair.served { repair.since } else { now };
            let is_anew = served != repair.served;
            let repair = Repair { served, since, ..repair };
            if is_anew && let Err(error) = store.begin_repair(&repair).await {
                not_stored::log(&error, "that repairs are served otherwise cannot be stored");
            }
            repairs.begin(&repair);
        }
        repairs
    }

    /// Those in force of an instrument.
    pub(super) fn of(&self, symbol: &Symbol) -> Vec<Repair> {
        self.known().in_force.iter().filter(|it| it.symbol == *symbol).cloned().collect()
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

/// What two sources said of one instrument.
#[derive(Clone, Copy)]
pub(super) struct Two<'a> {
    /// The one whose history is disputed.
    pub(super) first: &'a HistoryResult,
    /// The other.
    pub(super) second: &'a HistoryResult,
    /// What they say of the same dates.
    pub(super) compared: &'a Comparison,
}

impl Two<'_> {
    fn sources(&self) -> [&Source; 2] {
        [self.first, self.second].map(|it| &it.series.head.source)
    }
}

impl History {
    /// Whether what two sources say of a date is settled: one of them is known to be wrong,
    /// and the other says what is right.
    pub(super) fn is_settled(&self, two: Two<'_>, said: &Said) -> bool {
        let [one, other] = two.sources();
        let [first, second] = said.closes;
        let within = two.compared.within;
        self.repairs.of(&two.first.series.head.symbol).iter().any(|it| {
            let settles = |source: &Source, wrong, right: market::Price| {
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
        let Two { first, second, compared } = two;
        for (fault, bar) in holes(first, second, until, compared.within) {
            let by = second.series.head.source.clone();
            let known = Better { by, confirmed_by: None, close: bar.close, bar: Some(bar) };
            let head = &first.series.head;
            self.begin_repair((&head.symbol, &head.source, bar.date), fault, known, two).await;
        }
    }

    /// Decides by a second and a third source what is disputed of the first.
    async fn decide(&self, two: Two<'_>, said: &Said) {
        let Two { first, second, compared } = two;
        let [one, third] = two.sources();
        let symbol = &first.series.head.symbol;
        let within = compared.within;
        let of_date = |(close, _): &(DisputedClose, Dispute)| close.date == said.date;
        let open: Vec<_> = self.open_of(symbol, one).into_iter().filter(of_date).collect();
        for (close, dispute) in open.iter().filter(|(close, _)| close.against != *third) {
            let (source, wrong, known) = match refuted(close, said, within) {
                None => continue,
                Some(Refuted::Disputed) => {
                    let bar = fitting(first, second, said.date, within);
                    let confirmed_by = Some(close.against.clone());
                    let close = said.closes[1];
                    (
                        one.clone(),
                        said.closes[0],
                        Better { by: third.clone(), confirmed_by, close, bar },
                    )
                }
                Some(Refuted::Against) => {
                    let held = self.stored_days(symbol, &close.against, said.date).await;
                    let bar = held.and_then(|held| fitting(&held, first, said.date, within));
                    let (by, confirmed_by) = (one.clone(), Some(third.clone()));
                    let known = Better { by, confirmed_by, close: said.closes[0], bar };
                    (close.against.clone(), close.against_close, known)
                }
            };
            let outcome = if source == *one { Outcome::GaveWay } else { Outcome::Stood };
            let fault = Fault::Close(wrong);
            if self.begin_repair((symbol, &source, said.date), fault, known, two).await {
                self.end_close(dispute, outcome).await;
                for (_, same) in open.iter().filter(|(it, _)| it.against == *third) {
                    self.end_close(same, outcome).await;
                }
            }
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
        let query = HistoryQuery {
            symbol: symbol.clone(),
            interval: Interval::D1,
            span: Span::Dates { from, to },
            source: Some(source.clone()),
        };
        let store = self.context.store();
        store.covering(&query, Some(from), to, Timestamp::MIN, None).await.ok().flatten()
    }

    /// Remembers what is known better of a bar; not where somebody took it back.
    async fn begin_repair(
        &self,
        (symbol, source, date): (&Symbol, &Source, Date),
        fault: Fault,
        known: Better,
        two: Two<'_>,
    ) -> bool {
        let mut repair = Repair {
            symbol: symbol.clone(),
            source: source.clone(),
            date,
            fault,
            close: known.close,
            bar: known.bar,
            by: known.by,
            confirmed_by: known.confirmed_by,
            currency: two.compared.currency.clone(),
            served: false,
            since: self.context.now(),
        };
        repair.served = is_served(&self.context, &repair);
        if self.repairs.is_undone(&repair) {
            return false;
        }
        if self.repairs.has(&repair) {
            return true;
        }
        let Repair { by, close, served, .. } = &repair;
        let wrong = repair.fault.close().map(market::Price::get);
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
        for repair in self.repairs.of(&two.first.series.head.symbol) {
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

/// What is known better of a bar, and by whom.
struct Better {
    by: Source,
    confirmed_by: Option<Source>,
    close: market::Price,
    bar: Option<market::Bar>,
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
    let now = series.dates().binary_search(&repair.date).ok().map(|place| series.closes()[place]);
    is_by && now != Some(repair.close)
}
