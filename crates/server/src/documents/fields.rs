//! What the fields of answers mean. A name means the same wherever it stands;
//! where it cannot, the operation's name stands before it.

use market::{Freshness, MarketState};
use serde_json::Value;

/// Says of a field what it means, unless that is said already, and which words
/// it may hold where they are few.
pub(super) fn explain(schema: &mut Value, of: &str, name: &str) {
    let Value::Object(schema) = schema else { return };
    if !schema.contains_key("description")
        && let Some(meaning) = meaning(of, name)
    {
        schema.insert("description".to_owned(), meaning.into());
    }
    let words = words(name);
    if !words.is_empty() {
        let nullable = schema.get("type").is_some_and(Value::is_array);
        let words = words.into_iter().map(Value::from);
        let null = nullable.then_some(Value::Null);
        schema.insert("enum".to_owned(), words.chain(null).collect());
    }
}

/// What a field of an operation's answer means.
fn meaning(of: &str, name: &str) -> Option<&'static str> {
    let own = format!("{of}.{name}");
    let find = |wanted: &str| MEANINGS.iter().find(|(known, _)| *known == wanted);
    find(&own).or_else(|| find(name)).map(|(_, meaning)| *meaning)
}

fn words(name: &str) -> Vec<&'static str> {
    use Freshness as F;
    use MarketState as M;
    match name {
        "freshness" => [F::Fresh, F::Stale, F::Missing, F::Simulated].map(F::as_str).to_vec(),
        "market_state" => [M::Pre, M::Open, M::Post, M::Closed].map(M::as_str).to_vec(),
        "adjust" => vec!["none", "splits", "all"],
        _ => Vec::new(),
    }
}

