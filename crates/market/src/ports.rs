mod source;
mod source_error;
mod store;
mod store_error;

use jiff::Timestamp;

use crate::Moment;
pub use source::{
    BarSource, DocumentSource, QuoteSource, SearchSource, SourcePorts, StreamSource, TickStream,
};
pub use source_error::{NotAsked, SourceError, Unreach};
pub use store::{Noted, Saved, Speaks, Store};
pub use store_error::{StoreCause, StoreError, StoreTrouble};

/// Tells the time. Given to whoever needs it, so that tests can set it.
pub trait Clock: Send + Sync {
    /// The present instant by the wall clock. It stamps what is received and shown; as
    /// anybody may set it, nothing waits by it.
    fn now(&self) -> Timestamp;

    /// How far time has come. All waiting goes by it.
    fn moment(&self) -> Moment;
}
