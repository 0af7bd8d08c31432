use std::sync::Arc;

use async_trait::async_trait;
use market::{Document, DocumentOffer, DocumentQuery, DocumentSource, Source, SourceError};
use simulator::DocumentQuestion;

use super::{NAME, Simulator};
use crate::yahoo::documents;

/// Made up in the shapes of the protocol whose clients ask.
#[async_trait]
impl DocumentSource for Simulator {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    fn offer(&self, asked: &DocumentQuery) -> Option<DocumentOffer> {
        documents::offer(asked, self.clock.now())
    }

    async fn document(&self, query: &DocumentQuery) -> Result<Option<Document>, SourceError> {
        let question = DocumentQuestion {
            path: query.path(),
            parameters: query.parameters(),
            body: query.body().map(|body| &**body),
        };
        let found = self.market.document(&question, self.clock.now());
        Ok(found.map(|(status, body)| Document { status, body: Arc::from(body.into_bytes()) }))
    }
}
