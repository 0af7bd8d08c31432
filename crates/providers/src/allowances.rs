use std::collections::BTreeMap;

use market::{Allowance, Source};
use serde::Deserialize;

const FILE: &str = include_str!("../upstreams.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    per_hour: f64,
    burst: f64,
    terms: String,
    terms_url: String,
}

/// How much each upstream may be asked, and on what terms, by name.
///
/// The simulator has none: it is nobody else's.
pub fn allowances() -> Vec<Allowance> {
    let facts: BTreeMap<String, Facts> =
        toml::from_str(FILE).expect("upstreams.toml is checked by a test");
    facts.into_iter().map(|(name, facts)| allowance(&name, facts)).collect()
}

fn allowance(name: &str, facts: Facts) -> Allowance {
    let Facts { per_hour, burst, terms, terms_url } = facts;
    Allowance { source: Source::new(name), per_hour, burst, terms, terms_url }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;
    use market::{QuoteSource, StreamSource};
    use testkit::SettableClock;
    use url::Url;

    use super::*;
    use crate::{Client, CoinGecko, Ecb, ErApi, Kraken, StreamLimits, Yahoo, YahooStreamer};

    #[test]
    fn every_upstream_has_an_allowance_and_nobody_else_has() {
        let clock = SettableClock::new(Timestamp::UNIX_EPOCH);
        let client = Client::new(clock.clone(), Duration::from_secs(1)).unwrap();
        let base: Url = "http://127.0.0.1:1".parse().unwrap();
        let mut sources = [
            QuoteSource::source(&Yahoo::new(client.clone(), base.clone())),
            QuoteSource::source(&CoinGecko::new(client.clone(), base.clone())),
            QuoteSource::source(&ErApi::new(client.clone(), base.clone())),
            QuoteSource::source(&Ecb::new(client, base.clone())),
            Kraken::new(clock.clone(), base.clone(), StreamLimits::default()).upstream(),
            YahooStreamer::new(clock.clone(), base, StreamLimits::default()).upstream(),
        ];
        sources.sort();
        let named: Vec<Source> = allowances().into_iter().map(|found| found.source).collect();
        assert_eq!(named, sources);
    }

    #[test]
    fn figures_are_positive_and_terms_are_told() {
        for allowance in allowances() {
            let name = &allowance.source;
            assert!(allowance.per_hour > 0.0 && allowance.per_hour.is_finite(), "{name}");
            assert!(allowance.burst >= 1.0 && allowance.burst.is_finite(), "{name}");
            assert!(!allowance.terms.is_empty(), "{name}");
            let url: Url = allowance.terms_url.parse().unwrap();
            assert_eq!(url.scheme(), "https", "{name}");
        }
    }
}
