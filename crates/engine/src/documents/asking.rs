use std::sync::Arc;
use std::time::Duration;

use market::{Document, DocumentQuery, DocumentSource, NotAsked, Source, SourceError};

use super::{Documents, Held, Key, NO_ANSWER_FOR};
use crate::failures::SourceFailures;
use crate::upstream::{About, OnBehalf};

/// What was prepared is prepared anew once for a question: a source that takes nothing
/// that it gave itself is not asked for ever.
const ATTEMPTS: usize = 2;

/// More requests than any source wants before a document.
const MOST_STEPS: usize = 4;

impl Documents {
    /// Asks upstream, and holds what it says.
    pub(super) async fn ask(
        self: &Arc<Self>,
        key: Key,
        lifetime: Duration,
    ) -> Result<Arc<Held>, SourceFailures> {
        // It may have come since it was looked for.
        if let Some(held) = self.current(&key) {
            return Ok(held);
        }
        let answer = self.ask_prepared(&key.0, &key.1).await.map_err(|error| {
            let mut failures = SourceFailures::default();
            failures.add(key.0.clone(), error);
            failures
        })?;
        let is_final = answer.is_success();
        let held = Arc::new(Held {
            document: answer,
            received_at: self.context.now(),
            at: self.context.moment(),
            lifetime: if is_final { lifetime } else { lifetime.min(NO_ANSWER_FOR) },
        });
        if let Some(all) = &self.held {
            all.insert(key, Arc::clone(&held));
        }
        Ok(held)
    }

    async fn ask_prepared(
        self: &Arc<Self>,
        source: &Source,
        query: &DocumentQuery,
    ) -> Result<Document, SourceError> {
        let upstreams = self.context.upstreams();
        let asked = upstreams.documents(source)?;
        let on_behalf = self.context.interest().in_document(query);
        for _ in 0..ATTEMPTS {
            self.prepared(asked, &on_behalf).await?;
            let (gate, about) = (upstreams.gate(source), about(query));
            let call = || asked.document(query);
            let answer = match query.body() {
                // Whoever sends a body may be told twice, and is asked once.
                Some(_) => gate.ask_once(&on_behalf, &about, call()).await?,
                None => gate.ask(&on_behalf, &about, call).await?,
            };
            if let Some(document) = answer {
                return Ok(document);
            }
        }
        Err(SourceError::Unauthorised { status: 401 })
    }

    /// Has what comes before any document, by one flight for all who need it.
    async fn prepared(
        self: &Arc<Self>,
        asked: &Arc<dyn DocumentSource>,
        on_behalf: &OnBehalf,
    ) -> Result<(), SourceError> {
        if asked.is_ready() {
            return Ok(());
        }
        let begin = || {
            let (documents, asked) = (Arc::clone(self), Arc::clone(asked));
            let on_behalf = on_behalf.clone();
            async move { documents.prepare(&*asked, &on_behalf).await }
        };
        let of_another = |outcome: &Result<(), SourceError>| {
            matches!(outcome, Err(SourceError::NotAsked { why: NotAsked::ShareSpent, .. }))
        };
        let prepared = self.preparing.join_or_begin(&asked.source(), begin, of_another).await;
        prepared.unwrap_or(Ok(()))
    }

    async fn prepare(
        &self,
        asked: &dyn DocumentSource,
        on_behalf: &OnBehalf,
    ) -> Result<(), SourceError> {
        let source = asked.source();
        let gate = self.context.upstreams().gate(&source);
        for _ in 0..MOST_STEPS {
            if asked.is_ready() {
                return Ok(());
            }
            gate.ask(on_behalf, &About::nothing(), || asked.prepare()).await?;
        }
        Ok(())
    }
}

/// Whom a question is about: what its path ends with, as an instrument. So a failure of
/// its documents and one of its prices are of the same thing.
fn about(query: &DocumentQuery) -> About {
    About::these(query.path().last().map(String::as_str))
}