const MEANINGS: &[(&str, &str)] = &[
    (
        "error.reason",
        "What is wrong: not_a_symbol, unknown_symbol, not_followed or not_understood.",
    ),
    (
        "error.symbol",
        "The symbol it is about, as it was asked for where it is none; null where it is about none.",
    ),
    (
        "id",
        "Its place among all events, to resume from: the epoch, another after each start of the service, and a number that grows.",
    ),
    ("pong.timestamp", "When the ping was heard."),
    ("snapshot.quotes", "What is known of each symbol, as in the event quote."),
    ("snapshot.sources", "How each upstream is, as in the event source."),
    (
        "snapshot.bars",
        "The bar of each symbol that is forming, as in the event bar; only where bars were asked for.",
    ),
    ("snapshot.timestamp", "When the snapshot was made."),
    ("state.timestamp", "When it changed."),
    ("subscribe.symbols", "The symbols to follow besides those followed already, in any spelling."),
    ("subscribe.bars", "How long the bars are whose course is told as well."),
    ("subscribe.last_event_id", "The id of the last event seen, to get those since."),
    ("unsubscribe.symbols", "The symbols to follow no longer."),
    ("unsubscribed.symbols", "The symbols that are followed no longer."),
    ("bar.open", "The first price within the interval; null where its beginning was not seen."),
    ("bar.high", "The highest price within the interval; null where its beginning was not seen."),
    ("bar.low", "The lowest price within the interval; null where its beginning was not seen."),
    (
        "bar.volume",
        "What was traded, in shares or units; null where not known of the whole interval.",
    ),
    ("base", "The currency priced."),
    ("convert.amount", "What was asked to be converted, in the currency from."),
    ("convert.from", "The currency of the amount."),
    ("convert.to", "The currency wanted."),
    ("inverted", "Whether the rate is divided by this price, rather than multiplied."),
    ("path", "The pairs by which the rate is known, in order."),
    ("quote", "The currency it is priced in."),
    ("rate", "What one unit of base costs, in quote."),
    ("rate.price", "The pair's price, with the digits its source published."),
    ("convert.price", "The pair's price, with the digits its source published."),
    ("rate_date", "The day whose rate it is; null for the latest."),
    ("result", "The amount in the currency wanted."),
    ("actions", "The actions, oldest first."),
    ("actions.kind", "dividend, split or capital_gain."),
    (
        "adj_close",
        "The close with splits and dividends taken out, as the source gives it; null where it gives none.",
    ),
    ("adjust", "What prices are adjusted for: nothing, splits, or splits and dividends."),
    ("age_s", "How old the value is, in seconds."),
    ("aliases", "Other spellings of the symbol."),
    ("amount", "What is paid per share, in the currency; null for a split."),
    ("as_of", "When the value was true, as its source says; null where the source does not say."),
    ("at", "When it happened."),
    ("bars", "The bars, in the order asked for."),
    ("basis", "What prices are adjusted for: unadjusted, splits or splits_and_dividends."),
    ("budget", "What we allow ourselves of this upstream, in requests."),
    ("burst", "The most requests at once."),
    ("calls_last_hour", "Requests within the last hour."),
    ("change", "Price less the previous one, in the currency."),
    ("change_percent", "The same in percent of the previous price."),
    (
        "change_since",
        "What the previous price is: previous_close, 24h (the price a day ago) or previous_publication.",
    ),
    ("columns", "An array for each field of the rows, all of one length."),
    ("close", "The last price within the interval, in the currency."),
    ("currency", "The currency of prices, as published: GBp is pence."),
    ("data", "A price per label; null where none can be had."),
    ("date", "The trading date at the exchange."),
    ("day_high", "The day's highest price."),
    ("day_low", "The day's lowest price."),
    ("debug", "Whether more is logged."),
    ("default_period", "The period where none is asked for."),
    ("delay_s", "How far behind the market the source publishes, in seconds; null where unknown."),
    ("demo", "Whether all prices are made up by the built-in simulator."),
    ("denominator", "Shares before a split."),
    ("detail", "Why, in a sentence."),
    ("disputed", "A live price of another source that differs by more than is usual."),
    ("disputed_by", "Whose price differs from this one by more than is usual."),
    ("disputed_price", "The price that differs."),
    ("doubted_of", "Whose price is not believed."),
    ("doubted_price", "A newer price that is not believed."),
    ("doubted_total", "How many prices were not believed since the start."),
    ("end", "When it ends."),
    ("environment", "development or production."),
    ("errors_last_hour", "How many of those failed."),
    ("ex_date", "The first date on which a buyer no longer gets it."),
    ("exchange", "Where it trades, as the source calls it."),
    ("failing_since", "Since when it fails, where it is left alone for that."),
    ("field", "The figure of each bar."),
    ("first_bar", "The first date there is a price for, where a source says so."),
    (
        "freshness",
        "fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up.",
    ),
    ("from", "The first date asked for."),
    ("high", "The highest price within the interval; null where the source gives closes only."),
    ("histories", "Answers about history that are not believed."),
    ("history", "The bars, oldest first."),
    ("instruments", "The instruments."),
    ("interval", "How long a bar is."),
    ("kind", "index, currency, crypto, equity, etf, fund, future or option."),
    ("known", "Whether it was known here before the search."),
    ("known_at", "The instant asked about with as_of."),
    ("last_error", "The last failure."),
    ("last_success", "When it last answered well."),
    ("left", "Requests that may be made right now."),
    ("low", "The lowest price within the interval; null where the source gives closes only."),
    ("major_currency", "For prices in pence and the like, the currency of which 100 make one."),
    ("market_state", "pre, open, post or closed; null where the source does not publish sessions."),
    ("mic", "The exchange's market identifier code (ISO 10383)."),
    ("name", "The instrument's name."),
    ("near", "Symbols that may have been meant."),
    ("next", "The address of the rest; null where this is all."),
    ("numerator", "Shares after a split, for so many before it as the denominator says."),
    ("open", "The first price within the interval; null where the source gives closes only."),
    ("open_time", "The instant the bar began, UTC."),
    ("parameter", "The parameter that was not accepted."),
    ("paused_until", "Until when it asked not to be asked."),
    ("per_hour", "Requests an hour."),
    ("period", "How far back was asked for; null where dates were."),
    ("post", "Trading after hours."),
    ("pre", "Trading before hours."),
    ("previous", "The price that the change is counted from."),
    ("price", "The price, in the currency, with the digits its source published."),
    ("price_decimals", "Decimals that people expect to see. Numbers are not rounded to them."),
    ("problems", "The symbols that could not be had, and why."),
    (
        "provisional",
        "Whether the bar's interval was still running. /history leaves it out where it is false.",
    ),
    ("q", "What was searched for."),
    ("quarantined", "A newer price that is not believed."),
    ("quiet_for_s", "Seconds since it last answered well."),
    ("quotes", "The quotes, in the order asked for."),
    ("latest.quotes", "What stands behind each price, by label."),
    (
        "reason",
        "Why there is no value, an old one, or a newer one that is not believed: a word for programs.",
    ),
    ("received_at", "When this service received it."),
    ("regular", "The main session."),
    ("series", "What each column is and where it is from."),
    ("service", "The name of this service."),
    ("session", "The trading day its source considers current."),
    ("sightings", "How often it was seen."),
    ("simulated", "Whether the built-in simulator made it up."),
    ("since", "When it was first seen."),
    ("source", "The upstream it came from."),
    ("sources.sources", "Every upstream."),
    ("sources", "Who is asked for it, in this order."),
    ("start", "When it begins."),
    ("state", "ok, paused (it asked for that) or failing (left alone for a while)."),
    ("status", "The HTTP status."),
    ("symbol", "Our name for the instrument."),
    ("terms", "What its terms allow, in a sentence."),
    ("terms_url", "Where its terms are."),
    ("time_zone", "The exchange's time zone, by its name in the tz database."),
    ("timestamp", "When this answer was made."),
    ("title", "What is wrong, in a few words."),
    ("to", "The last date asked for."),
    ("type", "The kind of problem, stable, for programs."),
    ("upstream", "ok where an upstream was heard or none needed to be, else why none was."),
    ("version", "The program's version."),
    ("volume", "What was traded, in shares or units; null where not published."),
    ("watchlist", "The symbols kept fresh."),
    ("why", "Why it is not believed."),
];
