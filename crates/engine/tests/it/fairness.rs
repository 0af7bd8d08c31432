//! Clients who share what upstreams may be asked, and a watchlist that is kept fresh
//! whatever they do.

use std::sync::Arc;
use std::time::Duration;

use engine::{Calls, Client, Engine, Sources};
use futures_util::future::join_all;
use jiff::SignedDuration;
use market::{Freshness, HistoryQuery, NotAsked, SourceError, SourceFacts, Symbol};
use proptest::prelude::*;
use testkit::allowance;

use crate::facts;
use crate::fakes::{World, daily, failing, symbol, unknown};
use crate::starvation::ByTwenty;

const PER_HOUR: f64 = 1_800.0;
const BURST: f64 = 60.0;

fn client(n: u8) -> Client {
    Client::at([192, 0, 2, n].into())
}

/// One source with a budget as the strictest that matters has it.
fn sources(world: &World) -> Sources {
    static YAHOO: SourceFacts =
        facts::yahoo(allowance(PER_HOUR, BURST), allowance(PER_HOUR, BURST));
    Sources::of(facts::catalog_with(&YAHOO))
        .with_quotes(world.yahoo.clone())
        .with_bars(world.yahoo.clone())
        .with_calls(Calls { attempts: 1, ..Calls::default() })
}

async fn start(world: &World) -> Engine {
    let engine = world.start_watching(&["CAC40", "EUR/USD"], sources(world)).await;
    engine.refresh_due().await;
    engine
}

fn junk(n: usize) -> Symbol {
    symbol(&format!("ZZ{n}"))
}

/// What a reader may ask, each time something new.
#[derive(Clone, Copy, Debug)]
enum Question {
    Price,
    Batch,
    History,
    Period,
    Dates,
    Search,
    Rate,
}

const QUESTIONS: [Question; 7] = [
    Question::Price,
    Question::Batch,
    Question::History,
    Question::Period,
    Question::Dates,
    Question::Search,
    Question::Rate,
];

async fn ask(engine: &Engine, question: Question, n: usize) {
    match question {
        Question::Price => drop(engine.quotes(&[junk(n)]).await),
        Question::Batch => {
            let many: Vec<_> = (0..40).map(|i| junk(1_000 * n + i)).collect();
            engine.quotes(&many).await;
        }
        Question::History => drop(engine.history(&daily(junk(n).as_str(), "1mo")).await),
        Question::Period => drop(engine.history(&daily("CAC40", &format!("{}d", n + 1))).await),
        Question::Dates => {
            let from =
                jiff::civil::date(2000, 1, 1) + jiff::Span::new().days(i64::try_from(n).unwrap());
            let span = market::Span::dates(from, jiff::civil::date(2025, 1, 1)).unwrap();
            drop(engine.history(&HistoryQuery { span, ..daily("CAC40", "1mo") }).await);
        }
        Question::Search => drop(engine.search(&format!("zz {n}")).await),
        Question::Rate => {
            let code = |n: usize| format!("ZZ{}", char::from(b'A' + (n % 26) as u8)).parse();
            drop(engine.rate(&code(n).unwrap(), &code(n / 26 + 1).unwrap()).await);
        }
    }
}

