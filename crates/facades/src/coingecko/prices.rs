use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use engine::{Engine, NoRate, Rate};
use http::CachePolicy;
use jiff::Timestamp;
use market::{Currency, PreviousKind, Symbol};
use query::Refusal;
use query::records::quote::without_noise;
use table::{Number, in_fifteen_digits};

use super::question::{Coin, PriceParams};
use super::refusal::Refused;
use super::shape::rounded;
use crate::Served;
use crate::asked::Asked;
use crate::beside::Beside;
use crate::reply;

/// What is said of one coin, by name: null where it is asked for and not known.
type Said = BTreeMap<String, Option<Number>>;

/// `GET /simple/price?ids=&vs_currencies=`
pub(super) async fn price(State(served): State<Served>, asked: Asked) -> Result<Response, Refused> {
    let params: PriceParams = asked.read()?;
    params.check()?;
    let engine = asked.engine(&served);
    have_at_hand(&engine, &params).await;
    let (mut answer, mut beside, mut missing) = (BTreeMap::new(), Vec::new(), None);
    for coin in &params.coins {
        let mut said = Said::new();
        for currency in &params.currencies {
            match engine.rate(&coin.currency(), currency).await {
                Ok(rate) => {
                    beside.push(Beside::of_rate(&rate));
                    say(&engine, &params, (*coin, currency), &rate, &mut said);
                }
                Err(error) => missing = later(missing, error),
            }
        }
        answer.insert(coin.id, said);
    }
    // Nothing at all is no answer where it is only away.
    if let Some(error) = missing.filter(|_| beside.is_empty()) {
        return Err(Refusal::no_rate("vs_currencies", error).into());
    }
    let (headers, beside) = (&asked.headers, Beside::of_all(beside));
    Ok(reply::json(&served, headers, CachePolicy::OneSecond, &answer, &beside))
}

/// Asks for all pairs together, so that upstreams answer them in as few requests as
/// they can.
async fn have_at_hand(engine: &Engine, params: &PriceParams) {
    let pairs = params.coins.iter().flat_map(|coin| {
        let others = params.currencies.iter().filter(|it| it.as_str() != coin.code);
        others.map(|currency| coin.symbol(currency))
    });
    let pairs: Vec<Symbol> = pairs.collect();
    engine.quotes(&pairs).await;
}

/// Of the reasons why there is no price, one that may pass is worth saying.
fn later(held: Option<NoRate>, error: NoRate) -> Option<NoRate> {
    let passes = matches!(error, NoRate::Away { .. } | NoRate::Store { .. });
    held.or_else(|| passes.then_some(error))
}

fn say(
    engine: &Engine,
    params: &PriceParams,
    (coin, currency): (Coin, &Currency),
    rate: &Rate,
    said: &mut Said,
) {
    let code = currency.as_str().to_ascii_lowercase();
    let price = rounded(in_fifteen_digits(rate.rate), params.decimals.flatten());
    said.insert(code.clone(), Some(Number(price)));
    if params.with_change {
        said.insert(format!("{code}_24h_change"), change(engine, coin, currency));
    }
    for (is_asked, what) in [(params.with_cap, "market_cap"), (params.with_volume, "24h_vol")] {
        if is_asked {
            said.insert(format!("{code}_{what}"), None);
        }
    }
    if params.with_time {
        let held = said.get("last_updated_at").copied().flatten();
        let oldest = updated_at(rate).into_iter().chain(held.map(|at| at.0)).reduce(f64::min);
        said.insert("last_updated_at".to_owned(), oldest.map(Number));
    }
}

/// When the price was true, in seconds: the older of two that it was made of.
fn updated_at(rate: &Rate) -> Option<f64> {
    let at: Option<Vec<Timestamp>> = rate.steps.iter().map(|step| step.as_of).collect();
    at?.into_iter().min().map(|at| at.as_second() as f64)
}

/// The change of a day in per cent, where the pair itself is quoted with it.
fn change(engine: &Engine, coin: Coin, currency: &Currency) -> Option<Number> {
    let entry = engine.held(&coin.symbol(currency))?;
    let quote = entry.quote.as_ref()?;
    quote.previous.filter(|previous| previous.kind == PreviousKind::DayAgo)?;
    quote.change_percent().map(|percent| Number(without_noise(percent)))
}
