use std::time::Duration;

use jiff::Timestamp;
use market::{Freshness, quote_freshness};
use testkit::soon;

use crate::known::HELD;
use crate::readers::Tally;
use crate::stage::Stage;

/// One refresh interval, and the tick at which it is noticed to be over.
pub(crate) const WITHIN: i64 = 61;

/// Where it takes longer than this it is not going to happen.
const GIVEN_UP: i64 = 900;

/// Lets time pass second by second until every watched price is fresh and was
/// received since now, and every history held is fresh again.
pub(crate) async fn measure(stage: &Stage, tally: &mut Tally) -> Option<i64> {
    let healed_at = stage.now();
    let mut late = String::new();
    for seconds in 0..=GIVEN_UP {
        stage.engine().refresh_due().await;
        let still_late = [late_quotes(stage, healed_at), late_histories(stage).await].concat();
        if still_late.is_empty() {
            let so = seconds <= WITHIN;
            tally.expect(so, || format!("fresh again only after {seconds} s: {late}"));
            return Some(seconds);
        }
        late = still_late.join(", ");
        stage.advance(1);
    }
    tally.wrong(format!("not fresh {GIVEN_UP} s later: {late}"));
    None
}

fn late_quotes(stage: &Stage, healed_at: Timestamp) -> Vec<String> {
    let now = stage.now();
    let is_back = |entry: &&std::sync::Arc<engine::Entry>| {
        entry.quote.as_ref().is_some_and(|quote| {
            quote.received_at >= healed_at && quote_freshness(quote, now) == Freshness::Fresh
        })
    };
    let board = stage.engine().board();
    let late = board.entries.iter().filter(|entry| !is_back(entry));
    late.map(|entry| entry.instrument.symbol.to_string()).collect()
}

/// Asking is what has them refreshed, behind the answer; what that takes of real
/// time is given, and the clock stands meanwhile: how busy the machine is must
/// not count.
async fn late_histories(stage: &Stage) -> Vec<String> {
    let asked = still_late(stage, HELD.map(|asked| asked.target).to_vec()).await;
    let answered = async {
        while stage.engine().is_asking() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    soon(answered).await;
    still_late(stage, asked).await.into_iter().map(str::to_owned).collect()
}

async fn still_late(stage: &Stage, asked: Vec<&'static str>) -> Vec<&'static str> {
    let mut late = Vec::new();
    for target in asked {
        if stage.ask(target).await.json()["freshness"] != "fresh" {
            late.push(target);
        }
    }
    late
}
