use query::Refusal;
use rmcp::model::{CallToolResult, ContentBlock};
use table::EncodeError;

/// Why a tool has no answer, in a sentence that says what would work.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// An argument that cannot be used.
    pub(crate) fn argument(name: &str, fault: impl std::fmt::Display) -> Self {
        Self(format!("{name}: {fault}"))
    }

    /// There is no answer, for this reason.
    pub(crate) fn because(why: impl std::fmt::Display) -> Self {
        Self(why.to_string())
    }

    /// A result that says so: agents read it and ask again in another way.
    pub(crate) fn result(self) -> CallToolResult {
        CallToolResult::error(vec![ContentBlock::text(self.0)])
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match &refusal {
            Refusal::Unavailable { failures, .. } => match failures.again_in() {
                Some(pause) => {
                    Self(format!("{refusal}; ask again in {} s", pause.as_secs().max(1)))
                }
                None => Self::because(refusal),
            },
            _ => Self::because(refusal),
        }
    }
}

/// A fault of ours.
impl From<EncodeError> for Failure {
    fn from(error: EncodeError) -> Self {
        Self(format!("the answer cannot be written: {error}"))
    }
}
