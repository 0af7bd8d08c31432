use std::sync::Arc;

use engine::Engine;
use fastrand::Rng;
use jiff::{Timestamp, ToSpan};
use market::{Adjust, Freshness, HistoryQuery, HistoryResult, Interval, Period, Span};
use query::{Bars, PriceView, Refusal, records};

use crate::recorder::Record;
use crate::world::{Listing, World};

/// A question that a reader puts again and again.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) query: HistoryQuery,
    pub(crate) adjust: Adjust,
}

impl Asked {
    /// The questions of a seed.
    pub(crate) fn some(chance: &mut Rng, world: &World) -> Vec<Self> {
        let count = chance.usize(3..14);
        let mut all: Vec<Self> = (0..count).map(|_| Self::drawn(chance, world)).collect();
        if world.manner.months_for_max {
            all.push(Self::of_all_days(world));
        }
        all
    }

    /// What is answered in months where it is asked for by name. Drawn by itself, so
    /// that seeds mean what they did where nothing is.
    fn of_all_days(world: &World) -> Self {
        let mut asked = Self::drawn(&mut Rng::with_seed(world.seed ^ 0xDA75), world);
        (asked.query.interval, asked.query.span) = (Interval::D1, Span::Period(Period::Max));
        asked
    }

    fn drawn(chance: &mut Rng, world: &World) -> Self {
        let listing = &world.listings[chance.usize(0..world.listings.len())];
        let intervals = [Interval::D1, Interval::D1, Interval::D1, Interval::Wk1, Interval::Mo1];
        let views = [Adjust::Splits, Adjust::Splits, Adjust::None, Adjust::All];
        let query = HistoryQuery {
            symbol: listing.instrument.symbol.clone(),
            interval: *chance.choice(&intervals).unwrap(),
            span: span(chance, listing, world),
            source: None,
        };
        Self { query, adjust: *chance.choice(&views).unwrap() }
    }

    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.query, self.adjust.as_str())
    }
}

fn span(chance: &mut Rng, listing: &Listing, world: &World) -> Span {
    let periods = ["5d", "1mo", "3mo", "6mo", "1y", "ytd", "max"];
    if chance.u8(0..3) > 0 {
        return Span::Period(chance.choice(&periods).unwrap().parse().unwrap());
    }
    let first = listing.days[0].date;
    let zone = listing.instrument.zone();
    let last = world.healed.to_zoned(zone).date();
    let days = (last - first).get_days();
    let from = first + chance.i32(0..days).days();
    let to = from + chance.i32(0..120).days();
    Span::Dates { from, to }
}

/// What a reader was told.
pub(crate) struct Told {
    pub(crate) asked: Asked,
    /// By the machine's clock.
    pub(crate) at: Timestamp,
    pub(crate) truly: Timestamp,
    pub(crate) answer: Arc<HistoryResult>,
    pub(crate) freshness: Freshness,
    /// All that can be told of it.
    pub(crate) body: String,
    /// How many commits there were then; `None` where one came in between.
    pub(crate) commits: Option<usize>,
    /// How many commits there were when the bars were given.
    pub(crate) seen: usize,
}

/// Puts a question, at once or as of an instant.
pub(crate) async fn read(
    engine: &Engine,
    record: &Record,
    asked: &Asked,
    (known_at, truly): (Option<Timestamp>, impl Fn() -> Timestamp),
) -> Result<Told, Refusal> {
    let view = PriceView::of_all(asked.adjust, known_at);
    let bars = Bars::ask(engine, &asked.query, view).await?;
    let (commits, at) = (record.commits(), view.now(engine));
    let series = bars.series(engine).await;
    // Without its actions nothing but the bars is told.
    let is_whole = !matches!(series, Err(Refusal::Unavailable { .. }));
    let (answer, truly) = (bars.answer, truly());
    let seen = commits;
    let commits = Some(commits).filter(|before| is_whole && *before == record.commits());
    let series = series.map_or_else(|refusal| refusal.to_string(), |it| format!("{it:?}"));
    let head = String::from_utf8(records::history(&answer, view.opened, at)).unwrap();
    let (actions, session) = (&answer.actions, answer.session);
    let coverage = answer.coverage();
    let body = format!("{head}\n{actions:?}\n{session:?}\n{coverage:?}\n{series}");
    Ok(Told {
        asked: asked.clone(),
        at,
        truly,
        answer,
        freshness: bars.freshness,
        body,
        commits,
        seen,
    })
}
