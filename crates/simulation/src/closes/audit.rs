//! Looks back at all that was ever said to be wrong.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use market::{Disputed, Matter, Repair, Repairing, Symbol};

use super::teller::Slip;
use super::year::Passing;

/// So long after a mistake was corrected it may still be said to be wrong.
const CORRECTED_WITHIN: SignedDuration = SignedDuration::from_hours(12);

impl Passing {
    /// Whatever was disputed or repaired was wrong then, and nothing was repaired that
    /// nobody decided.
    pub(super) async fn audit(&mut self) {
        let (disputes, repairs) = self.session.all_said().await;
        for it in disputes {
            let date = match &it.matter {
                Matter::History { differs, .. } => differs.close().map(|close| close.date),
                Matter::Price { .. } => None,
            };
            if !self.is_explained(&it.symbol, date, (it.since, it.until)) {
                self.alarm(format!("is disputed and right: {}", brief(&it)));
            }
        }
        for it in repairs {
            let (repair, until) = (&it.repair, it.ended.map(|(at, _)| at));
            let is_explained =
                self.is_explained(&repair.symbol, Some(repair.date), (repair.since, until));
            if !is_explained || !self.may_be(repair) {
                self.alarm(format!("is repaired and should not be: {it:?}"));
            }
        }
    }

    /// Whether there may be such a repair. That a close is wrong takes a third source to
    /// know; that a day is missing does not.
    fn may_be(&self, repair: &Repair) -> bool {
        let is_decided = repair.fault.close().is_none() || self.year.sources > 2;
        match self.year.repairing {
            Repairing::Off => false,
            Repairing::Suggest => is_decided && !repair.served,
            Repairing::On => is_decided,
        }
    }

    /// Whether a mistake that was told then concerns a date, or all of a history.
    fn is_explained(
        &self,
        symbol: &Symbol,
        of: Option<Date>,
        (since, until): (Timestamp, Option<Timestamp>),
    ) -> bool {
        let share = self.shares.iter().position(|it| it.instrument.symbol == *symbol).unwrap();
        let days = &self.shares[share].days;
        let concerns = |it: &Slip| {
            let date = days[it.day].date;
            of.is_none_or(|of| if it.mistake.is_of_split() { of < date } else { of == date })
        };
        let now = self.tellers[0].clock.truly();
        let is_told = |it: &Slip| {
            let corrected = days[it.until].close;
            days[it.day].close <= since
                && since < corrected
                && until.unwrap_or(now) <= corrected + CORRECTED_WITHIN
        };
        let of_share = self.slips.iter().filter(|it| it.share == share);
        of_share.clone().any(|it| is_told(it) && concerns(it))
    }
}

fn brief(it: &Disputed) -> String {
    let Disputed { symbol, since, until, .. } = it;
    match &it.matter {
        Matter::Price { shown, against, .. } => {
            format!(
                "{symbol} {} against {} since {since} until {until:?}",
                shown.price, against.price
            )
        }
        Matter::History { differs, .. } => {
            format!("{symbol} {differs:?} since {since} until {until:?}")
        }
    }
}
