use std::fmt;
use std::str::FromStr;

/// Names an event: which life of the service, and its place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventId {
    /// Another after each start.
    pub(super) epoch: u64,
    /// Counts events, from 1; a snapshot has that of the last event before it.
    pub(super) number: u64,
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}-{}", self.epoch, self.number)
    }
}

/// The text is no event's id. One who sends it gets a snapshot.
#[derive(Debug, PartialEq)]
pub struct NoEventId;

impl FromStr for EventId {
    type Err = NoEventId;

    fn from_str(text: &str) -> Result<Self, NoEventId> {
        let (epoch, number) = text.split_once('-').ok_or(NoEventId)?;
        let epoch = u64::from_str_radix(epoch, 16).map_err(|_| NoEventId)?;
        Ok(Self { epoch, number: number.parse().map_err(|_| NoEventId)? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_printed_is_read_again(epoch: u64, number: u64) {
            let id = EventId { epoch, number };
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }

        #[test]
        fn nothing_is_read_out_of_nonsense(text in "\\PC{0,30}") {
            let plain = |text: &str| text.chars().all(|c| c.is_ascii_hexdigit() || "+-".contains(c));
            prop_assert!(text.parse::<EventId>().is_err() || plain(&text));
        }
    }
}
