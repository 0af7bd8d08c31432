use market::{StoreError, StoreTrouble};

/// Why nothing can be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store is not to be had.
    #[error("{}", .0.in_full())]
    Store(#[from] StoreError),
    /// Anything else, as a sentence.
    #[error("{0}")]
    Other(String),
}

impl StartError {
    /// Whether other settings would help.
    pub fn is_wrong_setting(&self) -> bool {
        match self {
            Self::Store(error) => error.trouble().is_some_and(StoreTrouble::is_wrong_setting),
            Self::Other(_) => false,
        }
    }
}

impl From<String> for StartError {
    fn from(sentence: String) -> Self {
        Self::Other(sentence)
    }
}

/// For commands, which say so and end.
impl From<StartError> for String {
    fn from(error: StartError) -> Self {
        error.to_string()
    }
}
