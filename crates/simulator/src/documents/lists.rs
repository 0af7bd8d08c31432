use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Company, DocumentQuestion};
use crate::{Kind, Market};

/// So many rows where nobody says how many.
const USUAL: usize = 25;

fn shares(market: Market) -> Vec<String> {
    let known = market.known().into_iter().filter(|listing| listing.kind == Kind::Equity);
    known.map(|listing| listing.symbol).collect()
}

/// A list by its name.
pub(super) fn saved(market: Market, question: &DocumentQuestion<'_>, now: Timestamp) -> Value {
    let name = question.parameter("scrIds").unwrap_or("day_gainers").to_lowercase();
    let count = question.whole("count").unwrap_or(USUAL);
    let page = page(market, question.whole("start").unwrap_or(0), count, now);
    let result = json!({
        "id": name,
        "title": name.replace('_', " "),
        "description": "Made up",
        "canonicalName": name.to_uppercase(),
        "criteriaMeta": {
            "size": count,
            "offset": 0,
            "sortField": "percentchange",
            "sortType": "DESC",
            "quoteType": "EQUITY",
            "criteria": [],
            "includeFields": ["ticker", "percentchange"],
            "topOperator": "AND",
        },
        "rawCriteria": "{}",
        "iconUrl": "",
        "isPremium": false,
        "isPremiumScreener": false,
        "predefinedScr": true,
        "versionId": 1,
        "creationDate": 0,
        "lastUpdated": 0,
        "userId": "",
        "start": page.0,
        "count": page.2.len(),
        "total": page.1,
        "useRecords": false,
        "quotes": page.2,
    });
    json!({ "finance": { "result": [result], "error": null } })
}

/// A list by conditions, which are not read.
pub(super) fn screened(market: Market, question: &DocumentQuestion<'_>, now: Timestamp) -> Value {
    let sent = question.sent();
    let whole = |name: &str| sent[name].as_u64().and_then(|n| usize::try_from(n).ok());
    let count = whole("size").or(whole("count")).unwrap_or(USUAL);
    let (start, total, quotes) = page(market, whole("offset").unwrap_or(0), count, now);
    let result = json!({
        "start": start,
        "count": quotes.len(),
        "total": total,
        "quotes": quotes,
        "useRecords": false,
    });
    json!({ "finance": { "result": [result], "error": null } })
}

fn page(market: Market, start: usize, count: usize, now: Timestamp) -> (usize, usize, Vec<Value>) {
    let all = shares(market);
    let shown = all.iter().skip(start).take(count);
    let quotes = shown.map(|symbol| Company::of(market, symbol, now).quote()).collect();
    (start, all.len(), quotes)
}

/// What many look at.
pub(super) fn trending(market: Market, region: &str, question: &DocumentQuestion<'_>) -> Value {
    let count = question.whole("count").unwrap_or(5);
    let symbols = shares(market).into_iter().take(count);
    let quotes: Vec<Value> = symbols.map(|symbol| json!({ "symbol": symbol })).collect();
    let result = json!({
        "count": quotes.len(),
        "quotes": quotes,
        "jobTimestamp": 1_700_000_000_000_u64,
        "startInterval": 202_511_140_000_u64,
        "region": region,
    });
    json!({ "finance": { "result": [result], "error": null } })
}

/// What is like an instrument.
pub(super) fn recommended(market: Market, symbol: &str) -> Value {
    let others = shares(market).into_iter().filter(|other| other != symbol).take(5);
    let others: Vec<Value> =
        others.map(|other| json!({ "symbol": other, "score": 0.25 })).collect();
    let result = json!({ "symbol": symbol, "recommendedSymbols": others });
    json!({ "finance": { "result": [result], "error": null } })
}

/// A sector of the economy.
pub(super) fn sector(market: Market, key: &str, now: Timestamp) -> Value {
    let industry = json!({
        "key": format!("{key}-one"),
        "name": "Industry One",
        "symbol": "^YH000",
        "marketWeight": raw(1.0),
    });
    let mut sector = part(market, key, now);
    sector["topETFs"] = json!([]);
    sector["topMutualFunds"] = json!([]);
    sector["industries"] = json!([industry]);
    json!({ "data": sector, "error": null })
}

/// A part of a sector.
pub(super) fn industry(market: Market, key: &str, now: Timestamp) -> Value {
    let mut industry = part(market, key, now);
    industry["sectorKey"] = json!("technology");
    industry["sectorName"] = json!("Technology");
    industry["topPerformingCompanies"] = industry["topCompanies"].clone();
    industry["topGrowthCompanies"] = industry["topCompanies"].clone();
    json!({ "data": industry, "error": null })
}

fn part(market: Market, key: &str, now: Timestamp) -> Value {
    let company = |symbol: &String| {
        let company = Company::of(market, symbol, now);
        json!({
            "symbol": symbol,
            "name": company.listing.name,
            "rating": "Buy",
            "marketWeight": raw(0.1),
            "lastPrice": raw(company.price),
            "ytdReturn": raw(0.05),
            "targetPrice": raw(company.price),
            "growthEstimate": raw(0.1),
        })
    };
    let companies: Vec<Value> = shares(market).iter().take(10).map(company).collect();
    json!({
        "key": key,
        "name": key.replace('-', " "),
        "symbol": "^YH311",
        "overview": {
            "companiesCount": companies.len(),
            "industriesCount": 1,
            "description": "Made up",
            "marketCap": raw(1e12),
            "marketWeight": raw(0.3),
            "employeeCount": raw(1e6),
        },
        "topCompanies": companies,
        "researchReports": [],
    })
}

fn raw(figure: f64) -> Value {
    json!({ "raw": figure, "fmt": figure.to_string() })
}
