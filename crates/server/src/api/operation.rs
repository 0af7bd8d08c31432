//! The routes, by name of their constants.

use http::{Operation, Params};

use super::requests as r;

/// Every route that answers with data, in the order of the document.
#[cfg(test)]
pub(crate) const ALL: [&Operation; 23] = [
    &LATEST,
    &HISTORY,
    &CONFIG,
    &SOURCES,
    &INSTRUMENTS,
    &INSTRUMENT,
    &SEARCH,
    &QUOTES,
    &QUOTE,
    &VALUE,
    &QUOTE_VERSIONS,
    &BARS,
    &ALIGNED_BARS,
    &BAR_VERSIONS,
    &ACTIONS,
    &ACTION_VERSIONS,
    &CHANGES,
    &DISPUTES,
    &REPAIRS,
    &CALENDARS,
    &CALENDAR,
    &RATE,
    &CONVERT,
];

pub(crate) const LATEST: Operation = Operation {
    id: "latest",
    path: "/marketpulse/latest",
    summary: "The watched prices",
    about: "A price per label in `data`; `quotes` says of each where it is from and how old it is. A price that cannot be had is `null`, and `quotes` says why.",
    params: <()>::DECLARED,
    tabular: false,
};
pub(crate) const HISTORY: Operation = Operation {
    id: "history",
    path: "/marketpulse/history",
    summary: "Closing prices of one instrument",
    about: "The route of the original service; `/marketpulse/v1/bars/{symbol}` takes more and gives more.",
    params: r::HistoryParams::DECLARED,
    tabular: false,
};
pub(crate) const CONFIG: Operation = Operation {
    id: "config",
    path: "/marketpulse/config",
    summary: "The settings in force",
    about: "",
    params: <()>::DECLARED,
    tabular: false,
};
pub(crate) const SOURCES: Operation = Operation {
    id: "sources",
    path: "/marketpulse/v1/sources",
    summary: "How the upstreams are",
    about: "Per upstream whether it is asked, what it may still be asked, and its last success and error; per watched instrument who serves it and what speaks against its price.",
    params: <()>::DECLARED,
    tabular: false,
};
pub(crate) const INSTRUMENTS: Operation = Operation {
    id: "instruments",
    path: "/marketpulse/v1/instruments",
    summary: "Every instrument known here",
    about: "Those that were ever asked for and described by a source, and the watched ones.",
    params: r::InstrumentsParams::DECLARED,
    tabular: true,
};
pub(crate) const INSTRUMENT: Operation = Operation {
    id: "instrument",
    path: "/marketpulse/v1/instruments/{symbol}",
    summary: "All that is known of one instrument",
    about: "Name, kind, currency and its minor unit, exchange, time zone, session, first bar, sources in order, other spellings.",
    params: r::InstrumentParams::DECLARED,
    tabular: false,
};
pub(crate) const SEARCH: Operation = Operation {
    id: "search",
    path: "/marketpulse/v1/search",
    summary: "Find an instrument by name, symbol or ISIN",
    about: "Instruments known here come first, then what an upstream finds. Works on what is known when no upstream can be reached; `upstream` says whether one answered.",
    params: r::SearchParams::DECLARED,
    tabular: true,
};
pub(crate) const QUOTES: Operation = Operation {
    id: "quotes",
    path: "/marketpulse/v1/quotes",
    summary: "Latest prices of many instruments",
    about: "A row per symbol in the order asked. One that cannot be had has no price and says why in `reason` and `detail`; the others are not affected.",
    params: r::QuotesParams::DECLARED,
    tabular: true,
};
pub(crate) const QUOTE: Operation = Operation {
    id: "quote",
    path: "/marketpulse/v1/quotes/{symbol}",
    summary: "The latest price of one instrument",
    about: "With its change, the day's range, the market's state, where it is from and how old it is.",
    params: r::QuoteParams::DECLARED,
    tabular: true,
};
pub(crate) const VALUE: Operation = Operation {
    id: "value",
    path: "/marketpulse/v1/value/{symbol}",
    summary: "One figure alone, for a cell of a spreadsheet",
    about: "The price, or another field of the quote, as bare text without a line end. What else is known stands in the headers X-Freshness, X-Source, X-Currency, X-As-Of, X-Simulated and X-Reason. Where there is no figure the answer is an error, so that a cell shows one: never empty, never 0.",
    params: r::ValueParams::DECLARED,
    tabular: false,
};
pub(crate) const BARS: Operation = Operation {
    id: "bars",
    path: "/marketpulse/v1/bars/{symbol}",
    summary: "Price history of one instrument",
    about: "Open, high, low, close and volume per interval, oldest first. `date` is the trading date at the exchange, `open_time` the instant the bar began. A hole is a missing row, never a zero. The last bar is `provisional` while its interval runs. `indicators` adds moving averages and the like; JSON then lists them in `indicators` as well.",
    params: r::BarsParams::DECLARED,
    tabular: true,
};
pub(crate) const ALIGNED_BARS: Operation = Operation {
    id: "aligned_bars",
    path: "/marketpulse/v1/bars",
    summary: "Several instruments side by side",
    about: "One row per trading date (per instant for intervals under a day) and one column per symbol, of closes unless `field` says otherwise. Where an instrument has no bar, its cell is `null`: nothing is carried forward. A symbol that cannot be had has an entry in `problems` and a column of nulls.",
    params: r::AlignedParams::DECLARED,
    tabular: true,
};
pub(crate) const ACTIONS: Operation = Operation {
    id: "actions",
    path: "/marketpulse/v1/actions/{symbol}",
    summary: "Dividends, splits and capital gains",
    about: "By ex-date. A dividend's `amount` is per share, in the row's own `currency`, as the source states it: on today's shares.",
    params: r::ActionsParams::DECLARED,
    tabular: true,
};
pub(crate) const QUOTE_VERSIONS: Operation = Operation {
    id: "quote_versions",
    path: "/marketpulse/v1/quotes/{symbol}/versions",
    summary: "All that was ever shown of an instrument's price",
    about: "A row for each version: what was shown, whose price it was, from when until when, and why. What is shown now has no `known_until`. Of prices that were streamed within one second the last is kept: then `unkept_since` says since when others were shown. The dates are those on which it was shown, where the instrument trades. Nobody is asked. At most 10,000 rows unless another number is asked for.",
    params: r::QuoteVersionsParams::DECLARED,
    tabular: true,
};
pub(crate) const BAR_VERSIONS: Operation = Operation {
    id: "bar_versions",
    path: "/marketpulse/v1/bars/{symbol}/versions",
    summary: "Every version of an instrument's bars",
    about: "A row for each version of each bar: what its source said, from when until when that was known here, and why. Nothing is ever overwritten: what is in force has no `known_until`. A bar that was withdrawn has a row without prices. As its source publishes them, not adjusted by us. Nobody is asked.",
    params: r::BarVersionsParams::DECLARED,
    tabular: true,
};
pub(crate) const ACTION_VERSIONS: Operation = Operation {
    id: "action_versions",
    path: "/marketpulse/v1/actions/{symbol}/versions",
    summary: "Every version of dividends, splits and capital gains",
    about: "By ex-date, as for bars. An action that was moved ends on one day and begins on another, both `moved`.",
    params: r::ActionVersionsParams::DECLARED,
    tabular: true,
};
pub(crate) const CHANGES: Operation = Operation {
    id: "changes",
    path: "/marketpulse/v1/changes",
    summary: "What of history holds no more",
    about: "For whoever holds a copy: what was corrected, restamped, withdrawn, moved or rebased since an instant, oldest first, with the first and last date that are concerned. What only became known, and what a running bar came to, is no change. The event `revised` says the same as it happens.",
    params: r::ChangesParams::DECLARED,
    tabular: true,
};
pub(crate) const DISPUTES: Operation = Operation {
    id: "disputes",
    path: "/marketpulse/v1/disputes",
    summary: "What is disputed, and was",
    about: "Prices and histories that two statements contradict, the newest first: who said what when it began, since when, until when, and which of the two is shown since. Nobody is asked. At most 1,000 rows unless another number is asked for.",
    params: r::DisputesParams::DECLARED,
    tabular: true,
};
pub(crate) const REPAIRS: Operation = Operation {
    id: "repairs",
    path: "/marketpulse/v1/repairs",
    summary: "Days of a source's history that others know better",
    about: "A close that two other sources contradict, or a day without a bar, with the bar that is right, who says so, since when, and whether it is served in its place (the setting MARKETPULSE_REPAIR) or suggested. The newest first. Nobody is asked. At most 1,000 rows unless another number is asked for.",
    params: r::RepairsParams::DECLARED,
    tabular: true,
};
pub(crate) const CALENDARS: Operation = Operation {
    id: "calendars",
    path: "/marketpulse/v1/calendars",
    summary: "The exchanges whose calendar is known",
    about: "With the first and last day that is known of each. FX and CRYPTO stand for markets without an exchange.",
    params: r::CalendarsParams::DECLARED,
    tabular: true,
};
pub(crate) const CALENDAR: Operation = Operation {
    id: "calendar",
    path: "/marketpulse/v1/calendars/{mic}",
    summary: "When one exchange trades",
    about: "Its days of trading, with hours, the rest at noon and short days. A day that is missing is a holiday or weekend, or lies outside `first_day` and `last_day`. Where an upstream states other hours for its day, prices follow the upstream.",
    params: r::CalendarParams::DECLARED,
    tabular: true,
};
pub(crate) const RATE: Operation = Operation {
    id: "rate",
    path: "/marketpulse/v1/fx/{base}/{to}",
    summary: "What one currency costs in another",
    about: "Directly where a pair is quoted, else through others: `path` shows each step with its source.",
    params: r::RateParams::DECLARED,
    tabular: false,
};
pub(crate) const CONVERT: Operation = Operation {
    id: "convert",
    path: "/marketpulse/v1/fx/convert",
    summary: "Convert an amount",
    about: "",
    params: r::ConvertParams::DECLARED,
    tabular: false,
};

/// `GET /marketpulse/stream`, as declared.
pub(crate) const STREAM: Operation = Operation {
    id: "stream",
    path: "/marketpulse/stream",
    summary: "Prices as they change",
    about: "Server-sent events: a snapshot, then every change. `Last-Event-ID` resumes.",
    params: r::StreamParams::DECLARED,
    tabular: false,
};

/// `GET /marketpulse/ws`, as declared.
pub(crate) const WS: Operation = Operation {
    id: "ws",
    path: "/marketpulse/ws",
    summary: "Prices as they change, over WebSocket",
    about: "The same events; subscribe and unsubscribe while connected.",
    params: <()>::DECLARED,
    tabular: false,
};
