//! What every source declares of itself, and that it is so.

use std::collections::HashSet;

use market::{
    Catalog, HistoryQuery, Interval, KeySetting, Kind, SourceError, SourceFacts, SourcePorts, Span,
    Symbol, UpstreamFacts,
};
use providers::{Access, Dialer, Key, Kit, registry};
use url::Url;

use crate::upstream::{self, asked};

/// Where nobody answers: whoever asks fails.
const NOBODY: &str = "http://127.0.0.1:1";

fn facts() -> impl Iterator<Item = &'static SourceFacts> {
    registry().iter().map(|provider| provider.facts)
}

fn upstreams() -> impl Iterator<Item = &'static UpstreamFacts> {
    providers::upstreams()
}

fn symbol(text: &str) -> Symbol {
    text.parse().unwrap()
}

fn ports() -> Vec<(&'static SourceFacts, SourcePorts)> {
    let access = |upstream: &UpstreamFacts| Access {
        address: NOBODY.parse().unwrap(),
        key: upstream.key.as_ref().map(|_| Key::new("key".to_owned())),
    };
    let kit = Kit {
        http: upstream::client(),
        clock: testkit::SettableClock::at(upstream::NOW),
        dialer: Dialer::default(),
        access: &access,
    };
    registry().iter().map(|provider| (provider.facts, provider.connect(&kit))).collect()
}

#[test]
fn names_and_settings_are_each_there_once() {
    let all: Vec<_> = upstreams().collect();
    let names: HashSet<_> = all.iter().map(|it| it.name).collect();
    assert_eq!(names.len(), all.len());
    let secrets = |key: &'static KeySetting| key.secret.iter().flat_map(|it| [it.name, it.file]);
    let names = |key: &'static KeySetting| [key.name, key.file].into_iter().chain(secrets(key));
    let keys = || all.iter().filter_map(|it| it.key.as_ref()).flat_map(names);
    let settings: HashSet<_> = all.iter().map(|it| it.address_setting).chain(keys()).collect();
    assert_eq!(settings.len(), all.len() + keys().count());
    assert!(settings.iter().all(|name| name.starts_with("MARKETPULSE_")), "{settings:?}");
}

#[test]
fn an_upstream_bears_the_name_of_its_source_or_one_of_its_own() {
    for source in facts() {
        let polled = source.polled.as_ref().map(|polled| polled.upstream.name);
        let streamed = source.streamed.as_ref().map(|streamed| streamed.upstream.name);
        assert!(polled.or(streamed) == Some(source.name), "{}", source.name);
    }
}

#[test]
fn figures_are_positive_and_terms_are_reported() {
    for upstream in upstreams() {
        let (name, allowance) = (upstream.name, &upstream.allowance);
        assert!(allowance.per_hour > 0.0 && allowance.per_hour.is_finite(), "{name}");
        assert!(allowance.burst >= 1.0 && allowance.burst.is_finite(), "{name}");
        assert!(!allowance.terms.is_empty() && !upstream.gives.is_empty(), "{name}");
        let url: Url = allowance.terms_url.parse().unwrap();
        assert_eq!(url.scheme(), "https", "{name}");
        assert!(upstream.probe.parse::<Symbol>().is_ok(), "{name}");
    }
}

#[test]
fn every_address_can_be_asked_and_moved() {
    let moved = providers::all_moved_to(&"http://127.0.0.1:8080".parse().unwrap());
    assert_eq!(moved.len(), upstreams().count());
    for (upstream, (setting, address)) in upstreams().zip(&moved) {
        let real: Url = upstream.address.parse().unwrap();
        let moved: Url = address.parse().unwrap();
        assert_eq!(setting, upstream.address_setting);
        assert_eq!((moved.host_str(), moved.port()), (Some("127.0.0.1"), Some(8080)));
        assert_eq!((moved.path(), moved.query()), (real.path(), real.query()));
        let scheme = match real.scheme() {
            "https" => "http",
            "wss" => "ws",
            other => panic!("{other}: upstreams are asked over TLS"),
        };
        assert_eq!(moved.scheme(), scheme);
    }
}