/// How long ago the watched instrument that waited longest was refreshed.
fn oldest(engine: &Engine) -> SignedDuration {
    let board = engine.board();
    let received = board.entries.iter().map(|it| it.quote.as_ref().unwrap().received_at);
    engine.now().duration_since(received.min().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    /// Many times what the budget suffices for, of one kind or all, by one client or
    /// many.
    #[test]
    fn whatever_readers_do_the_watchlist_is_refreshed_within_the_interval(
        kinds in prop::sample::subsequence(QUESTIONS.to_vec(), 1..=QUESTIONS.len()),
        clients in 1_u8..=40,
    ) {
        let mut paused = tokio::runtime::Builder::new_current_thread();
        let runtime = paused.enable_all().start_paused(true).build().unwrap();
        let oldest = runtime.block_on(async {
            let world = World::new();
            let engine = start(&world).await;
            let readers: Vec<_> = (0..clients).map(|n| engine.asked_by(client(n))).collect();
            let mut worst = SignedDuration::ZERO;
            for second in 0..130 {
                let asked = (0..8).map(|i| {
                    let n = second * 8 + i;
                    ask(&readers[n % readers.len()], kinds[n % kinds.len()], n)
                });
                tokio::join!(engine.refresh_due(), join_all(asked));
                worst = worst.max(oldest(&engine));
                world.clock.advance(SignedDuration::from_secs(1));
            }
            worst
        });
        prop_assert!(oldest <= SignedDuration::from_secs(61), "{oldest:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_client_takes_neither_the_usual_history_nor_a_first_question_from_another() {
    let world = World::new();
    let engine = start(&world).await;
    world.yahoo.does(unknown("ZZ"));
    let greedy = engine.asked_by(client(1));
    for n in 0..100 {
        drop(greedy.history(&daily(junk(n).as_str(), "1mo")).await);
    }
    world.yahoo.does(crate::fakes::Does::Price(1.1, None));
    for watched in ["CAC40", "EUR/USD"] {
        assert!(greedy.history(&daily(watched, "1mo")).await.is_ok(), "it is the watchlist's");
    }
    let refused = greedy.history(&daily("AAPL", "1mo")).await.unwrap_err();
    assert!(refused.failures().is_share_spent(), "{refused}");
    assert_eq!(refused.failures().reason(), "share_spent");
    let other = engine.asked_by(client(2));
    assert!(other.history(&daily("AAPL", "1mo")).await.is_ok());
    let quotes = other.quotes(&[symbol("MSFT")]).await;
    assert!(quotes[0].quote.is_some());
}

#[tokio::test(start_paused = true)]
async fn what_is_left_to_a_client_is_told_where_an_answer_depended_on_it() {
    let world = World::new();
    let engine = start(&world).await;
    let ask = async |n: u8, name: &str| {
        let asked = engine.asked_by(client(n));
        let refused = asked.history(&daily(name, "1mo")).await.is_err();
        (refused, asked.shares())
    };
    assert_eq!(ask(1, "CAC40").await.1, [], "that is the watchlist's");
    let (_, shares) = ask(1, "AAPL").await;
    assert_eq!((shares.len(), shares[0].upstream.as_str()), (1, "yahoo"));
    assert_eq!(shares[0].left + 1, shares[0].most);
    assert_eq!(ask(1, "AAPL").await.1, [], "nobody was asked again");
    let mut asked = (0..).map(|n| format!("ZZ{n}"));
    let spent = loop {
        match ask(1, &asked.next().unwrap()).await {
            (true, shares) => break shares,
            (false, shares) => assert!(shares[0].left < shares[0].most),
        }
    };
    assert_eq!(spent[0].left, 0);
    world.clock.advance(SignedDuration::try_from(spent[0].next_in).unwrap());
    assert!(!ask(1, "ZZZ").await.0, "there is one more by then");
}

#[tokio::test(start_paused = true)]
async fn what_was_refused_to_one_is_asked_for_another_who_waits_for_the_same() {
    let world = World::new();
    let engine = start(&world).await;
    let greedy = engine.asked_by(client(1));
    for n in 0..100 {
        drop(greedy.history(&daily(junk(n).as_str(), "1mo")).await);
    }
    let other = engine.asked_by(client(2));
    let (spent, given) = ([symbol("AAPL")], [symbol("AAPL")]);
    let (_, quotes) = tokio::join!(greedy.quotes(&spent), other.quotes(&given));
    assert!(quotes[0].quote.is_some());
    let query = daily("MSFT", "1mo");
    let (_, history) = tokio::join!(greedy.history(&query), other.history(&query));
    assert!(history.is_ok(), "{history:?}");
}

#[tokio::test(start_paused = true)]
async fn what_a_spent_budget_leaves_unrefreshed_is_stale_and_says_so() {
    let world = World::new();
    let engine = start(&world).await;
    let (reader, guest) = (engine.asked_by(client(1)), [symbol("EURCHF=X")]);
    let entry = async || reader.quotes(&guest).await.remove(0);
    assert_eq!(entry().await.freshness(engine.now()), Freshness::Fresh);
    for n in 0..100 {
        drop(reader.history(&daily(junk(n).as_str(), "1mo")).await);
    }
    world.clock.advance(SignedDuration::from_secs(61));
    for n in 100..200 {
        drop(reader.history(&daily(junk(n).as_str(), "1mo")).await);
    }
    assert!(entry().await.quote.is_some(), "what is held is given, and asked for behind");
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let refused = entry().await;
    assert_eq!(refused.freshness(engine.now()), Freshness::Stale);
    let other = engine.asked_by(client(2));
    let renewed = other.quotes(&guest).await.remove(0);
    assert_eq!(renewed.freshness(engine.now()), Freshness::Fresh, "another may have it");
    assert_eq!(entry().await.freshness(engine.now()), Freshness::Fresh);
}

#[tokio::test(start_paused = true)]
async fn what_one_client_follows_is_refreshed_out_of_its_share() {
    let world = World::new();
    let engine = start(&world).await;
    let followed: Vec<_> = (0..500).map(junk).collect();
    let _demand = engine.asked_by(client(1)).demand(&followed);
    world.yahoo.does(failing());
    for second in 0..120 {
        engine.refresh_due().await;
        if second == 60 {
            world.yahoo.does(crate::fakes::Does::Price(1.1, None));
        }
        world.clock.advance(SignedDuration::from_secs(1));
    }
    assert!(oldest(&engine) <= SignedDuration::from_secs(61));
    let known = Arc::clone(&engine.asked_by(client(2)).quotes(&[symbol("AAPL")]).await[0]);
    assert!(known.quote.is_some());
}

#[tokio::test(start_paused = true)]
async fn nobody_is_refused_for_a_share_where_the_budget_is_spent_by_all() {
    let world = World::new();
    let engine = start(&world).await;
    for n in 0..=255 {
        drop(engine.asked_by(client(n)).history(&daily(junk(n.into()).as_str(), "1mo")).await);
    }
    let last = engine.asked_by(Client::at([198, 51, 100, 1].into()));
    let refused = last.history(&daily("ZZZ", "1mo")).await.unwrap_err();
    let why = refused.failures().iter().find_map(|failure| match failure.error {
        SourceError::NotAsked { why, again_in } => Some((why, again_in)),
        _ => None,
    });
    let (why, again_in) = why.unwrap();
    assert_eq!(why, NotAsked::RateLimited);
    assert!(again_in > Duration::ZERO);
}

/// What a read is given of time.
const DEADLINE: Duration = Duration::from_millis(10);

/// A client that stands in line for its turns.
fn waiting(engine: &Engine, n: u8) -> Engine {
    engine.asked_by(client(n)).waiting(Duration::from_secs(8))
}

/// Time passes by both clocks, the engine's a moment before the runtime's.
async fn pass(world: &World, time: Duration) {
    const STEP: Duration = Duration::from_millis(100);
    let mut left = time;
    while !left.is_zero() {
        world.clock.advance(SignedDuration::try_from(STEP).unwrap());
        tokio::time::sleep(STEP).await;
        left = left.saturating_sub(STEP);
    }
}

#[tokio::test(start_paused = true)]
async fn who_cannot_come_back_waits_for_its_turn_and_is_answered() {
    let world = World::new();
    let engine = start(&world).await;
    let known: Vec<_> = (0..40).map(|n| daily(junk(n).as_str(), "1mo")).collect();
    let refused = async |engine: &Engine| {
        let asked = known.iter().map(|query| engine.history(query));
        join_all(asked).await.iter().filter(|given| given.is_err()).count()
    };
    let at_once = refused(&engine.asked_by(client(1))).await;
    assert!((10..30).contains(&at_once), "{at_once} are refused to one who does not wait");
    let waiting = waiting(&engine, 1);
    let (later, ()) = tokio::join!(refused(&waiting), pass(&world, Duration::from_secs(10)));
    assert!((3..=4).contains(&(at_once - later)), "one in two seconds comes in, for eight");
    let allowed = BURST + PER_HOUR * 10.0 / 3_600.0;
    assert!(world.yahoo.calls() as f64 <= allowed, "the upstream is asked no more for that");
    let asked = [symbol("AAPL")];
    let waiting = self::waiting(&engine, 1);
    let (quotes, ()) = tokio::join!(waiting.quotes(&asked), pass(&world, Duration::from_secs(10)));
    assert!(quotes[0].quote.is_some(), "as with history");
}

#[tokio::test(start_paused = true)]
async fn prices_that_many_readers_of_a_client_wait_for_are_asked_for_together() {
    let world = World::new();
    let sources = sources(&world).with_quotes(Arc::new(ByTwenty(world.yahoo.clone())));
    let engine = world.start_watching(&["CAC40"], sources).await;
    engine.refresh_due().await;
    let symbols: Vec<_> = (0..60).map(|n| [junk(n)]).collect();
    let readers: Vec<_> = symbols.iter().map(|_| waiting(&engine, 1)).collect();
    let asked = readers
        .iter()
        .zip(&symbols)
        .map(async |(reader, symbol)| reader.quotes(symbol).await[0].quote.is_some());
    let (given, ()) = tokio::join!(join_all(asked), pass(&world, Duration::from_secs(10)));
    assert_eq!(given, [true; 60]);
    assert!(world.yahoo.calls() < 32, "{} requests", world.yahoo.calls());
}

#[tokio::test(start_paused = true)]
async fn what_is_held_is_given_at_once_to_one_who_would_wait() {
    let world = World::new();
    let engine = start(&world).await;
    let held = daily("AAPL", "1mo");
    engine.asked_by(client(1)).history(&held).await.unwrap();
    world.clock.advance(SignedDuration::from_hours(48));
    engine.refresh_due().await;
    for n in 0..100 {
        drop(engine.asked_by(client(1)).history(&daily(junk(n).as_str(), "1mo")).await);
    }
    let given = waiting(&engine, 1);
    let given = tokio::time::timeout(Duration::from_millis(1), given.history(&held)).await;
    assert!(given.unwrap().is_ok());
}

/// A hundred questions a second, each standing in line where there is one.
#[tokio::test(start_paused = true)]
async fn one_who_waits_costs_neither_the_watchlist_nor_another_client_anything() {
    let world = World::new();
    let engine = start(&world).await;
    for second in 0..130 {
        for n in 0..100 {
            let greedy = waiting(&engine, 1);
            let query = daily(junk(100 * second + n).as_str(), "1mo");
            tokio::spawn(async move { drop(greedy.history(&query).await) });
        }
        engine.refresh_due().await;
        assert!(oldest(&engine) <= SignedDuration::from_secs(61));
        if second % 60 == 30 {
            let other = engine.asked_by(client(2));
            let name = format!("NEW{second}");
            let query = daily(&name, "1mo");
            let given = tokio::time::timeout(DEADLINE, other.history(&query)).await;
            let given = given.expect("it need not wait");
            assert!(given.is_ok(), "after {second} s: {}", given.unwrap_err());
            // One for which the other stands in line.
            let same = daily(junk(100 * second + 99).as_str(), "1mo");
            let given = tokio::time::timeout(DEADLINE, other.history(&same)).await;
            assert!(given.expect("it stands in no line").is_ok());
        }
        pass(&world, Duration::from_secs(1)).await;
        let allowed = BURST + PER_HOUR * f64::from(second as u32 + 1) / 3_600.0;
        assert!(world.yahoo.calls() as f64 <= allowed, "after {second} s");
    }
}
