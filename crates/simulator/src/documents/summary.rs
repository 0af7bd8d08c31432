use serde_json::{Map, Value, json};

use super::{Company, DocumentQuestion, quote_type, two};
use crate::{Interval, Kind};

/// The modules that are asked for, of those that an instrument has.
pub(super) fn summary(company: &Company, question: &DocumentQuestion<'_>) -> (u16, String) {
    let modules = question.parameter("modules").unwrap_or_default();
    let found: Map<String, Value> = modules
        .split(',')
        .filter_map(|name| Some((name.to_owned(), module(company, name.trim())?)))
        .collect();
    if found.is_empty() {
        let why = format!("No fundamentals data found for symbol: {}", company.listing.symbol);
        let error = json!({ "code": "Not Found", "description": why });
        let body = json!({ "quoteSummary": { "result": null, "error": error } });
        return (404, body.to_string());
    }
    (200, json!({ "quoteSummary": { "result": [found], "error": null } }).to_string())
}

fn module(company: &Company, name: &str) -> Option<Value> {
    match name {
        "price" => Some(price(company)),
        "quoteType" => Some(kind(company)),
        "summaryDetail" => Some(detail(company)),
        _ if company.listing.kind != Kind::Equity => None,
        "financialData" => Some(financials(company)),
        "defaultKeyStatistics" => Some(statistics(company)),
        "assetProfile" | "summaryProfile" => Some(profile(company)),
        "calendarEvents" => Some(events(company)),
        "recommendationTrend" => Some(recommendations()),
        "upgradeDowngradeHistory" => Some(json!({ "history": [], "maxAge": 86_400 })),
        "secFilings" => Some(json!({ "filings": [], "maxAge": 86_400 })),
        "esgScores" => Some(json!({ "totalEsg": 20.0, "maxAge": 86_400 })),
        "institutionOwnership" | "fundOwnership" => Some(owners(company)),
        "majorHoldersBreakdown" => Some(breakdown()),
        "majorDirectHolders" | "insiderHolders" => Some(json!({ "holders": [], "maxAge": 1 })),
        "insiderTransactions" => Some(json!({ "transactions": [], "maxAge": 1 })),
        "netSharePurchaseActivity" => Some(purchases()),
        "topHoldings" => Some(holdings()),
        "fundProfile" => Some(fund()),
        _ => None,
    }
}

fn price(company: &Company) -> Value {
    let mut price = company.quote();
    price["maxAge"] = json!(1);
    price["regularMarketSource"] = json!("DELAYED");
    price["quoteSourceName"] = json!("Delayed Quote");
    price["exchangeName"] = company.listing.exchange_name.into();
    price["currencySymbol"] = json!("$");
    price["regularMarketChangePercent"] = json!(0.01);
    for absent in ["underlyingSymbol", "lastMarket", "fromCurrency", "toCurrency"] {
        price[absent] = Value::Null;
    }
    price
}

/// What sort of thing it is, and where it trades.
pub(super) fn kind(company: &Company) -> Value {
    let listing = &company.listing;
    json!({
        "exchange": listing.exchange,
        "quoteType": quote_type(listing.kind),
        "symbol": listing.symbol,
        "underlyingSymbol": listing.symbol,
        "shortName": listing.name,
        "longName": listing.name,
        "firstTradeDateEpochUtc": 345_479_400,
        "timeZoneFullName": listing.time_zone,
        "timeZoneShortName": "EST",
        "uuid": "00000000-0000-0000-0000-000000000000",
        "messageBoardId": "finmb_0",
        "gmtOffSetMilliseconds": listing.zone().to_offset(company.now).seconds() * 1_000,
        "maxAge": 1,
    })
}

fn detail(company: &Company) -> Value {
    let (price, listing) = (company.price, &company.listing);
    let year = jiff::SignedDuration::from_hours(365 * 24);
    let bars = company.market.bars(
        &listing.symbol,
        Interval::D1,
        company.now - year,
        company.now,
        company.now,
    );
    let high = bars.iter().map(|bar| bar.high).fold(price, f64::max);
    let low = bars.iter().map(|bar| bar.low).fold(price, f64::min);
    json!({
        "maxAge": 1,
        "priceHint": 2,
        "previousClose": two(price * 0.99),
        "open": price,
        "dayLow": two(price * 0.98),
        "dayHigh": two(price * 1.02),
        "regularMarketPreviousClose": two(price * 0.99),
        "regularMarketOpen": price,
        "regularMarketDayLow": two(price * 0.98),
        "regularMarketDayHigh": two(price * 1.02),
        "trailingPE": 25.0,
        "volume": 1_000_000,
        "regularMarketVolume": 1_000_000,
        "averageVolume": 1_000_000,
        "averageVolume10days": 1_000_000,
        "averageDailyVolume10Day": 1_000_000,
        "bid": price,
        "ask": price,
        "bidSize": 100,
        "askSize": 100,
        "marketCap": company.market_cap(),
        "fiftyTwoWeekLow": low,
        "fiftyTwoWeekHigh": high,
        "priceToSalesTrailing12Months": 5.0,
        "fiftyDayAverage": price,
        "twoHundredDayAverage": price,
        "currency": listing.currency,
        "fromCurrency": null,
        "toCurrency": null,
        "lastMarket": null,
        "coinMarketCapLink": null,
        "algorithm": null,
        "tradeable": false,
    })
}

