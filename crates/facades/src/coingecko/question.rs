//! What the vendor's routes take. What is not named here is passed over, a client's key
//! with it.

use http::kinds::{Custom, OneOf, Optional, one_of};
use http::{Param, params};
use market::{Catalog, Currency, Symbol};
use providers::coingecko::IDS;
use table::text::short;

use crate::asked::text;

/// How many prices one question may be about: ids times currencies.
const MOST_PRICES: usize = 250;

/// The longest that the vendor's own charts reach back, in days.
const LONGEST_CHART: u32 = 36_500;

const COINS: Param<Custom<Vec<Coin>>> =
    Param::query("ids", text(|ids| Ok(coins(ids))), "bitcoin,ethereum", "Coins, commas between.");
const IN: Param<Custom<Vec<Currency>>> = Param::query(
    "vs_currencies",
    text(|codes| Ok(currencies(codes))),
    "eur,usd",
    "Currencies, commas between.",
);
const WITH_CHANGE: Param<Flag> = flag("include_24hr_change", "With the change of a day.");
const WITH_CAP: Param<Flag> = flag("include_market_cap", "With what all of it is worth.");
const WITH_VOLUME: Param<Flag> = flag("include_24hr_vol", "With what was traded in a day.");
const WITH_TIME: Param<Flag> = flag("include_last_updated_at", "With when the price was true.");
const PRECISION: Param<Optional<Custom<Option<usize>>>> =
    Param::query("precision", Optional(DECIMALS), "2", "How many decimals; `full` for all.");
const ID: Param<Custom<Coin>> = Param::in_path("id", COIN, "bitcoin", "A coin.");
const ONE_CURRENCY: Param<Custom<Currency>> =
    Param::query("vs_currency", text(currency), "eur", "A currency.");
const DAYS: Param<Custom<Option<u32>>> =
    Param::query("days", DAYS_KIND, "30", "How many days back, or `max`.");
const EVERY: Param<Optional<OneOf<&'static str>>> = Param::query(
    "interval",
    Optional(one_of(&["5m", "hourly", "daily"])),
    "daily",
    "How far apart the prices are.",
);

type Flag = Custom<bool>;

const fn flag(name: &'static str, about: &'static str) -> Param<Flag> {
    Param { default: Some("false"), ..Param::query(name, text(is_true), "true", about) }
}

params! {
    /// The latest prices of coins.
    pub(super) struct PriceParams {
        coins: Vec<Coin> = COINS,
        currencies: Vec<Currency> = IN,
        with_change: bool = WITH_CHANGE,
        with_cap: bool = WITH_CAP,
        with_volume: bool = WITH_VOLUME,
        with_time: bool = WITH_TIME,
        decimals: Option<Option<usize>> = PRECISION,
    }
}

params! {
    /// The past prices of a coin.
    pub(super) struct ChartParams {
        coin: Coin = ID,
        currency: Currency = ONE_CURRENCY,
        days: Option<u32> = DAYS,
        every: Option<&'static str> = EVERY,
        decimals: Option<Option<usize>> = PRECISION,
    }
}

const COIN: Custom<Coin> = text(|id| Coin::of(id).ok_or_else(|| "coin not found".to_owned()));

const DECIMALS: Custom<Option<usize>> = text(decimals);

const DAYS_KIND: Custom<Option<u32>> = text(days);

/// A coin as the vendor and as we name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Coin {
    /// The vendor's id.
    pub(super) id: &'static str,
    /// Our code.
    pub(super) code: &'static str,
}

impl Coin {
    /// Every coin whose id is known here. Its code alone would not do: many coins there
    /// share one.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        IDS.into_iter().map(|(code, id)| Self { id, code })
    }

    fn of(id: &str) -> Option<Self> {
        Self::all().find(|coin| coin.id == id.trim())
    }

    /// Its name for people.
    pub(super) fn name(self) -> &'static str {
        Catalog::coin_name(self.code).unwrap_or(self.code)
    }

    /// Our symbol of its price in a currency.
    pub(super) fn symbol(self, currency: &Currency) -> Symbol {
        let pair = format!("{}/{currency}", self.code);
        pair.parse().expect("two codes of at most ten letters or digits make a symbol")
    }

    /// As one side of a pair.
    pub(super) fn currency(self) -> Currency {
        self.code.parse().expect("a code of ours")
    }
}

/// The coins that are known here; the vendor says nothing of others either.
fn coins(text: &str) -> Vec<Coin> {
    text.split(',').filter_map(Coin::of).collect()
}

/// Likewise.
fn currencies(text: &str) -> Vec<Currency> {
    text.split(',').filter_map(|code| known(code.trim())).collect()
}

/// A currency or coin that exists, in any case.
fn known(code: &str) -> Option<Currency> {
    let code = code.to_ascii_uppercase();
    let exists = Catalog::is_currency(&code) || Catalog::coin_name(&code).is_some();
    code.parse().ok().filter(|_| exists)
}

impl PriceParams {
    /// Refuses more prices than one question may be about.
    pub(super) fn check(&self) -> Result<(), http::Problem> {
        let prices = self.coins.len() * self.currencies.len();
        let fault = format_args!("{prices} prices; at most {MOST_PRICES} in one question");
        if prices > MOST_PRICES { Err(COINS.refused(fault)) } else { Ok(()) }
    }
}

fn currency(text: &str) -> Result<Currency, String> {
    known(text).ok_or_else(|| "is no currency that is known here".to_owned())
}

fn is_true(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(format!("{:?} is not one of true, false", short(text))),
    }
}

fn decimals(text: &str) -> Result<Option<usize>, String> {
    let places = || text.parse().ok().filter(|places| *places <= 18);
    let fault = || format!("{:?} is not full, nor a number from 0 to 18", short(text));
    if text == "full" { Ok(None) } else { places().map(Some).ok_or_else(fault) }
}

fn days(text: &str) -> Result<Option<u32>, String> {
    if text == "max" {
        return Ok(None);
    }
    let whole = text.parse::<f64>().ok().filter(|days| *days > 0.0).map(f64::ceil);
    let fault = || format!("{:?} is not a number of days, nor max", short(text));
    let days = whole.filter(|days| *days <= f64::from(LONGEST_CHART)).ok_or_else(fault)?;
    Ok(Some(days as u32))
}

#[cfg(test)]
mod tests {
    use http::Kind;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn coins_are_named_by_their_ids_alone() {
        let ids = |text: &str| coins(text).iter().map(|it| it.code).collect();
        let found: Vec<&str> = ids("bitcoin, ethereum,btc,no-such-coin");
        assert_eq!(found, ["BTC", "ETH"]);
        let known = currencies("eur, XYZ,btc,€");
        assert_eq!(known.iter().map(Currency::as_str).collect::<Vec<_>>(), ["EUR", "BTC"]);
        assert!(COIN.read("avalanche-2").is_ok() && COIN.read("AVAX").is_err());
    }

    #[test]
    fn days_are_counted_or_all() {
        assert_eq!(days("max"), Ok(None));
        assert_eq!(days("0.5"), Ok(Some(1)));
        assert_eq!(days("30"), Ok(Some(30)));
        for wrong in ["0", "-1", "NaN", "", "1e9", "a month"] {
            assert!(days(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
            let _ = (days(&text), decimals(&text), is_true(&text), currency(&text));
            let _ = (coins(&text), currencies(&text));
        }
    }
}
