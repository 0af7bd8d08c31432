use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::Value;
use table::{Form, Table};

use crate::failure::Failure;

/// What a tool answers.
#[derive(Debug)]
pub(crate) struct Told {
    /// What a reader has to know first, in sentences.
    cautions: Vec<String>,
    /// The record, as the routes give it.
    record: Value,
}

impl Told {
    pub(crate) fn new(cautions: Vec<String>, record: Value) -> Self {
        Self { cautions, record }
    }

    /// A record that has been written as JSON.
    pub(crate) fn of_json(cautions: Vec<String>, json: &[u8]) -> Self {
        let record = serde_json::from_slice(json).expect("records are written as JSON");
        Self { cautions, record }
    }

    /// A table in the form of the routes.
    pub(crate) fn of_table(cautions: Vec<String>, table: &Table) -> Result<Self, Failure> {
        let mut json = Vec::new();
        for piece in table.pieces(Form::JSON) {
            json.extend_from_slice(&piece?);
        }
        Ok(Self::of_json(cautions, &json))
    }

    /// The record alone.
    pub(crate) fn record(self) -> Value {
        self.record
    }

    /// The sentences, then the record; as text for clients that read no structure.
    pub(crate) fn result(self) -> CallToolResult {
        let Self { cautions, mut record } = self;
        let caution = (!cautions.is_empty()).then(|| cautions.join(" "));
        if let (Value::Object(members), Some(caution)) = (&mut record, &caution) {
            members.insert("caution".to_owned(), caution.as_str().into());
        }
        let mut result = CallToolResult::structured(record);
        result.content.splice(0..0, caution.map(ContentBlock::text));
        result
    }
}
