use engine::Entry;
use jiff::Timestamp;
use market::Freshness;
use query::explain::explain;

/// The name of an instrument, for protocols that have no other room beside its price. One
/// that is not fresh says so there, where a reader sees it.
pub(super) fn named(entry: &Entry, now: Timestamp) -> String {
    let name = &entry.instrument.name;
    let freshness = entry.freshness(now);
    match (freshness, explain(entry, now)) {
        (Freshness::Fresh, None) => name.to_string(),
        (_, Some(why)) => format!("{name} ({}: {})", freshness.as_str(), why.detail),
        (_, None) => format!("{name} ({})", freshness.as_str()),
    }
}
