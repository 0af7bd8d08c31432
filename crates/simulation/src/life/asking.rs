use std::sync::Arc;

use engine::Engine;
use query::Refusal;

use super::Scene;
use super::repeat::{Telling, What};
use crate::prices::prices;
use crate::questions::{Answered, Question};
use crate::reader::{Asked, Told, read};

impl Scene {
    /// One to three readers at once.
    pub(super) async fn ask(&mut self, engine: &Engine) {
        let count = self.chance.usize(1..=3);
        let asked: Vec<Asked> =
            (0..count).map(|_| self.chance.choice(&self.interests).unwrap().clone()).collect();
        let reads = asked.into_iter().map(|asked| {
            let (engine, record) = (engine.clone(), Arc::clone(&self.record));
            let clock = Arc::clone(&self.clock);
            tokio::spawn(async move {
                let told = read(&engine, &record, &asked, (None, || clock.truly())).await;
                (asked, told)
            })
        });
        let reads: Vec<_> = reads.collect();
        for reading in reads {
            if let Ok((asked, told)) = reading.await {
                self.take(&asked, told);
            }
        }
    }

    /// Judges what was told, and keeps it.
    pub(super) fn take(&mut self, asked: &Asked, told: Result<Told, Refusal>) {
        // Nobody is there any more who could tell.
        if self.cut.done().is_some() {
            return;
        }
        let name = asked.name();
        match told {
            Ok(told) => {
                let (source, fresh) = (&told.answer.series.head.source, told.freshness.as_str());
                self.journal.count(fresh);
                self.journal.note(format!("{} told {name} by {source}, {fresh}", told.at));
                self.journal.seal(told.body.as_bytes());
                self.oracle().judge(&told);
                self.held.insert(asked.query.to_string());
                let Told { at, commits, body, .. } = told;
                self.keep(Telling { what: What::Bars(asked.clone()), at, body }, commits);
            }
            Err(refusal) => self.refused(asked, &refusal),
        }
    }

    /// A reader of some prices.
    pub(super) async fn ask_prices(&mut self, engine: &Engine) {
        let mut symbols = self.symbols();
        self.chance.shuffle(&mut symbols);
        symbols.truncate(self.chance.usize(1..=symbols.len()));
        let when = (None, || self.clock.truly());
        let told = prices(engine, &self.record, &symbols, when).await;
        if self.cut.done().is_some() {
            return;
        }
        let Ok(told) = told else {
            return self.journal.fault("(g) prices are refused".to_owned());
        };
        self.journal.note(format!("{} told {}", told.at, told.body));
        self.prices.judge(&told, &self.world, &self.journal);
        let telling = Telling { what: What::Prices(symbols), at: told.at, body: told.body };
        self.keep(telling, Some(told.commits));
    }

    /// A reader of actions, of series side by side, or of a rate.
    pub(super) async fn ask_other(&mut self, engine: &Engine) {
        let today = engine.reference_day();
        let question = Question::drawn(&mut self.chance, &self.world, today);
        let answered = question.put(engine, &self.record, None).await;
        if self.cut.done().is_some() {
            return;
        }
        match answered {
            Err(refusal) => self.journal.fault(format!("(g) {question:?} is refused: {refusal:?}")),
            Ok(answered) => {
                self.journal.note(format!("{} answered {question:?}", answered.at));
                self.journal.seal(answered.body.as_bytes());
                let Answered { at, body, commits } = answered;
                self.keep(Telling { what: What::Other(question), at, body }, commits);
            }
        }
    }

    fn refused(&self, asked: &Asked, refusal: &Refusal) {
        self.journal.note(format!("{} refused: {refusal}", asked.name()));
        self.journal.count("refused");
        let is_held = self.held.contains(&asked.query.to_string());
        let is_wrong = match refusal {
            Refusal::Unknown { .. } => {
                is_held || !self.world.sayings.was_called_unknown(&asked.query.symbol)
            }
            Refusal::Store(_) => true,
            Refusal::Unavailable { .. } => is_held,
            Refusal::Invalid { .. }
            | Refusal::NothingKnown { .. }
            | Refusal::BeforeHorizon { .. }
            | Refusal::NotKept { .. } => false,
        };
        if is_wrong {
            self.journal.fault(format!("(g) {} is refused: {refusal:?}", asked.name()));
        }
    }
}
