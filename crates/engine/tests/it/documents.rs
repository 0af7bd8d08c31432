//! What is passed on: asked for once, held for its lifetime, given on while its source is
//! away, out of the same budget as everything else.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use engine::{Client, Engine, NoDocument, Simulator, Sources};
use jiff::SignedDuration;
use market::{
    Catalog, Document, DocumentOffer, DocumentQuery, DocumentSource, Source, SourceError,
    SourceFacts,
};
use testkit::allowance;
use tokio::sync::watch;

use crate::facts;
use crate::fakes::{World, daily};

const LIFETIME: Duration = Duration::from_mins(2);

/// Passes on what is below `open`.
struct FakeDocuments {
    name: &'static str,
    answers: Mutex<Result<u16, SourceError>>,
    calls: AtomicUsize,
    steps: AtomicUsize,
    is_ready: AtomicBool,
    gate: watch::Sender<bool>,
}

impl FakeDocuments {
    fn new(name: &'static str) -> Arc<Self> {
        Arc::new(Self {
            name,
            answers: Mutex::new(Ok(200)),
            calls: AtomicUsize::new(0),
            steps: AtomicUsize::new(0),
            is_ready: AtomicBool::new(true),
            gate: watch::Sender::new(true),
        })
    }

    fn answers(&self, answers: Result<u16, SourceError>) {
        *self.answers.lock().unwrap() = answers;
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl DocumentSource for FakeDocuments {
    fn source(&self) -> Source {
        Source::new(self.name)
    }

    fn offer(&self, asked: &DocumentQuery) -> Option<DocumentOffer> {
        let is_open = asked.path().first().is_some_and(|first| first == "open");
        is_open.then(|| DocumentOffer { query: asked.clone(), lifetime: LIFETIME })
    }

    fn is_ready(&self) -> bool {
        self.is_ready.load(Ordering::SeqCst)
    }

    async fn prepare(&self) -> Result<(), SourceError> {
        let steps = self.steps.fetch_add(1, Ordering::SeqCst) + 1;
        self.is_ready.store(steps.is_multiple_of(2), Ordering::SeqCst);
        Ok(())
    }

    async fn document(&self, _: &DocumentQuery) -> Result<Option<Document>, SourceError> {
        let calls = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        self.gate.subscribe().wait_for(|open| *open).await.unwrap();
        if !self.is_ready() {
            return Ok(None);
        }
        let body = format!("{{\"call\":{calls}}}").into_bytes().into();
        self.answers.lock().unwrap().clone().map(|status| Some(Document { status, body }))
    }
}

fn query(name: &str) -> DocumentQuery {
    DocumentQuery::new(["open", name], [])
}

fn yahoo() -> Source {
    Source::new("yahoo")
}

async fn engine(world: &World, documents: &Arc<FakeDocuments>) -> Engine {
    world.start(world.sources().with_documents(documents.clone())).await
}

#[tokio::test]
async fn many_who_ask_the_same_cause_one_call_in_its_lifetime() {
    let (world, documents) = (World::new(), FakeDocuments::new("yahoo"));
    let engine = engine(&world, &documents).await;
    let (source, query) = (yahoo(), query("A"));
    documents.gate.send_replace(false);
    let asked = (0..50).map(|n| {
        let engine = engine.asked_by(Client::at([192, 0, 2, n].into()));
        let (source, query) = (&source, &query);
        async move { engine.document(source, query).await.unwrap() }
    });
    let asked = futures_util::future::join_all(asked);
    let opened = async { documents.gate.send_replace(true) };
    let (all, _) = tokio::join!(asked, opened);
    assert!(all.iter().all(|given| *given.document.body == *b"{\"call\":1}"));
    world.clock.advance(SignedDuration::from_secs(119));
    let held = engine.document(&source, &query).await.unwrap();
    assert_eq!((documents.calls(), held.age.as_secs(), held.current_for.as_secs()), (1, 119, 1));
    world.clock.advance(SignedDuration::from_secs(1));
    let anew = engine.document(&source, &query).await.unwrap();
    assert_eq!((&*anew.document.body, anew.age), (&b"{\"call\":2}"[..], Duration::ZERO));
}

#[tokio::test]
async fn the_last_answer_is_given_while_the_source_is_away() {
    let (world, documents) = (World::new(), FakeDocuments::new("yahoo"));
    let engine = engine(&world, &documents).await;
    engine.document(&yahoo(), &query("A")).await.unwrap();
    documents.answers(Err(SourceError::Throttled { retry_after: None }));
    world.clock.advance(SignedDuration::from_hours(48));
    for reason in ["throttled", "withheld"] {
        let given = engine.document(&yahoo(), &query("A")).await.unwrap();
        assert_eq!(*given.document.body, *b"{\"call\":1}");
        assert_eq!((given.failures.reason(), given.current_for), (reason, Duration::ZERO));
    }
    let other = engine.document(&yahoo(), &query("B")).await;
    assert!(matches!(other, Err(NoDocument::Failed(_))), "nothing is held of it: {other:?}");
    assert_eq!(documents.calls(), 2, "a pause is kept for all");
}

#[tokio::test]
async fn what_has_no_answer_is_held_for_a_short_time() {
    let (world, documents) = (World::new(), FakeDocuments::new("yahoo"));
    let engine = engine(&world, &documents).await;
    documents.answers(Ok(404));
    for _ in 0..5 {
        let given = engine.document(&yahoo(), &query("A")).await.unwrap();
        assert_eq!(given.document.status, 404);
    }
    assert_eq!(documents.calls(), 1);
}

#[tokio::test]
async fn what_is_on_no_list_is_not_asked_for() {
    let (world, documents) = (World::new(), FakeDocuments::new("yahoo"));
    let engine = engine(&world, &documents).await;
    let other = DocumentQuery::new(["else"], []);
    assert_eq!(engine.document(&yahoo(), &other).await, Err(NoDocument::NotOffered));
    let nobody = engine.document(&Source::new("kraken"), &query("A")).await;
    assert_eq!(nobody, Err(NoDocument::NotOffered));
    assert_eq!(documents.calls(), 0);
}

#[tokio::test]
async fn documents_and_prices_have_one_budget() {
    static YAHOO: SourceFacts = facts::yahoo(allowance(1.0, 4.0), allowance(1.0, 4.0));
    let (world, documents) = (World::new(), FakeDocuments::new("yahoo"));
    let sources = world.sources_of(facts::catalog_with(&YAHOO));
    let engine = world.start(sources.with_documents(documents.clone())).await;
    let mut refused = None;
    for n in 0..5 {
        let given = engine.document(&yahoo(), &query(&n.to_string())).await;
        refused = refused.or_else(|| given.err());
    }
    assert!((1..=4).contains(&documents.calls()));
    let Some(NoDocument::Failed(failures)) = refused else { panic!("there is no budget") };
    assert!(failures.tells_of_spent_budget());
    let before = world.yahoo.calls();
    engine.history(&daily("AAPL", "1mo")).await.unwrap_err();
    assert_eq!(world.yahoo.calls(), before, "nor is there any for prices");
}

#[tokio::test]
async fn what_must_come_before_is_had_once_for_all_and_anew_when_it_is_refused() {
    let (world, documents) = (World::new(), FakeDocuments::new("yahoo"));
    let engine = engine(&world, &documents).await;
    documents.is_ready.store(false, Ordering::SeqCst);
    let (source, names) = (yahoo(), ["A", "B", "C"].map(query));
    let asked = names.iter().map(|query| engine.document(&source, query));
    for given in futures_util::future::join_all(asked).await {
        given.unwrap();
    }
    assert_eq!((documents.steps.load(Ordering::SeqCst), documents.calls()), (2, 3));
    documents.is_ready.store(false, Ordering::SeqCst);
    engine.document(&source, &query("D")).await.unwrap();
    assert_eq!((documents.steps.load(Ordering::SeqCst), documents.calls()), (4, 4));
}

#[tokio::test]
async fn only_where_a_simulator_may_stand_in_something_is_made_up() {
    let (world, documents) = (World::new(), FakeDocuments::new("yahoo"));
    documents.answers(Err(SourceError::Failing { status: 500 }));
    let made_up = FakeDocuments::new("demo");
    let (quotes, bars) = (world.demo.clone(), world.demo.clone());
    let simulator = Simulator { quotes, bars, stream: None, documents: Some(made_up.clone()) };
    let sources = world.sources().with_documents(documents.clone()).with_simulator(simulator);
    let engine = world.start(sources).await;
    let given = engine.document(&yahoo(), &query("A")).await.unwrap();
    assert!(given.simulated && given.source == Source::new("demo"));
    let real = world.start(Sources::of(Catalog::new()).with_documents(documents.clone())).await;
    assert!(matches!(real.document(&yahoo(), &query("A")).await, Err(NoDocument::Failed(_))));
}
