use super::*;
use crate::{Allowance, Credit, Interval, Polled, Rank, Redistribution, Spelling, Streamed};

const fn upstream(name: &'static str) -> UpstreamFacts {
    UpstreamFacts {
        name,
        label: name,
        gives: "",
        address: "https://example.com",
        address_setting: "MARKETPULSE_EXAMPLE_URL",
        address_about: "base address of an example",
        key: None,
        allowance: Allowance {
            per_hour: 60.0,
            burst: 6.0,
            terms: "",
            terms_url: "",
            redistribution: Redistribution::Private,
        },
        probe: "EUR/USD",
    }
}

const fn source(name: &'static str, is_live: bool, ranks: &'static [Rank]) -> SourceFacts {
    let intervals: &[Interval] = &[];
    SourceFacts {
        name,
        credit: Credit { text: name, url: None },
        polled: Some(Polled {
            upstream: upstream(name),
            ranks,
            is_live,
            intervals,
            tells_actions: true,
        }),
        streamed: None,
        spelling: None,
        reference: None,
    }
}

static BROAD: SourceFacts = SourceFacts {
    streamed: Some(Streamed {
        upstream: upstream("broad_stream"),
        ranks: &[Rank { kinds: &[Kind::Equity, Kind::Crypto], rank: 20 }],
    }),
    spelling: Some(Spelling {
        names: &[("CAC40", "^FCHI")],
        codes: &[],
        pair: |name| name.strip_suffix("=X")?.split_at_checked(3),
        of_pair: |base, quote| format!("{base}{quote}=X"),
    }),
    ..source(
        "broad",
        true,
        &[
            Rank { kinds: &[Kind::Crypto], rank: 20 },
            Rank { kinds: &[Kind::Index, Kind::Equity, Kind::Currency], rank: 10 },
        ],
    )
};
static COINS: SourceFacts = source("coins", true, &[Rank { kinds: &[Kind::Crypto], rank: 10 }]);
static DAILY: SourceFacts = source("daily", false, &[Rank { kinds: &[Kind::Currency], rank: 10 }]);
static VENUE: SourceFacts = SourceFacts {
    polled: None,
    streamed: Some(Streamed {
        upstream: upstream("venue"),
        ranks: &[Rank { kinds: &[Kind::Crypto], rank: 10 }],
    }),
    spelling: Some(Spelling {
        names: &[],
        codes: &[("BTC", "XBT"), ("EUR", "ZEUR")],
        pair: |name| name.strip_prefix("XBT^").map(|quote| ("XBT", quote)),
        of_pair: |base, quote| format!("{base}^{quote}"),
    }),
    ..source("venue", true, &[])
};

fn catalog() -> Catalog {
    Catalog::of([&BROAD, &COINS, &DAILY, &VENUE])
}

fn symbol(text: &str) -> Symbol {
    text.parse().unwrap()
}

#[test]
fn all_spellings_of_an_instrument_are_one() {
    for (name, spellings) in [
        ("CAC40", vec!["CAC40", "^FCHI", "cac40"]),
        ("EUR/USD", vec!["EUR/USD", "EUR_USD", "EURUSD=X", "eur/usd"]),
        ("BTC/EUR", vec!["BTC/EUR", "BTC_EUR", "BTC-EUR", "XBT/EUR", "XBT-EUR", "BTC/ZEUR"]),
        ("KWD/USD", vec!["KWD/USD", "KWD_USD", "KWDUSD=X"]),
        ("EUR/DEM", vec!["EUR/DEM", "EUR_DEM", "EURDEM=X"]),
        ("ALLTOP", vec!["ALLTOP"]),
        ("ALL-TOP", vec!["ALL-TOP"]),
        ("XBTEUR", vec!["XBTEUR"]),
        ("XYZ/ABC", vec!["XYZ/ABC"]),
        ("BRK-B", vec!["BRK-B"]),
        ("EURUSD", vec!["EURUSD"]),
        ("ABCDEF=X", vec!["ABCDEF=X"]),
    ] {
        for spelling in spellings {
            assert_eq!(catalog().canonical(&symbol(spelling)), symbol(name), "{spelling}");
        }
    }
}

