//! What every face over `query` stands on, our own and those that speak another
//! service's protocol: refusals as problem documents, the engine as a caller asks it,
//! and the prices that are streamed.

mod caller;
mod error;
pub mod kinds;
pub mod stream;
mod terms;

pub use caller::{client, engine_for, join};
pub use error::{ApiError, no_value};
pub use terms::Terms;
