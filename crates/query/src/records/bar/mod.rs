//! Bars as rows and as JSON, and what is said once about all of them.

mod at;
mod head;
mod indicated;
mod live;
mod of_bar;
mod rows;
mod second;

pub(super) use at::BarAt;
pub use head::{AboutBars, BarsHead};
pub use indicated::{Indicated, figures_of};
pub use live::{LiveBar, LiveBarJson};
pub(super) use of_bar::{OfBar, repaired_by};
pub use rows::{BarRows, columns};
pub(crate) use second::sentence;