#[test]
fn without_sources_our_own_names_are_still_read() {
    assert_eq!(Catalog::new().canonical(&symbol("BTC-EUR")), symbol("BTC/EUR"));
    assert_eq!(Catalog::new().canonical(&symbol("^FCHI")), symbol("^FCHI"));
    assert!(Catalog::new().sources(&symbol("BTC/EUR")).is_empty());
}

#[test]
fn symbols_give_away_kind_and_currency() {
    let check = |name: &str, kind, currency: &str| {
        let instrument = Catalog::new().instrument(&symbol(name));
        assert_eq!(instrument.kind, kind, "{name}");
        assert_eq!(instrument.currency, currency.parse().ok(), "{name}");
    };
    check("CAC40", Kind::Index, "EUR");
    check("^GSPC", Kind::Index, "");
    check("EUR/USD", Kind::Currency, "USD");
    check("BTC/EUR", Kind::Crypto, "EUR");
    check("GC=F", Kind::Future, "");
    check("ABCDEF=X", Kind::Currency, "");
    check("AAPL", Kind::Equity, "");
}

#[test]
fn sources_are_asked_by_rank_and_of_equal_rank_as_they_are_registered() {
    let catalog = catalog();
    let check = |name: &str, polled: &[&str], streamed: &[&str], second: Option<&str>| {
        let symbol = symbol(name);
        assert_eq!(catalog.sources(&symbol), polled, "{name}");
        assert_eq!(catalog.streams(&symbol), streamed, "{name}");
        assert_eq!(catalog.second_live_source(&symbol), second, "{name}");
    };
    check("BTC/EUR", &["coins", "broad"], &["venue", "broad"], Some("broad"));
    check("EUR/USD", &["broad", "daily"], &[], None);
    check("AAPL", &["broad"], &["broad"], None);
    // Nobody but its own source can know what it means.
    check("ABCDEF=X", &["broad"], &["broad"], None);
    check("GC=F", &[], &[], None);
}

#[test]
fn a_pair_has_two_digits_more_than_its_currency() {
    for (pair, digits) in [("EUR/USD", 4), ("USD/JPY", 3), ("USD/KWD", 5), ("USD/VND", 3)] {
        assert_eq!(Catalog::new().instrument(&symbol(pair)).price_decimals, digits, "{pair}");
    }
}

#[test]
fn every_alias_leads_back() {
    let aliases = |name: &str| catalog().aliases(&symbol(name));
    assert_eq!(aliases("CAC40"), ["^FCHI"]);
    assert_eq!(aliases("EUR/USD"), ["EURUSD=X", "EUR_USD"]);
    assert_eq!(aliases("BTC/EUR"), ["BTC-EUR", "BTCEUR=X", "BTC_EUR"]);
    assert!(aliases("AAPL").is_empty());
}

#[test]
fn an_instrument_is_spelt_as_a_source_does() {
    let spelt = |source: &str, name: &str| catalog().spelt_by(source, &symbol(name));
    assert_eq!(spelt("broad", "CAC40").as_deref(), Some("^FCHI"));
    assert_eq!(spelt("broad", "EUR/USD").as_deref(), Some("EURUSD=X"));
    assert_eq!(spelt("broad", "AAPL").as_deref(), Some("AAPL"));
    assert_eq!(spelt("coins", "BTC/EUR"), None, "nobody spells it so");
    assert_eq!(spelt("nobody", "AAPL"), None);
}

#[test]
fn near_misses_are_named() {
    let near = |text: &str| Catalog::new().near(&symbol(text), [].into_iter());
    assert_eq!(near("CAC4O")[0], symbol("CAC40"));
    assert_eq!(near("EURUSDX")[0], symbol("EUR/USD"));
    assert_eq!(near("USDVND")[0], symbol("USD/VND"));
    assert_eq!(near("DOGEEUR")[0], symbol("DOGE/EUR"));
    assert_eq!(catalog().near(&symbol("XBTUSD"), [].into_iter())[0], symbol("BTC/USD"));
    assert!(near("QQQQQQQQ").is_empty());
}
