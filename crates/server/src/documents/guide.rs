//! What holds for all of the data API, once, for the document and for the page.

/// A part of the guide.
pub(crate) struct Part {
    /// Its anchor.
    pub(crate) id: &'static str,
    /// What it is about.
    pub(crate) title: &'static str,
    /// In Markdown that has paragraphs and code, nothing else.
    pub(crate) text: &'static str,
}

/// The guide, in the order it is read.
pub(crate) const GUIDE: [Part; 10] = [
    Part {
        id: "numbers",
        title: "What comes with a number",
        text: "Every value says its `source`, when it was true (`as_of`) and when it was received (`received_at`). \
            `freshness` says whether it can be taken for the present one: `fresh`, `stale`, `missing` or `simulated`. \
            `null` means unknown; it never stands for zero. A price is in the `currency` beside it, as published: `GBp` is pence. \
            Digits are the source's own, nothing is rounded.\n\n\
            Instants are UTC, RFC 3339. A `date` is the trading date at the exchange. `from` and `to` take either, or seconds (10 digits) or \
            milliseconds (13 digits) since 1970: bars shorter than a day are then those that opened between the two, themselves included; longer \
            ones those of the dates that it was where the instrument trades. A date is its whole trading day, as `to` too.",
    },
    Part {
        id: "symbols",
        title: "Symbols",
        text: "Any spelling works: `CAC40` or `^FCHI`, `EUR/USD`, `EUR_USD` or `EURUSD=X`, `BTC/EUR` or `BTC-EUR`. \
            In a path a slash is written `%2F`, and `^` is written `%5E`. `/marketpulse/v1/search` finds a symbol by name or ISIN.\n\n\
            A list has commas between its parts, or a key for each: `symbols=AAPL,MSFT` or `symbols=AAPL&symbols=MSFT`.",
    },
    Part {
        id: "formats",
        title: "Formats",
        text: "Routes with rows write JSON (rows as objects), `columns` (JSON with an array for each column), `csv`, `ndjson` (an object a line), \
            `arrow` (the IPC stream), `arrow_file` and `parquet`. `format=` chooses; without it the `Accept` header does.\n\n\
            An address with rows may end as a file does, before the question mark, for tools that go by it: `.csv`, `.ndjson`, `.parquet`, `.arrow` (the IPC file), \
            `.arrows` (the stream), `.json`, `.columns.json`: `/marketpulse/v1/bars/AAPL.csv`, `/marketpulse/v1/quotes.parquet?symbols=AAPL,MSFT`. Only these, in lower case: \
            the dots in `BRK.B` and `AIR.PA` are the symbol's own, and a symbol that ends as a file does is written in capitals. `format=` may repeat the ending and not contradict it.\n\n\
            Spreadsheets take `/marketpulse/v1/value/AAPL`: the price alone, or another field of the quote with `field=`. `format=value` does the same for one quote, a rate and a conversion.\n\n\
            CSV, NDJSON, Arrow and Parquet repeat in every row what JSON says once, such as symbol, currency and source: a saved file \
            still tells where its numbers are from. In CSV an empty cell is unknown, and a text that a spreadsheet would take for a formula has an apostrophe before it.",
    },
    Part {
        id: "paging",
        title: "Paging",
        text: "`limit` cuts an answer. If there is more, `next` and the header `Link` with `rel=\"next\"` are the address of the rest. \
            Follow them as they are: bars that come or go meanwhile shift no page.",
    },
    Part {
        id: "indicators",
        title: "Indicators",
        text: "`indicators=sma:20,rsi:14` adds columns to the bars of one instrument, here `sma_20` and `rsi_14`, computed from the closes as \
            `adjust` has them. `fields` may name them. JSON says once, in `indicators`, which columns each has and how it is computed. \
            Figures have fifteen digits, and those of a `provisional` bar are provisional as it is.\n\n\
            They are computed over all bars of the question and no others, before `limit` takes a page: a bar has the same figures on every page, \
            and no more is asked of upstreams. A day without a bar is not counted. The first bars have none yet (`null`); `warm_up` says how many. \
            To have figures from the first row on, begin earlier and take the newest: `period=1y&order=desc&limit=20` rather than `period=1mo`.\n\n\
            `ema`, `rsi` and `macd` remember where they began, so one date has slightly different figures in two stretches. What the beginning \
            still weighs is below a thousandth after 3.5 × (n + 1) bars for an average of n, after 7 × n for `rsi:n`.\n\n\
            `sma:20`: mean of the latest 20 closes.\n\n\
            `ema:50`: previous + 2/(50 + 1) × (close − previous), begun with the mean of the first 50 closes.\n\n\
            `bollinger:20:2`: middle: mean of the latest 20 closes; upper and lower: 2 population standard deviations of these closes above and below it.\n\n\
            `rsi:14`: 100 × gain / (gain + loss): averages of the rises and the falls from close to close, begun with the mean of the first 14, \
            then (previous × (14 − 1) + latest) / 14 (Wilder). `null` while nothing has moved.\n\n\
            `macd:12:26:9`: EMA of 12 closes − EMA of 26 closes; signal: EMA of 9 of these; histogram: the first − signal; each EMA begun with a mean of as many.\n\n\
            `roc:12`: 100 × (close − close 12 bars before) / close 12 bars before, in percent. `null` where the earlier close is not above zero.",
    },
    Part {
        id: "past",
        title: "What was known then",
        text: "`as_of` answers with what this service answered at that instant: quotes, rates, bars, indicators, actions and `/marketpulse/history`. \
            Corrections that came later are left out, so a study can be repeated to the last digit. Freshness and ages are as of then; \
            of prices that were streamed within one second the last is stored, and of an instant between them the answer is 410, which names the next. It reaches back to when the instrument was first asked for here. \
            `known_at` is another name of the parameter, and the clearer one: in an answer, `as_of` is when a value was true.\n\n\
            No version is ever overwritten. `/marketpulse/v1/bars/{symbol}/versions` lists every version of every bar, from when until when \
            it was known and why, and so do `/marketpulse/v1/actions/{symbol}/versions` and `/marketpulse/v1/quotes/{symbol}/versions`. Whoever holds a copy asks `/marketpulse/v1/changes?since=` \
            what of it holds no more, or follows the event `revised` of the streams.",
    },
    Part {
        id: "streams",
        title: "Prices as they change",
        text: "`/marketpulse/stream?symbols=AAPL,EUR/USD` sends server-sent events: how things are, then every change. \
            `bars=1m` adds the bars that form. `/marketpulse/ws` sends the same over WebSocket, where symbols can be added and \
            left while connected. `/marketpulse/asyncapi.json` describes every event and order (AsyncAPI 3.0).",
    },
    Part {
        id: "keys",
        title: "Keys",
        text: "Without keys, whoever reaches the service may ask. From the first on that is made (`marketpulse keys create`), each request shows one: \
            `Authorization: Bearer KEY` or `X-API-Key: KEY`; a browser keeps it in a cookie after somebody has signed in at `/marketpulse/login`. \
            A client that can send neither a header nor a cookie, such as a cell of a spreadsheet, puts the key before the path: \
            `/k/KEY/marketpulse/v1/value/AAPL`. `/healthz` and `/readyz` want none.\n\n\
            401: no key was shown, or one that is unknown, has expired or was revoked; a browser is led to where one can be shown. 403: the key does not allow this: \
            answers want the scope `read`, streams `stream`; or the key says that its holder shows others what it is answered, \
            and the terms of a source forbid that: `detail` names it and says what would work. 429: it is used more often than it may be; `Retry-After` says when to ask again, and \
            the header `RateLimit` says under the name `key` how often it may still be used.",
    },
    Part {
        id: "caching",
        title: "Caching",
        text: "`Cache-Control` says for how long a copy may be used without asking. Most answers carry an `ETag`: \
            send it back in `If-None-Match` and you get 304 and no body if nothing has changed. Asking often costs the upstreams nothing: \
            one question is asked of them once, however many readers there are.\n\n\
            Tools that read a file in parts, by `HEAD` and `Range`, get one version: the one that such a request got can be read under its address for ten seconds \
            after it, the same bytes with the same `ETag`, and `Age` says for how long it has been served. A question for the whole is always answered with the newest. \
            Of answers of more than 20,000 rows no parts can be had; `HEAD` then says no length.",
    },
    Part {
        id: "errors",
        title: "Errors",
        text: "An error is a problem document (RFC 9457, `application/problem+json`). `type` is stable and for programs, `detail` says what was wrong, \
            with what, and what would work. 400: a parameter is unknown or not accepted, `parameter` names it; an optional one that is left empty counts as not given. \
            401 and 403: the key does not do, see there. 404: there is no such instrument, or nothing was known of it then, \
            `near` names what may have been meant. 406: no format suits `Accept`. 410: `as_of` lies before what is retained, or between prices that were streamed within one second. 429: nothing is held, and you have had your share of what upstreams may be asked; \
            the headers `RateLimit` and `RateLimit-Policy` tell how much is left of it, with each answer that took some. 503: nothing is held and no source can be reached, \
            `reason` says why and `Retry-After` when to ask again. While a value is held it is given, marked `stale`, whatever the upstreams do.",
    },
];

