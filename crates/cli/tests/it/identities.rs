//! Instruments by their ISINs and FIGIs.

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;

use crate::export::Desk;
use crate::world::World;

const APPLE: &str = "US0378331005";

/// The same but for the address of the rest, and how old it is by then.
async fn bars(world: &World, symbol: &str) -> Value {
    world.get(&format!("/marketpulse/v1/bars/{symbol}?period=1mo")).await.json()
}

#[tokio::test]
async fn a_share_by_its_symbol_and_by_its_isin_is_one_answer() {
    let world = World::start("production", &[("MARKETPULSE_WATCHLIST", "FR0000121014")]).await;
    world.refresh().await;
    let named = bars(&world, "AAPL").await;
    assert_eq!(named["symbol"], "AAPL");
    for other in [APPLE, "us0378331005"] {
        assert_eq!(bars(&world, other).await, named, "{other}");
    }
    let watched = world.get("/marketpulse/latest").await.json();
    assert!(watched.to_string().contains("MC.PA"), "{watched}");
    let instrument = world.get("/marketpulse/v1/instruments/FR0000121014@XPAR").await.json();
    assert_eq!([&instrument["symbol"], &instrument["isin"]], ["MC.PA", "FR0000121014"]);

    let quotes = format!("/marketpulse/v1/quotes?symbols={APPLE},AAPL&fields=symbol&format=csv");
    assert_eq!(world.get(&quotes).await.body, "symbol\nAAPL\nAAPL\n");
    let chart = world.get(&format!("/v8/finance/chart/{APPLE}?range=5d&interval=1d")).await.json();
    let meta = &chart["chart"]["result"][0]["meta"];
    assert_eq!([&meta["currency"], &meta["symbol"]], ["USD", APPLE], "as its clients asked");
    let udf = world.get(&format!("/udf/symbols?symbol={APPLE}")).await;
    assert!(udf.body.contains("Apple"), "{}", udf.body);
}

#[tokio::test]
async fn what_may_be_two_is_refused_with_both_and_its_market_decides() {
    let world = World::production().await;
    for unsure in ["GB00B2B0DG97", "GB00B2B0DG97@XPAR"] {
        world.upstream.unknown(unsure);
    }
    let asked = world.upstream.requests();
    let (status, said) = world.get("/marketpulse/v1/bars/GB00B2B0DG97").await.problem();
    assert_eq!(status, 404);
    assert!(said.contains("REL.L") && said.contains("REN.AS"), "{said}");
    assert_eq!(world.upstream.requests(), asked, "no source knows an ISIN");
    assert_eq!(bars(&world, "GB00B2B0DG97@XAMS").await["symbol"], "REN.AS");
    let (status, _) = world.get("/marketpulse/v1/bars/GB00B2B0DG97@XPAR").await.problem();
    assert_eq!(status, 404);
    let request = Request::get("/marketpulse/v1/bars/AAPL@XNAS").body(Body::empty()).unwrap();
    let (status, said) = world.ask(request).await.problem();
    assert_eq!(status, 400, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_brought_in_is_found_at_once_and_after_a_restart() {
    let desk = Desk::start().await;
    let service = desk.service();
    let table = "symbol,isin,mic,figi,composite_figi,share_class_figi,remark\n\
                 aapl,US0378331005,xnas,BBG000B9Y5X2,BBG000B9XRY4,BBG001S5N8V8,the first\n\
                 MSFT,,,BBG000BPH459,,,\n";
    let file = desk.write("names.csv", table);
    let (status, out, said) = desk.run(&["instruments", "import", &file, "--dry-run"]);
    assert_eq!(
        (status, out.as_str()),
        (Some(0), "2 instruments can be used; nothing was stored\n")
    );
    assert_eq!(said, "marketpulse: columns not read: remark\n");
    assert_ne!(service.get("/marketpulse/v1/instruments/BBG000B9Y5X2").status, 200);

    let (status, out, _) = desk.run(&["instruments", "import", &file]);
    assert_eq!(
        (status, out.as_str()),
        (Some(0), "2 instruments are known by what was brought in\n")
    );
    for figi in ["BBG000B9Y5X2", "BBG000B9XRY4", "BBG001S5N8V8", "US0378331005@XNAS"] {
        let found = service.get(&format!("/marketpulse/v1/instruments/{figi}")).json();
        assert_eq!([&found["symbol"], &found["figi"]], ["AAPL", "BBG000B9Y5X2"], "{figi}");
    }
    drop(service);
    let service = desk.service();
    let found = service.get("/marketpulse/v1/value/BBG000BPH459?field=symbol");
    assert_eq!(found.body, "MSFT");
    let (_, listed, _) = desk.run(&["instruments"]);
    assert!(listed.lines().next().unwrap().contains(",isin,figi,"), "{listed}");
    assert!(listed.contains("BBG000BPH459"), "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_cannot_be_right_is_refused_whole() {
    let desk = Desk::start().await;
    for (table, why) in [
        ("name,isin\nApple,US0378331005\n", "there is no column symbol"),
        (
            "symbol,isin\nAAPL,US0378331006\n",
            "line 2: \"US0378331006\" is no ISIN: its last digit should be 5",
        ),
        ("symbol,mic\nAAPL,NASDAQ\n", "line 2: \"NASDAQ\" is no market"),
        ("symbol,figi\nA,BBG000B9Y5X2\nB,BBG000B9Y5X2\n", "A and B cannot both be BBG000B9Y5X2"),
        ("symbol,isin\n,US0378331005\n", "line 2: names no symbol"),
    ] {
        let file = desk.write("wrong.csv", table);
        let (status, out, said) = desk.run(&["instruments", "import", &file]);
        assert_eq!((status, out.as_str()), (Some(1), ""), "{table}");
        assert!(said.contains(why) && said.contains("nothing was stored"), "{said}");
    }
}
