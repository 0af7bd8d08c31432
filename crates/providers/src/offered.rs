use market::{Interval, SourceError};

/// Refuses bars of a length that a source never has, before it is asked, and
/// says what it has.
pub(crate) fn check(asked: Interval, offered: &[Interval]) -> Result<(), SourceError> {
    if offered.contains(&asked) {
        return Ok(());
    }
    let offered: Vec<&str> = offered.iter().map(|interval| interval.as_str()).collect();
    let text = format!("{asked} bars are not, only interval={}", offered.join(" or "));
    Err(SourceError::NotOffered(text))
}