/// A thing to do, and the address that does it.
pub(crate) struct Task {
    /// What is wanted.
    pub(crate) want: &'static str,
    /// Where it is.
    pub(crate) address: &'static str,
}

/// What people come for most.
pub(crate) const TASKS: [Task; 8] = [
    Task { want: "The price of a share", address: "/marketpulse/v1/quotes/AAPL" },
    Task {
        want: "The price alone, for a cell of a spreadsheet",
        address: "/marketpulse/v1/value/AAPL",
    },
    Task {
        want: "A month of prices as CSV",
        address: "/marketpulse/v1/bars/AAPL?period=1mo&format=csv",
    },
    Task {
        want: "Ten years, adjusted for splits and dividends",
        address: "/marketpulse/v1/bars/AAPL?period=10y&adjust=all&format=csv",
    },
    Task {
        want: "A year of prices with a moving average and the RSI",
        address: "/marketpulse/v1/bars/AAPL?period=1y&indicators=sma:20,rsi:14&format=csv",
    },
    Task {
        want: "An amount in another currency",
        address: "/marketpulse/v1/fx/convert?from=USD&to=CHF&amount=250",
    },
    Task {
        want: "Three symbols side by side, by date",
        address: "/marketpulse/v1/bars?symbols=AAPL,MSFT,CAC40&period=1mo&format=csv",
    },
    Task {
        want: "What streams send as prices change, as an AsyncAPI document",
        address: "/marketpulse/asyncapi.json",
    },
];

#[cfg(test)]
mod tests {
    use market::Indicator;

    use super::*;

    #[test]
    fn every_indicator_is_reported_with_the_formula_that_answers_say() {
        let text = GUIDE.iter().find(|part| part.id == "indicators").unwrap().text;
        for indicator in Indicator::USUAL {
            let line = format!("`{indicator}`: {}", indicator.formula());
            assert!(text.contains(&line), "{line}");
        }
    }
}
