use jiff::civil::date;
use market::{
    Allowance, Catalog, Credit, Kind, Polled, Rank, ReferenceRates, SourceFacts, Spelling, Streamed,
};
use testkit::{allowance, upstream_facts};

/// Enough that budgets play no part; they have tests of their own.
const PLENTY: Allowance = allowance(1e9, 1e9);

const LISTED: &[Kind] = &[Kind::Index, Kind::Equity, Kind::Future, Kind::Currency];
const EVERYTHING: &[Rank] =
    &[Rank { kinds: &[Kind::Crypto], rank: 20 }, Rank { kinds: LISTED, rank: 10 }];

const fn polled(
    name: &'static str,
    allowance: Allowance,
    is_live: bool,
    ranks: &'static [Rank],
) -> SourceFacts {
    let upstream = upstream_facts(name, allowance);
    SourceFacts {
        name,
        credit: Credit { text: name, url: None },
        polled: Some(Polled { upstream, ranks, is_live, intervals: &[], tells_actions: true }),
        streamed: None,
        spelling: None,
        reference: None,
    }
}

pub(crate) const fn yahoo(asked: Allowance, streams: Allowance) -> SourceFacts {
    SourceFacts {
        streamed: Some(Streamed {
            upstream: upstream_facts("yahoo_stream", streams),
            ranks: EVERYTHING,
        }),
        spelling: Some(Spelling {
            names: &[("CAC40", "^FCHI")],
            codes: &[],
            pair: |name| match name.strip_suffix("=X")? {
                codes if codes.len() == 3 => Some(("USD", codes)),
                codes => codes.split_at_checked(3),
            },
            of_pair: |base, quote| format!("{base}{quote}=X"),
        }),
        ..polled("yahoo", asked, true, EVERYTHING)
    }
}

static YAHOO: SourceFacts = yahoo(PLENTY, PLENTY);
static COINGECKO: SourceFacts =
    polled("coingecko", PLENTY, true, &[Rank { kinds: &[Kind::Crypto], rank: 10 }]);
static ER_API: SourceFacts =
    polled("er_api", PLENTY, false, &[Rank { kinds: &[Kind::Currency], rank: 20 }]);
static ECB: SourceFacts = SourceFacts {
    reference: Some(ReferenceRates {
        source: "ecb",
        set_by: "the ECB",
        base: "EUR",
        first: date(1999, 1, 4),
        time_zone: "Europe/Berlin",
        currencies: &["ISK", "JPY", "USD"],
        ended: &["HRK"],
        stopped: &[],
    }),
    ..polled("ecb", PLENTY, false, &[Rank { kinds: &[Kind::Currency], rank: 30 }])
};
static KRAKEN: SourceFacts = SourceFacts {
    polled: None,
    streamed: Some(Streamed {
        upstream: upstream_facts("kraken", PLENTY),
        ranks: &[Rank { kinds: &[Kind::Crypto], rank: 10 }],
    }),
    ..polled("kraken", PLENTY, true, &[])
};

/// Five sources, each of which may be asked as often as one likes.
pub(crate) fn catalog() -> Catalog {
    catalog_with(&YAHOO)
}

/// The same with another first one.
pub(crate) fn catalog_with(yahoo: &'static SourceFacts) -> Catalog {
    Catalog::of([yahoo, &COINGECKO, &ER_API, &ECB, &KRAKEN])
}