fn financials(company: &Company) -> Value {
    let (price, cap) = (company.price, company.market_cap());
    json!({
        "maxAge": 86_400,
        "currentPrice": price,
        "targetHighPrice": two(price * 1.3),
        "targetLowPrice": two(price * 0.8),
        "targetMeanPrice": two(price * 1.1),
        "targetMedianPrice": two(price * 1.1),
        "recommendationMean": 2.0,
        "recommendationKey": "buy",
        "numberOfAnalystOpinions": 12,
        "totalCash": (cap * 0.05).round(),
        "totalRevenue": (cap * 0.2).round(),
        "profitMargins": 0.2,
        "financialCurrency": company.listing.currency,
    })
}

fn statistics(company: &Company) -> Value {
    json!({
        "maxAge": 1,
        "priceHint": 2,
        "enterpriseValue": company.market_cap(),
        "forwardPE": 22.0,
        "profitMargins": 0.2,
        "sharesOutstanding": company.shares(),
        "floatShares": company.shares(),
        "impliedSharesOutstanding": company.shares(),
        "bookValue": two(company.price / 4.0),
        "trailingEps": two(company.price / 25.0),
        "forwardEps": two(company.price / 22.0),
        "beta": 1.1,
    })
}

fn profile(company: &Company) -> Value {
    json!({
        "maxAge": 86_400,
        "address1": "1 Simulated Street",
        "city": "Nowhere",
        "country": "United States",
        "website": "https://example.com",
        "industry": "Industry One",
        "industryKey": "technology-one",
        "sector": "Technology",
        "sectorKey": "technology",
        "longBusinessSummary": format!("{} makes up what it sells.", company.listing.name),
        "fullTimeEmployees": 1_000,
        "companyOfficers": [],
    })
}

fn events(company: &Company) -> Value {
    let per_share = two(company.price / 100.0);
    json!({
        "maxAge": 1,
        "earnings": {
            "earningsDate": [company.day(30)],
            "isEarningsDateEstimate": true,
            "earningsCallDate": [],
            "earningsHigh": per_share * 1.2,
            "earningsLow": per_share * 0.8,
            "earningsAverage": per_share,
            "revenueHigh": company.market_cap() * 0.06,
            "revenueLow": company.market_cap() * 0.04,
            "revenueAverage": company.market_cap() * 0.05,
        },
        "exDividendDate": company.day(-20),
        "dividendDate": company.day(-10),
    })
}

fn recommendations() -> Value {
    let of = |period: &str| json!({ "period": period, "strongBuy": 3, "buy": 5, "hold": 4, "sell": 1, "strongSell": 0 });
    let trend = ["0m", "-1m", "-2m", "-3m"].map(of);
    json!({ "trend": trend, "maxAge": 86_400 })
}

fn owners(company: &Company) -> Value {
    let owner = |n: u64| {
        json!({
            "maxAge": 1,
            "reportDate": company.day(-60),
            "organization": format!("Made-up Holdings {n}"),
            "pctHeld": 0.05,
            "position": company.shares() / 20,
            "value": (company.market_cap() / 20.0).round(),
            "pctChange": 0.0,
        })
    };
    json!({ "ownershipList": [owner(1), owner(2), owner(3)], "maxAge": 1 })
}

fn breakdown() -> Value {
    json!({
        "maxAge": 1,
        "insidersPercentHeld": 0.01,
        "institutionsPercentHeld": 0.6,
        "institutionsFloatPercentHeld": 0.61,
        "institutionsCount": 500,
    })
}

fn purchases() -> Value {
    json!({
        "maxAge": 1,
        "period": "6m",
        "buyInfoCount": 0,
        "buyInfoShares": 0,
        "buyPercentInsiderShares": 0.0,
        "sellInfoCount": 0,
        "sellInfoShares": 0,
        "sellPercentInsiderShares": 0.0,
        "netInfoCount": 0,
        "netInfoShares": 0,
        "netPercentInsiderShares": 0.0,
        "totalInsiderShares": 0,
    })
}

fn holdings() -> Value {
    let holding = |symbol: &str| json!({ "symbol": symbol, "holdingName": format!("{symbol} as held"), "holdingPercent": 0.05 });
    let held = ["AAPL", "MSFT", "IBM"].map(holding);
    json!({
        "maxAge": 1,
        "cashPosition": 0.01,
        "stockPosition": 0.99,
        "bondPosition": 0.0,
        "preferredPosition": 0.0,
        "convertiblePosition": 0.0,
        "otherPosition": 0.0,
        "holdings": held,
        "equityHoldings": { "priceToEarnings": 0.04, "priceToBook": 0.2 },
        "bondHoldings": {},
        "bondRatings": [],
        "sectorWeightings": [{ "technology": 0.6 }, { "healthcare": 0.4 }],
    })
}

fn fund() -> Value {
    json!({
        "maxAge": 1,
        "family": "Made-up Funds",
        "categoryName": "Large Blend",
        "legalType": "Exchange Traded Fund",
        "feesExpensesInvestment": { "annualReportExpenseRatio": 0.001 },
        "feesExpensesInvestmentCat": {},
        "brokerages": [],
    })
}
