use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use market::{DocumentOffer, DocumentQuery, Symbol};

use crate::yahoo::spelling;

/// Which of Yahoo's hosts answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// The one that prices are asked of.
    Data,
    /// The one of the pages.
    Site,
}

/// What may be asked for: an address, what it takes, and how long its answer is current.
pub(super) struct Resource {
    pub(super) host: Host,
    path: &'static [Part],
    /// Those that an answer depends on; any other a client sends is left out.
    parameters: &'static [&'static str],
    is_posted: bool,
    lifetime: Lifetime,
}

/// A segment of a path.
enum Part {
    /// That word.
    Is(&'static str),
    /// An instrument.
    Instrument,
    /// A key such as `technology` or `US`.
    Key,
}

/// For how long an answer is current.
enum Lifetime {
    Always(Duration),
    /// By the modules that are asked for: the shortest of them.
    OfModules,
}

use Lifetime::{Always, OfModules};
use Part::{Instrument, Is, Key};

/// With prices in it: they move, but nobody who wants the latest asks here.
const PRICES: Duration = Duration::from_mins(2);
/// News, and what is popular.
const NEWS: Duration = Duration::from_mins(5);
/// Estimates, ratings and dates of events: some change on a day of trading.
const EVENTS: Duration = Duration::from_hours(1);
/// Profiles, holders and what is published each quarter.
const FACTS: Duration = Duration::from_hours(24);

/// Modules that have prices in them.
const PRICED: [&str; 4] = ["price", "summaryDetail", "financialData", "defaultKeyStatistics"];

/// Modules that tell what is published now and then.
const SELDOM: [&str; 21] = [
    "assetProfile",
    "summaryProfile",
    "quoteType",
    "esgScores",
    "institutionOwnership",
    "fundOwnership",
    "majorDirectHolders",
    "majorHoldersBreakdown",
    "insiderHolders",
    "insiderTransactions",
    "netSharePurchaseActivity",
    "topHoldings",
    "fundProfile",
    "fundPerformance",
    "incomeStatementHistory",
    "incomeStatementHistoryQuarterly",
    "balanceSheetHistory",
    "balanceSheetHistoryQuarterly",
    "cashflowStatementHistory",
    "cashflowStatementHistoryQuarterly",
    "earningsHistory",
];

const fn get(
    path: &'static [Part],
    parameters: &'static [&'static str],
    lifetime: Lifetime,
) -> Resource {
    Resource { host: Host::Data, path, parameters, is_posted: false, lifetime }
}

const fn post(
    path: &'static [Part],
    parameters: &'static [&'static str],
    lifetime: Lifetime,
) -> Resource {
    Resource { is_posted: true, ..get(path, parameters, lifetime) }
}

/// All that may be asked for.
static RESOURCES: [Resource; 16] = [
    get(
        &[Is("v10"), Is("finance"), Is("quoteSummary"), Instrument],
        &["modules", "formatted", "lang", "region"],
        OfModules,
    ),
    get(
        &[Is("v11"), Is("finance"), Is("quoteSummary")],
        &["symbols", "modules", "formatted", "lang", "region"],
        OfModules,
    ),
    get(
        &[
            Is("ws"),
            Is("fundamentals-timeseries"),
            Is("v1"),
            Is("finance"),
            Is("timeseries"),
            Instrument,
        ],
        &["symbol", "type", "period1", "period2", "merge", "padTimeSeries", "lang", "region"],
        Always(FACTS),
    ),
    get(
        &[Is("v7"), Is("finance"), Is("options"), Instrument],
        &["date", "getAllData", "formatted", "lang", "region"],
        Always(PRICES),
    ),
    get(
        &[Is("v1"), Is("finance"), Is("screener"), Is("predefined"), Is("saved")],
        &[
            "scrIds",
            "start",
            "offset",
            "count",
            "sortField",
            "sortType",
            "fields",
            "useRecordsResponse",
            "formatted",
            "lang",
            "region",
        ],
        Always(PRICES),
    ),
    post(
        &[Is("v1"), Is("finance"), Is("screener")],
        &["formatted", "lang", "region"],
        Always(PRICES),
    ),
    post(&[Is("v1"), Is("finance"), Is("visualization")], &["lang", "region"], Always(EVENTS)),
    Resource {
        host: Host::Site,
        ..post(&[Is("xhr"), Is("ncp")], &["queryRef", "serviceKey", "lang", "region"], Always(NEWS))
    },
    get(
        &[Is("v1"), Is("finance"), Is("sectors"), Key],
        &["formatted", "withReturns", "lang", "region"],
        Always(EVENTS),
    ),
    get(
        &[Is("v1"), Is("finance"), Is("industries"), Key],
        &["formatted", "withReturns", "lang", "region"],
        Always(EVENTS),
    ),
    get(
        &[Is("ws"), Is("insights"), Is("v1"), Is("finance"), Is("insights")],
        &["symbol", "reportsCount", "lang", "region"],
        Always(EVENTS),
    ),
    get(
        &[Is("ws"), Is("insights"), Is("v2"), Is("finance"), Is("insights")],
        &["symbol", "reportsCount", "getAllResearchReports", "formatted", "lang", "region"],
        Always(EVENTS),
    ),
    get(
        &[Is("ws"), Is("screeners"), Is("v1"), Is("finance"), Is("calendar-events")],
        &[
            "startDate",
            "endDate",
            "modules",
            "countPerDay",
            "economicEventsHighImportanceOnly",
            "economicEventsRegionFilter",
            "formatted",
            "lang",
            "region",
        ],
        Always(EVENTS),
    ),
    get(
        &[Is("v1"), Is("finance"), Is("trending"), Key],
        &["count", "formatted", "lang", "region"],
        Always(NEWS),
    ),
    get(
        &[Is("v6"), Is("finance"), Is("recommendationsbysymbol"), Instrument],
        &["lang", "region"],
        Always(EVENTS),
    ),
    get(
        &[Is("v1"), Is("finance"), Is("quoteType"), Instrument],
        &["formatted", "lang", "region"],
        Always(FACTS),
    ),
];

