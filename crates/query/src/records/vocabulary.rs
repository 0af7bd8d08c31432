//! Fields that mean the same in whichever record they stand: their names, kinds
//! and meanings. A record says how it has them.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{Freshness, MarketState};
use table::{Field, RawJson, SIMULATED};

/// How a text is had from a record.
pub(super) type Text<R> = fn(&R) -> Option<Cow<'_, str>>;
pub(super) type Instant<R> = fn(&R) -> Option<Timestamp>;
pub(super) type Json<R> = fn(&R) -> Option<Box<RawJson>>;
type Number<R> = fn(&R) -> Option<f64>;
type Day<R> = fn(&R) -> Option<Date>;

pub(super) const fn symbol<R>(get: Text<R>) -> Field<R> {
    Field::text("symbol", "Our name for the instrument.", get).never_null()
}

pub(super) const fn name<R>(get: Text<R>) -> Field<R> {
    Field::text("name", "The instrument's name.", get).never_null()
}

pub(super) const fn currency<R>(get: Text<R>) -> Field<R> {
    Field::text("currency", "The currency of prices, as published: GBp is pence.", get)
}

pub(super) const fn price<R>(get: Number<R>) -> Field<R> {
    let about = "The price, in the currency, with the digits its source published.";
    Field::number("price", about, get)
}

pub(super) const fn source<R>(get: Text<R>) -> Field<R> {
    Field::text("source", "The upstream it came from.", get)
}

pub(super) const fn as_of<R>(get: Instant<R>) -> Field<R> {
    let about = "When the value was true, as its source says; null where the source does not say.";
    Field::instant("as_of", about, get)
}

pub(super) const fn received_at<R>(get: Instant<R>) -> Field<R> {
    Field::instant("received_at", "When this service received it.", get)
}

pub(super) const fn age_s<R>(get: fn(&R) -> Option<i64>) -> Field<R> {
    Field::whole("age_s", "How old the value is, in seconds.", get)
}

pub(super) const fn freshness<R>(get: Text<R>) -> Field<R> {
    use Freshness as F;
    const WORDS: [&str; 4] =
        [F::Fresh.as_str(), F::Stale.as_str(), F::Missing.as_str(), F::Simulated.as_str()];
    let about = "fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up.";
    Field::text("freshness", about, get).one_of(&WORDS).never_null()
}

/// What a table of a record must have that may be made up.
pub(super) const fn simulated<R>(get: fn(&R) -> Option<bool>) -> Field<R> {
    Field::flag(SIMULATED, "Whether the built-in simulator made it up.", get).never_null()
}

pub(super) const fn market_state<R>(get: Text<R>) -> Field<R> {
    use MarketState as M;
    const WORDS: [&str; 4] =
        [M::Pre.as_str(), M::Open.as_str(), M::Post.as_str(), M::Closed.as_str()];
    let about = "pre, open, post or closed, as at noon and on holidays; null where neither a calendar nor the source tells.";
    Field::text("market_state", about, get).one_of(&WORDS)
}

pub(super) const fn adjust<R>(get: Text<R>) -> Field<R> {
    let about = "What prices are adjusted for: nothing, splits, or splits and dividends.";
    Field::text("adjust", about, get).one_of(&["none", "splits", "all"]).never_null()
}

pub(super) const fn interval<R>(get: Text<R>) -> Field<R> {
    Field::text("interval", "How long a bar is.", get).never_null()
}

pub(super) const fn time_zone<R>(get: Text<R>) -> Field<R> {
    let about = "The exchange's time zone, by its name in the tz database.";
    Field::text("time_zone", about, get).never_null()
}

pub(super) const fn known_at<R>(get: Instant<R>) -> Field<R> {
    Field::instant("known_at", "The instant asked about with as_of.", get).or_absent()
}

pub(super) const fn detail<R>(get: Text<R>) -> Field<R> {
    Field::text("detail", "Why, in a sentence.", get)
}

pub(super) const fn timestamp<R>(get: Instant<R>) -> Field<R> {
    Field::instant("timestamp", "When this answer was made.", get).never_null()
}

pub(super) const fn date<R>(get: Day<R>) -> Field<R> {
    Field::date("date", "The trading date at the exchange.", get).never_null()
}

pub(super) const fn open_time<R>(get: Instant<R>) -> Field<R> {
    Field::instant("open_time", "The instant the bar began, UTC.", get)
}

pub(super) const fn volume<R>(get: Number<R>) -> Field<R> {
    let about = "What was traded, in shares or units; null where not published.";
    Field::number("volume", about, get)
}

pub(super) const fn provisional<R>(get: fn(&R) -> Option<bool>) -> Field<R> {
    let about =
        "Whether the bar's interval was still running. /history leaves it out where it is false.";
    Field::flag("provisional", about, get).never_null()
}

pub(super) const fn repaired_by<R>(get: Text<R>) -> Field<R> {
    let about = "Whose bar took the place of this source's own, which other sources show to be wrong or missing; null of all others. /history leaves it out then.";
    Field::text("repaired_by", about, get)
}
