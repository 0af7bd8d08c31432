use std::time::Duration;

use engine::Engine;
use jiff::SignedDuration;
use market::{Symbol, is_current};
use query::Refusal;
use tokio::time::sleep;

use super::Scene;
use crate::prices::{Priced, judge_healed, prices};
use crate::reader::{Asked, Told, read};

impl Scene {
    /// Nothing is wrong any more: soon all is fresh, complete and true.
    pub(super) async fn heal(&mut self, engine: &Engine) {
        self.cut.disarm();
        self.clock.set_ahead(SignedDuration::ZERO);
        self.journal.note(format!("{} healed", self.clock.truly()));
        sleep(Duration::from_hours(2)).await;
        for asked in self.interests.clone() {
            for _ in 0..2 {
                let told = self.look(engine, &asked).await;
                self.take(&asked, told);
            }
            let mut told = self.look(engine, &asked).await;
            // A session that has ended since, or a lifetime, makes one more look necessary.
            if told.as_ref().is_ok_and(|told| self.has_grown_old(told)) {
                told = self.look(engine, &asked).await;
            }
            if let Ok(told) = &told {
                self.oracle().judge_healed(told);
            }
            self.take(&asked, told);
            sleep(Duration::from_mins(10)).await;
        }
        self.heal_prices(engine).await;
        self.look_back_at_all(engine).await;
        for rejected in engine.rejected_histories() {
            self.journal.note(format!("{rejected:?}"));
        }
        self.look_for_panics();
    }

    fn has_grown_old(&self, told: &Told) -> bool {
        let answer = &told.answer;
        self.world.has_closed_since(answer, told.at)
            || answer.may_be_whole() && !is_current(answer, told.at)
    }

    /// Reads, and leaves time for what that sets going.
    async fn look(&self, engine: &Engine, asked: &Asked) -> Result<Told, Refusal> {
        let told = read(engine, &self.record, asked, (None, || self.clock.truly())).await;
        sleep(Duration::from_secs(35)).await;
        told
    }

    async fn heal_prices(&self, engine: &Engine) {
        let mut symbols = self.symbols();
        self.look_at_prices(engine, &symbols).await;
        while !symbols.is_empty() {
            sleep(Duration::from_secs(700)).await;
            // The last look finds what the one before brought, however slowly.
            self.look_at_prices(engine, &symbols).await;
            sleep(Duration::from_secs(20)).await;
            let told = self.look_at_prices(engine, &symbols).await;
            symbols =
                told.map_or_else(Vec::new, |told| judge_healed(&told, &self.world, &self.journal));
        }
    }

    async fn look_at_prices(&self, engine: &Engine, symbols: &[Symbol]) -> Option<Priced> {
        let when = (None, || self.clock.truly());
        prices(engine, &self.record, symbols, when).await.ok()
    }
}
