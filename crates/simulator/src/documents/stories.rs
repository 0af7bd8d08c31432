use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Company, DocumentQuestion};
use crate::{Kind, Market};

/// More rows than anybody is given.
const MOST: usize = 100;

/// What happens when, in the columns of earnings.
pub(super) fn calendar(market: Market, question: &DocumentQuestion<'_>, now: Timestamp) -> Value {
    let sent = question.sent();
    let asked = sent["includeFields"].as_array().cloned().unwrap_or_default();
    let fields: Vec<&str> = asked.iter().filter_map(Value::as_str).collect();
    let count = sent["size"].as_u64().and_then(|size| usize::try_from(size).ok()).unwrap_or(12);
    let known = market.known().into_iter().filter(|listing| listing.kind == Kind::Equity);
    let row = |listing: crate::Listing| -> Vec<Value> {
        fields.iter().map(|field| cell(field, &listing.symbol, &listing.name, now)).collect()
    };
    let rows: Vec<_> = known.take(count.min(MOST)).map(row).collect();
    let column = |field: &&str| json!({ "label": label(field), "id": field, "type": kind(field) });
    let columns: Vec<Value> = fields.iter().map(column).collect();
    let document = json!({ "columns": columns, "rows": rows });
    let result = json!({ "total": rows.len(), "documents": [document] });
    json!({ "finance": { "result": [result], "error": null } })
}

fn cell(field: &str, symbol: &str, name: &str, now: Timestamp) -> Value {
    match field {
        "ticker" => json!(symbol),
        "companyshortname" => json!(name),
        "eventname" => json!("Earnings"),
        "startdatetimetype" => json!("AMC"),
        "timeZoneShortName" => json!("EST"),
        date if date.contains("date") => json!(now.to_string()),
        _ => json!(1.25),
    }
}

/// As the columns of earnings are headed; others by their field.
fn label(field: &str) -> &str {
    match field {
        "ticker" => "Symbol",
        "companyshortname" => "Company Name",
        "intradaymarketcap" => "Market Cap (Intraday)",
        "eventname" => "Event Name",
        "startdatetime" => "Event Start Date",
        "startdatetimetype" => "Event Start Date ",
        "epsestimate" => "EPS Estimate",
        "epsactual" => "Reported EPS",
        "epssurprisepct" => "Surprise (%)",
        other => other,
    }
}

fn kind(field: &str) -> &'static str {
    if field.contains("date") { "DATE" } else { "STRING" }
}

/// The latest news.
pub(super) fn news(question: &DocumentQuestion<'_>, now: Timestamp) -> Value {
    let config = &question.sent()["serviceConfig"];
    let count = config["snippetCount"].as_u64().and_then(|n| usize::try_from(n).ok());
    let symbol = config["s"][0].as_str().unwrap_or("the market").to_owned();
    let story = |n: usize| {
        json!({
            "id": format!("made-up-{n}"),
            "content": {
                "id": format!("made-up-{n}"),
                "contentType": "STORY",
                "title": format!("Nothing happened to {symbol}, part {n}"),
                "summary": "A story that never was.",
                "pubDate": now.to_string(),
                "provider": { "displayName": "The Simulator" },
                "canonicalUrl": { "url": "https://example.com/" },
            },
        })
    };
    let stories: Vec<Value> = (1..=count.unwrap_or(10).min(MOST)).map(story).collect();
    json!({ "data": { "tickerStream": { "stream": stories, "nextPage": null } }, "status": "OK" })
}

/// What is thought of a company.
pub(super) fn insights(company: &Company) -> Value {
    let symbol = &company.listing.symbol;
    json!({ "finance": { "error": null, "result": {
        "symbol": symbol,
        "upsell": { "msBullishSummary": [], "msBearishSummary": [] },
        "events": [],
        "reports": [],
        "sigDevs": [],
        "secReports": [],
    } } })
}
