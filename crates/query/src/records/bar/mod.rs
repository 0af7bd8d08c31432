//! Bars as rows, and what is said once about all of them.

mod head;
mod indicated;
mod rows;

pub use head::BarsHead;
pub use indicated::Indicated;
pub use rows::{BarRows, columns};