/// What is asked for at a path, if that may be.
pub(super) fn find(path: &[String]) -> Option<&'static Resource> {
    RESOURCES.iter().find(|resource| resource.is_at(path))
}

/// A question as Yahoo takes it, asked now, if it may be asked.
pub(crate) fn offer(asked: &DocumentQuery, now: Timestamp) -> Option<DocumentOffer> {
    let resource = find(asked.path()).filter(|it| it.is_posted == asked.body().is_some())?;
    let path = resource.path.iter().zip(asked.path()).map(|(part, text)| part.spelt(text));
    let taken = |(name, _): &&(String, String)| resource.parameters.contains(&name.as_str());
    let parameters = asked.parameters().iter().filter(taken);
    let parameters = parameters.map(|(name, value)| (name.clone(), settled(name, value, now)));
    let query = DocumentQuery::new(path, parameters);
    let query = match asked.body() {
        Some(body) => query.with_body(body.clone()),
        None => query,
    };
    let lifetime = resource.lifetime.of(asked);
    Some(DocumentOffer { query, lifetime })
}

impl Resource {
    fn is_at(&self, path: &[String]) -> bool {
        self.path.len() == path.len()
            && self.path.iter().zip(path).all(|(part, text)| part.fits(text))
    }
}

impl Part {
    fn fits(&self, text: &str) -> bool {
        match self {
            Is(word) => *word == text,
            Instrument => {
                text.parse::<Symbol>().is_ok() && text.contains(|c: char| c.is_ascii_alphanumeric())
            }
            Key => {
                let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
                (1..=64).contains(&text.len()) && text.chars().all(fits)
            }
        }
    }

    /// The segment as Yahoo spells it. Expects one that fits.
    fn spelt(&self, text: &str) -> String {
        match self {
            Instrument => text.parse().map_or_else(
                |_| text.to_owned(),
                |symbol| spelling::name_of(&spelling::canonical(&symbol)),
            ),
            Is(_) | Key => text.to_owned(),
        }
    }
}

impl Lifetime {
    fn of(&self, asked: &DocumentQuery) -> Duration {
        match self {
            Always(lifetime) => *lifetime,
            OfModules => {
                let modules = asked.parameter("modules").unwrap_or_default().split(',');
                modules.map(|module| of_module(module.trim())).min().unwrap_or(PRICES)
            }
        }
    }
}

fn of_module(module: &str) -> Duration {
    match module {
        priced if PRICED.contains(&priced) => PRICES,
        seldom if SELDOM.contains(&seldom) => FACTS,
        _ => EVENTS,
    }
}

