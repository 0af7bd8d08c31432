/// Why a table could not be written. Each is a fault of ours, and what was
/// written before it is not a whole answer.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The rows are not what they promised to be.
    #[error("column {name} {fault}")]
    Column {
        /// The column's name.
        name: String,
        /// What is wrong with it.
        fault: String,
    },
    /// What is said once about all rows has no names.
    #[error("the head of an answer must be a JSON object, not {0}")]
    Head(String),
    /// JSON could not be written.
    #[error("a value cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    /// CSV could not be written.
    #[error("a value cannot be written as CSV")]
    Csv(#[from] csv::Error),
    /// Arrow could not be written.
    #[error("a table cannot be written as Arrow")]
    Arrow(#[from] arrow_schema::ArrowError),
    /// Parquet could not be written.
    #[error("a table cannot be written as Parquet")]
    Parquet(#[from] parquet::errors::ParquetError),
}
