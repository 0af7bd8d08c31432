//! `marketpulse backup` beside a service that writes, and `restore` once it is stopped.

use std::path::Path;
use std::process::Output;

use simulator::{Market, Upstream};
use testkit::upstreams;

use crate::service::{marketpulse, serve};

fn run(data: &Path, arguments: &[&str]) -> Output {
    let mut command = marketpulse();
    command.args(arguments).env("MARKETPULSE_DATA_DIR", data).output().unwrap()
}

fn said(ran: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_taken_beside_a_service_comes_back_and_serves_what_was_served() {
    let now = "2025-10-29T12:00:00Z".parse().unwrap();
    let upstream = Upstream::start(Market::new(7), now).await;
    let data = tempfile::tempdir().unwrap();
    let settings = upstreams::simulated(&upstream);
    tokio::task::spawn_blocking(move || {
        let service = serve(data.path(), &settings);
        let bars = "/marketpulse/v1/bars/AAPL?from=2025-09-01&to=2025-10-24";
        let told = service.get(bars);
        assert_eq!(told.status, 200, "{}", told.body);
        let copy = data.path().join("copy.db");
        let copy = copy.to_str().unwrap();
        // Each question is written down while it is copied.
        let ran = std::thread::scope(|scope| {
            scope.spawn(|| {
                for symbol in ["MSFT", "VOD.L", "AIR.PA", "CAC40", "EUR/USD", "BTC/EUR"] {
                    service.get(&format!("/marketpulse/v1/bars/{symbol}?period=5y"));
                }
            });
            run(data.path(), &["backup", copy])
        });
        assert!(ran.status.success(), "{}", said(&ran));
        assert!(said(&ran).contains("copy.db: "), "{}", said(&ran));
        let again = run(data.path(), &["backup", copy]);
        assert!(
            !again.status.success() && said(&again).contains("name a new file"),
            "{}",
            said(&again)
        );
        let in_use = run(data.path(), &["restore", copy]);
        assert!(said(&in_use).contains("pid "), "a service uses it: {}", said(&in_use));
        assert!(service.end().0.success());

        let restored = run(data.path(), &["restore", copy]);
        assert!(restored.status.success(), "{}", said(&restored));
        assert!(said(&restored).contains("marketpulse.db.replaced-"), "{}", said(&restored));
        let offline =
            [settings, vec![("MARKETPULSE_OFFLINE".to_owned(), "True".to_owned())]].concat();
        let service = serve(data.path(), &offline);
        let again = service.get(bars);
        assert_eq!(again.status, 200, "{}", again.body);
        let bars = |text: &str| -> serde_json::Value {
            serde_json::from_str::<serde_json::Value>(text).unwrap()["bars"].clone()
        };
        assert_eq!(bars(&again.body), bars(&told.body));
    })
    .await
    .unwrap();
}