/// An end that is now, as some clients say it, is the end of today for all of them: else
/// each second would be another question. Nothing is dated later than now.
fn settled(name: &str, value: &str, now: Timestamp) -> String {
    let end = value.parse().ok().and_then(|second| Timestamp::from_second(second).ok());
    let is_recent = |end: &Timestamp| now.duration_since(*end) < SignedDuration::from_hours(1);
    match end.filter(is_recent).filter(|_| name == "period2") {
        Some(_) => end_of_day(now).map_or_else(|| value.to_owned(), |end| end.to_string()),
        None => value.to_owned(),
    }
}

fn end_of_day(now: Timestamp) -> Option<i64> {
    let today = now.to_zoned(TimeZone::UTC).start_of_day().ok()?;
    Some(today.checked_add(1.day()).ok()?.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2025-10-29T12:00:00Z".parse().unwrap()
    }

    fn asked(address: &str) -> DocumentQuery {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let parameters = url::form_urlencoded::parse(query.as_bytes()).into_owned();
        DocumentQuery::new(path.split('/'), parameters)
    }

    fn lifetime(address: &str) -> Option<Duration> {
        offer(&asked(address), now()).map(|offer| offer.lifetime)
    }

    #[test]
    fn each_kind_has_its_lifetime() {
        let check = |address: &str, expected| assert_eq!(lifetime(address), expected, "{address}");
        check("v10/finance/quoteSummary/AAPL?modules=assetProfile,price", Some(PRICES));
        check("v10/finance/quoteSummary/AAPL?modules=assetProfile,quoteType", Some(FACTS));
        check("v10/finance/quoteSummary/AAPL?modules=calendarEvents,assetProfile", Some(EVENTS));
        check("v11/finance/quoteSummary?symbols=AAPL&modules=price", Some(PRICES));
        check("ws/fundamentals-timeseries/v1/finance/timeseries/AAPL?type=x", Some(FACTS));
        check("v7/finance/options/%5EGSPC", None);
        check("v7/finance/options/^GSPC", Some(PRICES));
        check("v1/finance/sectors/technology", Some(EVENTS));
        check("v1/finance/trending/US", Some(NEWS));
    }

    #[test]
    fn nothing_else_is_asked_for() {
        for address in [
            "v7/finance/download/AAPL",
            "v10/finance/quoteSummary",
            "v10/finance/quoteSummary/AAPL/more",
            "v10/finance/quoteSummary/..",
            "v10/finance/quoteSummary/A#B",
            "v1/finance/sectors/..",
            "v1/finance/sectors/a%2Fb",
            "v1/test/getcrumb",
            "v1/finance/screener",
            "http:/example.com",
            "",
        ] {
            assert_eq!(offer(&asked(address), now()), None, "{address}");
        }
        let posted = asked("v7/finance/options/AAPL").with_body(*b"{}");
        assert_eq!(offer(&posted, now()), None, "it takes no body");
        assert!(offer(&asked("v1/finance/screener").with_body(*b"{}"), now()).is_some());
    }

    #[test]
    fn what_a_client_sends_beside_is_left_out() {
        let one = offer(&asked("v7/finance/options/aapl?crumb=x&date=1&apikey=secret"), now());
        let other = offer(&asked("v7/finance/options/AAPL?date=1&corsDomain=y"), now());
        assert_eq!(one, other);
        let query = one.unwrap().query;
        assert_eq!(query.parameters(), [("date".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn an_instrument_is_asked_for_by_its_own_name() {
        for name in ["CAC40", "^FCHI"] {
            let query = offer(&asked(&format!("v7/finance/options/{name}")), now()).unwrap().query;
            assert_eq!(query.path().last().map(String::as_str), Some("^FCHI"));
        }
    }

    #[test]
    fn an_end_that_is_now_is_the_same_all_day() {
        let path = "ws/fundamentals-timeseries/v1/finance/timeseries/AAPL";
        let at = |instant: &str, end: &str| {
            let instant: Timestamp = instant.parse().unwrap();
            let end: Timestamp = end.parse().unwrap();
            let address = format!("{path}?period2={}", end.as_second());
            offer(&asked(&address), instant).unwrap().query
        };
        let noon = at("2025-10-29T12:00:00Z", "2025-10-29T12:00:00Z");
        assert_eq!(noon, at("2025-10-29T13:00:01Z", "2025-10-29T13:00:00Z"));
        assert_eq!(noon, at("2025-10-29T13:00:00Z", "2025-10-30T00:00:00Z"));
        assert_ne!(noon, at("2025-10-29T13:00:00Z", "2025-10-28T00:00:00Z"));
    }
}
