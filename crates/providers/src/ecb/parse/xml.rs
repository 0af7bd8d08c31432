use market::SourceError;
use roxmltree::{Document, Node};

use super::{Day, Days, date, rate, unreadable};

/// Reads `eurofxref-daily.xml` and `eurofxref-hist-90d.xml`, which differ in
/// the number of days alone.
///
/// # Errors
///
/// [`SourceError::Unreadable`] where the document holds no day, as when a page
/// of HTML arrives with status 200.
pub(in crate::ecb) fn days(body: &[u8]) -> Result<Days, SourceError> {
    let text = std::str::from_utf8(body).map_err(|_| unreadable("bytes that are not text"))?;
    let document = Document::parse(text).map_err(|_| unreadable("text that is not XML"))?;
    let days: Days = document
        .descendants()
        .filter(|node| node.tag_name().name() == "Cube")
        .filter_map(|node| Some(day(node, node.attribute("time")?)))
        .collect();
    if days.is_empty() { Err(unreadable("XML without a day of rates")) } else { Ok(days) }
}

/// `None` where it is of no day that can be read.
fn day(node: Node<'_, '_>, time: &str) -> Option<Day> {
    let rates = node
        .children()
        .filter_map(|cube| Some((cube.attribute("currency")?.to_owned(), cube.attribute("rate")?)));
    let rates = rates.filter(|(_, text)| text.trim() != "N/A");
    let rates = rates.map(|(code, text)| (code, rate(text)));
    Some(Day { date: date(time)?, rates: rates.collect() })
}
