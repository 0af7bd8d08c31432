//! Yahoo's streamer: prices of any instrument as they change. A message is a
//! Protocol Buffer in base64, wrapped in JSON in version 2. Undocumented; what
//! is said here was read off recorded messages.

mod parse;
mod stream;
mod wire;

#[cfg(any(test, fuzzing))]
pub(super) use parse::tick;
pub use stream::YahooStreamer;
