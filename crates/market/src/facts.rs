use jiff::civil::Date;

use crate::{Ended, Interval, Kind, Redistribution, Symbol};

/// What is known of a source before it is asked anything. Each provider declares
/// its own, and whatever depends on which sources there are is made from these:
/// the order in which they are asked, settings, allowances, words on pages.
#[derive(Debug)]
pub struct SourceFacts {
    /// Stable lower-case name in answers, stored rows, logs and parameters.
    pub name: &'static str,
    /// How pages that show its prices give credit.
    pub credit: Credit,
    /// What it answers when asked, where it does.
    pub polled: Option<Polled>,
    /// What it sends over a lasting connection, where it does.
    pub streamed: Option<Streamed>,
    /// How it spells instruments, where people spell them so too.
    pub spelling: Option<Spelling>,
    /// The reference rates that it sets, where it does.
    pub reference: Option<ReferenceRates>,
}

/// How a source is named to the readers of its prices, as its terms ask.
#[derive(Debug)]
pub struct Credit {
    /// Its name, or the words that its terms prescribe.
    pub text: &'static str,
    /// Where the words lead, where its terms ask for a link.
    pub url: Option<&'static str>,
}

/// A source that is asked for prices.
#[derive(Debug)]
pub struct Polled {
    /// Where it is asked. Bears the name of the source.
    pub upstream: UpstreamFacts,
    /// What it can be asked about.
    pub ranks: &'static [Rank],
    /// Whether its prices move with the market, so that two such sources can be
    /// compared. `false` for those that are set once a day.
    pub is_live: bool,
    /// Of which lengths it has bars. Empty where it has no history.
    pub intervals: &'static [Interval],
    /// Whether it tells with its bars what was paid and split, as far as there is any.
    pub tells_actions: bool,
}

/// A source that sends prices as they change.
#[derive(Debug)]
pub struct Streamed {
    /// Where the connection is opened. Bears a name of its own where the same
    /// source is polled too: one may refuse us while the other does not.
    pub upstream: UpstreamFacts,
    /// What it tells of.
    pub ranks: &'static [Rank],
}

/// That a source has certain kinds of instrument, and how soon it is chosen.
#[derive(Debug)]
pub struct Rank {
    /// Of what kind.
    pub kinds: &'static [Kind],
    /// The lowest is asked first; of equal ones the first in the registry. In
    /// tens, so that others find a place between two.
    pub rank: u8,
}

/// One address at which somebody else answers, and what goes with it.
#[derive(Debug)]
pub struct UpstreamFacts {
    /// Stable lower-case name in `/v1/sources`.
    pub name: &'static str,
    /// Its name within a sentence, with an article where it takes one.
    pub label: &'static str,
    /// What it gives, for the status page.
    pub gives: &'static str,
    /// Where it answers.
    pub address: &'static str,
    /// The setting that moves it, for mirrors, proxies and tests.
    pub address_setting: &'static str,
    /// What that setting does, for people.
    pub address_about: &'static str,
    /// The setting of a key, where it answers nobody without one.
    pub key: Option<KeySetting>,
    /// How much we may ask.
    pub allowance: Allowance,
    /// An instrument that it must know, by which it is tried.
    pub probe: &'static str,
}

/// The setting that holds the key to an upstream.
#[derive(Debug)]
pub struct KeySetting {
    /// Its name.
    pub name: &'static str,
    /// The setting that names a file with the key in it, in place of the key itself.
    pub file: &'static str,
    /// The settings of its second half, where it has two.
    pub secret: Option<SecretSetting>,
    /// The setting of how much the key's plan allows, where it is not the free one.
    pub allowance: &'static str,
    /// What it does, for people: where a key is to be had.
    pub about: &'static str,
}

/// The settings that hold the second half of a key.
#[derive(Debug)]
pub struct SecretSetting {
    /// Its name.
    pub name: &'static str,
    /// The setting that names a file with it in it.
    pub file: &'static str,
}

/// How much we may ask of an upstream, and on what terms.
///
/// The figures are our own choice within what its terms allow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Allowance {
    /// Requests in any one hour, in the long run.
    pub per_hour: f64,
    /// Requests that may follow one another without a pause.
    pub burst: f64,
    /// Its terms in our words.
    pub terms: &'static str,
    /// Where its terms are published.
    pub terms_url: &'static str,
    /// To whom it may be shown what it tells.
    pub redistribution: Redistribution,
}

/// How a source spells instruments.
#[derive(Debug)]
pub struct Spelling {
    /// Names that follow no rule: ours, and the source's.
    pub names: &'static [(&'static str, &'static str)],
    /// Codes of currencies and coins that it writes otherwise: ours, and its own.
    pub codes: &'static [(&'static str, &'static str)],
    /// The two codes of a pair in one of its names, in its own spelling. Whether
    /// they can be priced is checked by the caller.
    pub pair: fn(&str) -> Option<(&str, &str)>,
    /// Its name of a pair.
    pub of_pair: fn(&str, &str) -> String,
}

/// Rates of one currency in others, set once each working day.
#[derive(Debug)]
pub struct ReferenceRates {
    /// The source's name.
    pub source: &'static str,
    /// Who sets them, within a sentence.
    pub set_by: &'static str,
    /// The currency of which one unit is priced.
    pub base: &'static str,
    /// The first day for which there are any.
    pub first: Date,
    /// The zone in whose days they are set, in the tz database.
    pub time_zone: &'static str,
    /// Currencies in which they are set. One that joins them has to be added.
    pub currencies: &'static [&'static str],
    /// Currencies that have ended since ([`Ended`] says when), in which they were
    /// set until then. Later files of recent days do not have them.
    pub ended: &'static [&'static str],
    /// Currencies that have not ended and in which they are no longer set, with
    /// the last day.
    pub stopped: &'static [(&'static str, Date)],
}

impl SourceFacts {
    /// Every address at which it answers.
    pub fn upstreams(&self) -> impl Iterator<Item = &UpstreamFacts> {
        let polled = self.polled.iter().map(|polled| &polled.upstream);
        polled.chain(self.streamed.iter().map(|streamed| &streamed.upstream))
    }

    /// Whether it has bars of any length.
    pub const fn has_history(&self) -> bool {
        match &self.polled {
            Some(polled) => !polled.intervals.is_empty(),
            None => false,
        }
    }
}

impl Spelling {
    /// What the source calls an instrument. Expects a canonical symbol.
    pub fn of(&self, symbol: &Symbol) -> String {
        let named = self.names.iter().find(|(ours, _)| *ours == symbol.as_str());
        match (named, symbol.pair()) {
            (Some((_, theirs)), _) => (*theirs).to_owned(),
            (None, Some((base, quote))) => (self.of_pair)(base, quote),
            (None, None) => symbol.as_str().to_owned(),
        }
    }
}

impl ReferenceRates {
    /// Whether rates in a currency are set, or ever were.
    pub fn has(&self, code: &str) -> bool {
        self.currencies.contains(&code) || self.ended_on(code).is_some()
    }

    /// The last day on which there can be a rate in a currency that has none any
    /// more.
    pub fn ended_on(&self, code: &str) -> Option<Date> {
        let stopped = self.stopped.iter().find(|(stopped, _)| *stopped == code);
        let ended = self.ended.iter().find(|ended| **ended == code).and_then(|it| Ended::of(it));
        stopped.map(|(_, last)| *last).or_else(|| ended.map(|ended| ended.last))
    }
}
