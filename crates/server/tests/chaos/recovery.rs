use std::time::Duration;

use jiff::Timestamp;
use market::{Freshness, quote_freshness};

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
        let quotes = late_quotes(stage, healed_at);
        if quotes.is_empty() {
            let histories = late_histories(stage).await;
            if histories.is_empty() {
                let so = seconds <= WITHIN;
                tally.expect(so, || format!("fresh again only after {seconds} s: {late}"));
                return Some(seconds);
            }
            late = histories.join(", ");
        } else {
            late = quotes.join(", ");
        }
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

/// Asking is what has them refreshed, behind the answer; real time is given for
/// that, and the clock stands.
async fn late_histories(stage: &Stage) -> Vec<&'static str> {
    const LOOKS: u32 = 60;
    let mut late = HELD.map(|asked| asked.target).to_vec();
    for _ in 0..LOOKS {
        let mut still_late = Vec::new();
        for target in late {
            let told = stage.ask(target).await.json();
            if told["freshness"] != "fresh" {
                still_late.push(target);
            }
        }
        if still_late.is_empty() {
            return still_late;
        }
        late = still_late;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    late
}
