//! What other sources say of the last closes of a series.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::civil::Date;
use market::{Moment, Source};

use crate::history::NotCompared;

/// Who does not have the days of an instrument is asked again after so long: plans change,
/// and what is newly listed comes.
const UNABLE_FOR: Duration = Duration::from_hours(24);

/// Whether another source says the same of the last closes of a series.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SecondSource {
    /// No other that may be asked has its days.
    Lacking,
    /// None was compared since the start: why, in a few words.
    NotCompared(String),
    /// What each said that was asked, by source.
    Compared(Vec<Compared>),
}

/// What one other source says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Compared {
    /// Who.
    pub source: Source,
    /// The newest trading date that both tell.
    pub to: Date,
    /// Whether it says the same of all days compared, but for what is known of how sources
    /// differ.
    pub agrees: bool,
}

/// What was heard of one instrument since the start.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Heard {
    /// Whose closes were compared.
    first: Option<Source>,
    /// The newest date that each other one and the first have told.
    told: BTreeMap<Source, Date>,
    /// Who does not have such days, and until when that is believed.
    unable: BTreeMap<Source, Moment>,
    /// Why the last comparison came to nothing, if it did.
    why: Option<String>,
}

impl Heard {
    /// Notes what came of a comparison; whether that is news.
    pub(super) fn note(
        &mut self,
        [first, other]: &[Source; 2],
        outcome: &Result<Option<Date>, NotCompared>,
        now: Moment,
    ) -> bool {
        let before = self.clone();
        if self.first.as_ref() != Some(first) {
            *self = Self { first: Some(first.clone()), ..Self::default() };
        }
        self.why = match outcome {
            Ok(Some(date)) => {
                self.told.insert(other.clone(), *date);
                None
            }
            Ok(None) => Some(format!("{first} and {other} have no day in common")),
            Err(why) => Some(why.to_string()),
        };
        if outcome.as_ref().is_err_and(|why| why.is_lack_of(other)) {
            self.unable.insert(other.clone(), now + UNABLE_FOR);
        }
        *self != before
    }

    /// Whether a source is known not to have such days.
    pub(super) fn is_unable(&self, source: &Source, now: Moment) -> bool {
        self.unable.get(source).is_some_and(|until| now < *until)
    }

    /// Who was compared with a source, and the newest date that both told.
    pub(super) fn beside(&self, source: &Source) -> BTreeMap<Source, Date> {
        match &self.first {
            None => BTreeMap::new(),
            Some(first) if first == source => self.told.clone(),
            Some(first) => {
                self.told.get(source).map(|to| (first.clone(), *to)).into_iter().collect()
            }
        }
    }

    /// Why there is nothing to tell.
    pub(super) fn why(&self) -> Option<&str> {
        self.why.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use market::{SourceError, Symbol};

    use super::*;
    use crate::failures::SourceFailures;

    fn source(name: &str) -> Source {
        Source::new(name)
    }

    fn nothing_from(other: &Source) -> Result<Option<Date>, NotCompared> {
        let symbol: Symbol = "AAPL".parse().unwrap();
        let mut failures = SourceFailures::default();
        failures.add(other.clone(), SourceError::UnknownSymbol(symbol));
        Err(NotCompared::NoAnswer(other.clone(), failures.into()))
    }

    #[test]
    fn what_was_compared_is_said_of_either_and_only_of_these_two() {
        let (one, other, third) = (source("one"), source("other"), source("third"));
        let (mut heard, day) = (Heard::default(), date(2025, 10, 29));
        let pair = [one.clone(), other.clone()];
        assert!(heard.note(&pair, &Ok(Some(day)), Moment::default()), "it is news");
        assert!(!heard.note(&pair, &Ok(Some(day)), Moment::default()), "and is so once");
        assert_eq!(heard.beside(&one), [(other.clone(), day)].into());
        assert_eq!(heard.beside(&other), [(one.clone(), day)].into());
        assert_eq!(heard.beside(&third), BTreeMap::new());
        heard.note(&[third.clone(), other.clone()], &Ok(None), Moment::default());
        assert_eq!(heard.beside(&one), BTreeMap::new(), "another is the first now");
        assert_eq!(heard.why(), Some("third and other have no day in common"));
    }

    #[test]
    fn who_has_no_such_days_is_believed_for_a_day_and_no_longer() {
        let (pair, now) = ([source("one"), source("other")], Moment::default());
        let mut heard = Heard::default();
        heard.note(&pair, &nothing_from(&pair[1]), now);
        let hours = |n| now + Duration::from_hours(n);
        assert!(heard.is_unable(&pair[1], hours(23)) && !heard.is_unable(&pair[1], hours(24)));
        heard.note(&pair, &nothing_from(&pair[0]), now);
        assert!(!heard.is_unable(&pair[0], now), "the first is not another");
    }
}
