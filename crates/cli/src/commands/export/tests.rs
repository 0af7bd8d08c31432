use clap::Parser;
use jiff::Timestamp;
use market::Adjust;
use simulator::{Fault, Market, Upstream};
use testkit::{SettableClock, upstreams};

use super::*;
use server::{Config, Opening};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: ExportArgs,
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Apple's shares were split four for one on 31 August 2020.
#[tokio::test]
async fn a_split_since_the_bars_were_received_is_not_undone_in_them() {
    let (before, after) = (instant("2020-08-20T15:00:00Z"), instant("2020-09-02T15:00:00Z"));
    let clock = SettableClock::new(before);
    let upstream = Upstream::start(Market::new(7), before).await;
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().to_str().unwrap().to_owned();
    let mut settings = upstreams::simulated(&upstream);
    settings.push(("MARKETPULSE_DATA_DIR".to_owned(), folder));
    let config = Config::read(&settings).unwrap();
    let engine = server::engine(&config, false, clock.clone(), &Opening::Once).await.unwrap();
    let symbol = "AAPL".parse().unwrap();
    let exported = async |adjust: &str| {
        let line = format!("- AAPL --from 2020-07-01 --to 2020-07-31 --adjust {adjust}");
        let args = Line::parse_from(line.split(' ')).args;
        let question = question(&engine, &args, &symbol).unwrap();
        bars::ask(&engine, &question, view(&args)).await.unwrap().series
    };
    let before_the_split = exported("splits").await;

    clock.set(after);
    upstream.set_now(after);
    upstream.fail("interval=1d", Fault::Close, None);
    let as_traded = exported("none").await;
    assert_eq!(as_traded.closes(), before_the_split.closes());
    let actions = &engine.actions(&symbol).await.unwrap().actions;
    let undone = before_the_split.adjusted(Adjust::None, actions).unwrap();
    assert_ne!(undone.closes(), before_the_split.closes(), "the split is known: {actions:?}");
}
