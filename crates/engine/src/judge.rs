use market::Quote;

/// Whether a quote tells more than the one held, so that it may take its place.
///
/// Nothing newer is replaced by something older: while a live source is away, a
/// rate that another source set this morning does not push out the price of an
/// hour ago. A real price always replaces a simulated one, and never the reverse.
pub(crate) fn is_news(held: &Quote, new: &Quote) -> bool {
    if held.simulated != new.simulated {
        return held.simulated;
    }
    match (held.as_of, new.as_of) {
        (Some(held_as_of), Some(new_as_of)) => new_as_of >= held_as_of,
        (None, Some(_)) => true,
        // A source that states no time can only follow itself.
        (_, None) => held.source == new.source || held.as_of.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use market::{Catalog, Price, Source};

    fn quote(source: &str, as_of: Option<i64>) -> Quote {
        Quote {
            instrument: Catalog::new().instrument(&"EUR/USD".parse().unwrap()),
            price: Price::new(1.1).unwrap(),
            currency: None,
            previous: None,
            day_high: None,
            day_low: None,
            volume: None,
            session: None,
            as_of: as_of.map(|s| jiff::Timestamp::from_second(s).unwrap()),
            received_at: jiff::Timestamp::UNIX_EPOCH,
            source: Source::new(source),
            simulated: source == "demo",
        }
    }

    #[test]
    fn nothing_newer_is_replaced_by_something_older() {
        let check = |held: &Quote, new: &Quote, expected| assert_eq!(is_news(held, new), expected);
        let live = quote("yahoo", Some(100));
        check(&live, &quote("er_api", Some(50)), false);
        check(&live, &quote("er_api", Some(150)), true);
        check(&live, &quote("yahoo", Some(100)), true);
        check(&live, &quote("coingecko", None), false);
        check(&quote("coingecko", None), &quote("coingecko", None), true);
        check(&quote("coingecko", None), &live, true);
    }

    #[test]
    fn a_simulated_price_never_replaces_a_real_one() {
        let (real, made_up) = (quote("yahoo", Some(1)), quote("demo", Some(9)));
        assert!(!is_news(&real, &made_up));
        assert!(is_news(&made_up, &real));
        assert!(is_news(&made_up, &quote("demo", Some(10))));
    }
}
