use market::{StoreError, StoreTrouble};
use tracing::{debug, warn};

/// Logs what the store did not do. Where the store as a whole is at fault, the upkeep
/// says so, once.
pub(crate) fn log(error: &StoreError, consequence: &str) {
    match error.trouble() {
        None | Some(StoreTrouble::Damaged) => warn!(%error, "{consequence}"),
        Some(_) => debug!(%error, "{consequence}"),
    }
}
