use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Company, DocumentQuestion};

/// Days between the reports of a year, and of a quarter.
const YEAR: i64 = 365;
const QUARTER: i64 = 91;

/// Series of what a company reports: one for each type asked for, or how many shares
/// there were.
pub(super) fn series(company: &Company, question: &DocumentQuestion<'_>) -> String {
    let types = question.parameter("type").unwrap_or_default();
    let types: Vec<&str> = types.split(',').filter(|name| !name.is_empty()).collect();
    let result: Vec<String> = if types.is_empty() {
        vec![shares(company, question)]
    } else {
        types.into_iter().map(|name| reported(company, name)).collect()
    };
    let result = result.join(",");
    format!(r#"{{"timeseries":{{"result":[{result}],"error":null}}}}"#)
}

fn shares(company: &Company, question: &DocumentQuestion<'_>) -> String {
    let bound =
        |name, usual| question.parameter(name).and_then(|it| it.parse().ok()).unwrap_or(usual);
    let (from, to): (i64, i64) =
        (bound("period1", company.day(-YEAR)), bound("period2", company.day(0)));
    let step = usize::try_from(QUARTER * 86_400).unwrap_or(1);
    let at: Vec<i64> = (from..to).step_by(step).take(100).collect();
    let counts = vec![company.shares(); at.len()];
    one(company, "shares_out", &at, &json!(counts))
}

fn reported(company: &Company, name: &str) -> String {
    let (days, count, period) = if name.starts_with("annual") {
        (YEAR, 4, "12M")
    } else if name.starts_with("trailing") {
        (1, 1, "TTM")
    } else {
        (QUARTER, 5, "3M")
    };
    let at: Vec<i64> = (1..=count).rev().map(|n| company.day(-n * days)).collect();
    let figure = |at: &i64| {
        let day = Timestamp::from_second(*at).unwrap_or_default().strftime("%Y-%m-%d").to_string();
        let raw = amount(company, name);
        json!({
            "asOfDate": day,
            "periodType": period,
            "currencyCode": company.listing.currency,
            "reportedValue": { "raw": raw, "fmt": raw.to_string() },
        })
    };
    let figures: Vec<Value> = at.iter().map(figure).collect();
    one(company, name, &at, &json!(figures))
}

/// One series. A widely used client takes its third member for the figures.
fn one(company: &Company, name: &str, at: &[i64], figures: &Value) -> String {
    let (at, name) = (json!(at), json!(name));
    let meta = json!({ "symbol": [company.listing.symbol], "type": [name] });
    format!(r#"{{"meta":{meta},"timestamp":{at},{name}:{figures}}}"#)
}

/// A part of the company's worth, the same for a name at all times; a ratio is a few units.
fn amount(company: &Company, name: &str) -> f64 {
    let part = name.bytes().map(u64::from).sum::<u64>() % 40 + 1;
    if name.ends_with("Ratio") || name.ends_with("EPS") {
        return part as f64 / 4.0;
    }
    (company.market_cap() * part as f64 / 400.0).round()
}
