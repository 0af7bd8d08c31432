use std::time::Duration;

use percent_encoding::percent_decode_str;

use super::tale::Tale;

/// What can go wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Another status; 429 with Yahoo's bare text.
    Status {
        /// The status, 400 to 599.
        code: u16,
        /// The `Retry-After` header, in whatever spelling.
        retry_after: Option<String>,
    },
    /// Status 200 and an error page for people.
    Html,
    /// Status 200 and text that is no JSON.
    Garbage,
    /// Status 200 and no body.
    Empty,
    /// The `Content-Length` of the whole body, half of it, then the connection
    /// is closed.
    Truncate,
    /// The right answer, but only after so long.
    Slow(Duration),
    /// The right answer, but only once all faults are taken back.
    Held,
    /// No answer ever, the connection staying open.
    Hang,
    /// The right answer, one byte a second.
    Drip,
    /// The connection is closed without an answer.
    Close,
    /// Status 302 to that address.
    Redirect(String),
    /// Status 200 and so many bytes of blanks, their length unannounced.
    Huge(u64),
    /// Status 200 and a small gzip body that unpacks to 40 MiB.
    GzipBomb,
    /// Status 200 and JSON of a shape that no upstream has.
    WrongShape,
    /// The right answer with every third price missing (`null`, `N/A`).
    NullRows,
    /// The right answer with every price missing.
    AllNull,
    /// Status 200 and a refusal in words, as a bare text.
    Refused,
    /// Months in place of days where Yahoo is asked for all there is by name, as it
    /// does for old instruments. By dates it gives days.
    Months,
    /// The right answer about several with the first left out.
    LeftOut,
    /// The right answer but for one element that cannot be.
    Odd(Odd),
    /// An answer that differs from the truth, or from what was told before.
    Tale(Tale),
    /// A stream is opened and goes wrong afterwards. Nothing but requests for
    /// streams meets this fault.
    Stream(StreamFault),
}

/// An element that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// A close of nothing, in the middle; of those who have no bars a sample or rate
    /// that is none.
    Bar,
    /// A split 1:0.
    Split,
    /// A dividend without an amount.
    Dividend,
}

/// What can go wrong with a stream once it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamFault {
    /// It takes leave as soon as it is open.
    Leave,
    /// It breaks off without taking leave at the first message it is sent.
    Cut,
    /// It stays open and does what it is asked, pings too, but for sending
    /// anything of its own.
    Mute,
    /// It stays open, reads nothing and sends nothing, no answer to pings either.
    /// That the other side has left it does not notice.
    Hang,
    /// In place of each message it sends text that is cut, and bytes that are no
    /// message, in turn.
    Noise,
}

/// Which prices an answer is to leave out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Holes {
    #[default]
    None,
    EveryThird,
    All,
}

impl Holes {
    pub(super) fn at(self, row: usize) -> bool {
        match self {
            Self::None => false,
            Self::EveryThird => row % 3 == 1,
            Self::All => true,
        }
    }

    /// The price, unless there is a hole in that row.
    pub(super) fn or(self, row: usize, price: f64) -> Option<f64> {
        (!self.at(row)).then_some(price)
    }
}

#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Armed>);

#[derive(Debug)]
struct Armed {
    part: String,
    fault: Fault,
    /// So many requests are answered before it is met.
    spared: u32,
    left: Option<u32>,
}

impl Faults {
    pub(super) fn arm(&mut self, part: &str, fault: Fault, times: Option<u32>) {
        self.0.push(Armed { part: part.to_owned(), fault, spared: 0, left: times });
    }

    pub(super) fn arm_after(&mut self, spared: u32, part: &str, fault: Fault) {
        self.0.push(Armed { part: part.to_owned(), fault, spared, left: None });
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The latest fault that matches, used once more; none while it spares requests.
    pub(super) fn take(&mut self, target: &str, opens_stream: bool) -> Option<Fault> {
        let armed = self.0.iter_mut().rev();
        let found = armed
            .filter(|armed| armed.left != Some(0))
            .filter(|armed| opens_stream || !matches!(armed.fault, Fault::Stream(_)))
            .find(|armed| matches(target, &armed.part))?;
        if found.spared > 0 {
            found.spared -= 1;
            return None;
        }
        found.left = found.left.map(|left| left - 1);
        Some(found.fault.clone())
    }
}

/// Whether `part` occurs in a path and query, as it came or decoded.
pub(super) fn matches(target: &str, part: &str) -> bool {
    target.contains(part) || percent_decode_str(target).decode_utf8_lossy().contains(part)
}