#[test]
fn a_source_can_be_asked_for_what_it_declares() {
    for (facts, ports) in ports() {
        let name = facts.name;
        assert_eq!(ports.quotes.is_some(), facts.polled.is_some(), "{name}: quotes");
        assert_eq!(ports.bars.is_some(), facts.has_history(), "{name}: bars");
        assert_eq!(ports.stream.is_some(), facts.streamed.is_some(), "{name}: stream");
        let quotes = ports.quotes.map(|port| port.source());
        let bars = ports.bars.map(|port| port.source());
        let search = ports.search.map(|port| port.source());
        let stream = ports.stream.map(|port| {
            let upstream = facts.streamed.as_ref().unwrap().upstream.name;
            assert_eq!(port.upstream().as_str(), upstream);
            port.source()
        });
        for source in [quotes, bars, search, stream].into_iter().flatten() {
            assert_eq!(source.as_str(), name);
        }
    }
}

/// Whoever asked would fail to connect, which is another error.
#[tokio::test]
async fn bars_of_other_lengths_are_refused_without_asking() {
    for (facts, ports) in ports() {
        let (Some(bars), Some(polled)) = (ports.bars, &facts.polled) else { continue };
        let instrument = asked(polled.upstream.probe);
        for interval in Interval::ALL {
            let (symbol, span) = (instrument.symbol.clone(), Span::Period("1d".parse().unwrap()));
            let question = HistoryQuery { symbol, interval, span, source: None };
            let refused = bars.bars(&question, &instrument).await.unwrap_err();
            let is_offered = !matches!(refused, SourceError::NotOffered(_));
            let name = facts.name;
            assert_eq!(is_offered, polled.intervals.contains(&interval), "{name} {interval}");
        }
    }
}

#[test]
fn instruments_are_asked_about_in_this_order() {
    let catalog = Catalog::of(facts());
    let check = |name: &str, polled: &[&str], streamed: &[&str], second: Option<&str>| {
        let symbol = symbol(name);
        assert_eq!(catalog.sources(&symbol), polled, "{name}");
        assert_eq!(catalog.streams(&symbol), streamed, "{name}");
        assert_eq!(catalog.second_live_source(&symbol), second, "{name}");
    };
    for name in ["CAC40", "GC=F", "^GSPC"] {
        check(name, &["yahoo"], &["yahoo"], None);
    }
    for name in ["AAPL", "ABCDEF=X"] {
        check(
            name,
            &["yahoo", "tiingo", "alpaca", "twelvedata", "eodhd"],
            &["yahoo", "alpaca"],
            Some("tiingo"),
        );
    }
    let of_currencies = ["yahoo", "twelvedata", "er_api", "ecb"];
    check("EUR/USD", &of_currencies, &["yahoo"], Some("twelvedata"));
    let of_coins = ["coingecko", "yahoo", "coinbase", "binance", "twelvedata"];
    check("BTC/EUR", &of_coins, &["kraken", "yahoo"], Some("yahoo"));
}

#[test]
fn every_kind_has_a_source() {
    for kind in Kind::ALL {
        let has = |source: &SourceFacts| {
            let ranks = source.polled.as_ref().map(|polled| polled.ranks);
            ranks.is_some_and(|ranks| ranks.iter().any(|rank| rank.kinds.contains(&kind)))
        };
        assert!(facts().any(has), "{kind:?}");
    }
}

#[test]
fn names_that_sources_use_lead_to_ours() {
    let catalog = Catalog::of(facts());
    for (name, theirs) in [
        ("CAC40", "^FCHI"),
        ("EUR/USD", "EURUSD=X"),
        ("USD/JPY", "JPY=X"),
        ("BTC/EUR", "BTC-EUR"),
        ("BTC/EUR", "XXBTZEUR"),
        ("USD/VND", "VND=X"),
        ("ABCDEF=X", "ABCDEF=X"),
    ] {
        assert_eq!(catalog.canonical(&symbol(theirs)), symbol(name), "{theirs}");
    }
    assert_eq!(catalog.aliases(&symbol("CAC40")), ["^FCHI"]);
    assert_eq!(catalog.aliases(&symbol("EUR/USD")), ["EURUSD=X", "EUR_USD"]);
    assert_eq!(catalog.aliases(&symbol("BTC/EUR")), ["BTC-EUR", "BTC_EUR", "XBT/EUR"]);
}
