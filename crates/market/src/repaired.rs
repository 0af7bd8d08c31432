//! Answers with bars that other sources know better.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::{
    Bar, DisputedClose, Fault, HistoryResult, Interval, Price, Repair, Repaired, Series,
    SeriesHead, Span,
};

impl Repair {
    /// Whether it is about this series.
    pub fn is_of(&self, head: &SeriesHead) -> bool {
        (&self.symbol, &self.source, Interval::D1) == (&head.symbol, &head.source, head.interval)
    }

    /// Whether an answer has the fault. One that changed since, or is adjusted for
    /// something else by now, has not.
    pub fn is_needed_in(&self, answer: &HistoryResult) -> bool {
        let series = &answer.series;
        if !self.is_of(&series.head) {
            return false;
        }
        let held = series.close_on(self.date);
        match &self.fault {
            Fault::Close(wrong) => held == Some(*wrong),
            Fault::Missing { before, after } => {
                let is_as_then = |(date, close): &(Date, Price)| {
                    series.close_on(*date).map(|held| held == *close)
                };
                let beside = [before, after].map(is_as_then);
                let is_the_hole = beside.contains(&Some(true)) && !beside.contains(&Some(false));
                held.is_none() && is_the_hole && is_asked_for(answer, self.date)
            }
        }
    }

    /// The bar as it stands in an answer: opened when the bar that it replaces did, or
    /// when those beside it do, and adjusted as those beside it are.
    fn fitted(&self, answer: &HistoryResult) -> Option<Bar> {
        let bar = self.bar.filter(|_| self.served)?;
        let series = &answer.series;
        let place = series.dates().partition_point(|date| *date < self.date);
        let held = series.get(place).filter(|held| held.date == self.date);
        let next = series.get(place + usize::from(held.is_some()));
        let before = place.checked_sub(1).and_then(|place| series.get(place));
        let open_time = match held {
            Some(held) => held.open_time,
            None => opened_as(answer, before.or(next)?, self.date)?,
        };
        let is_paid = |from: Date, to: Date| {
            answer.actions.iter().any(|action| from < action.ex_date && action.ex_date <= to)
        };
        let of_next = next.filter(|next| !is_paid(self.date, next.date));
        let of_before = before.filter(|before| !is_paid(before.date, self.date));
        let adjusted = of_next.or(of_before).and_then(|beside| {
            Price::new(bar.close.get() * (beside.adj_close?.get() / beside.close.get()))
        });
        Some(Bar { open_time, date: self.date, adj_close: adjusted, provisional: false, ..bar })
    }
}

impl HistoryResult {
    /// The same with bars that other sources know better in their place, and the faults
    /// that are known and stay marked.
    pub(crate) fn with_repairs(self, repairs: &[Repair]) -> Self {
        let needed = repairs.iter().filter(|it| it.is_needed_in(&self));
        let (mut repaired, mut bars, mut disputed) = (Vec::new(), Vec::new(), Vec::new());
        for repair in needed {
            let Some(bar) = repair.fitted(&self) else {
                disputed.extend(repair.as_disputed());
                continue;
            };
            let published = self.series.bar_on(repair.date);
            repaired.push(Repaired { repair: repair.clone(), published });
            bars.push(bar);
        }
        let mut answer = self;
        if !bars.is_empty() {
            answer.series = with(&answer.series, &[], bars);
        }
        answer.repaired = repaired;
        answer.disputed.extend(disputed);
        answer
    }

    /// The same as its source says it, with the faults marked.
    #[must_use]
    pub fn as_published(&self) -> Self {
        let dates: Vec<Date> = self.repaired.iter().map(|it| it.repair.date).collect();
        let published = self.repaired.iter().filter_map(|it| it.published).collect();
        let series = with(&self.series, &dates, published);
        let mut answer = Self { series, repaired: Vec::new(), ..self.clone() };
        answer.disputed.extend(self.repaired.iter().filter_map(|it| it.repair.as_disputed()));
        DisputedClose::sort(&mut answer.disputed);
        answer
    }
}

/// A series without the bars of some dates, and with others: of two of one date the new.
fn with(series: &Series, without: &[Date], bars: Vec<Bar>) -> Series {
    let stays = |bar: &Bar| !without.contains(&bar.date);
    Series::new(series.head.clone(), series.bars().filter(stays).chain(bars).collect())
}

/// Whether an answer speaks for a date: it lies between its bars, or was asked for by its
/// name. Where a period begins its source decides.
fn is_asked_for(answer: &HistoryResult, date: Date) -> bool {
    let dates = answer.series.dates();
    let lies_between = dates.first() < Some(&date) && Some(&date) < dates.last();
    let is_named = match answer.query.span {
        Span::Dates { from, to } => from <= date && date <= to,
        Span::Period(_) => false,
    };
    lies_between || is_named
}

/// When a bar opens on a date, as one beside it does on its own.
fn opened_as(answer: &HistoryResult, beside: Bar, date: Date) -> Option<Timestamp> {
    let zone = answer.instrument.zone();
    let time = beside.open_time.to_zoned(zone.clone()).time();
    Some(date.to_datetime(time).to_zoned(zone).ok()?.timestamp())
}

#[cfg(test)]
mod tests;
