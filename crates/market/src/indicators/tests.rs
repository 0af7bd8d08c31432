use proptest::prelude::*;

use super::*;

fn over(name: &str, closes: &[f64]) -> Vec<Vec<Option<f64>>> {
    let closes: Vec<Price> = closes.iter().map(|close| Price::new(*close).unwrap()).collect();
    name.parse::<Indicator>().unwrap().over(&closes)
}

fn one(name: &str, closes: &[f64]) -> Vec<Option<f64>> {
    over(name, closes).remove(0)
}

/// The values after the holes, of which there are so many, in hundredths.
fn hundredths(column: &[Option<f64>], holes: usize) -> Vec<f64> {
    assert!(column[..holes].iter().all(Option::is_none), "{column:?}");
    column[holes..].iter().map(|cell| (cell.unwrap() * 100.0).round() / 100.0).collect()
}

/// Closes are published in cents, what was computed from more digits than these
/// may differ by one.
fn within_a_hundredth(found: &[f64], published: &[f64]) {
    assert_eq!(found.len(), published.len());
    for (found, published) in found.iter().zip(published) {
        assert!((found - published).abs() < 0.011, "{found} instead of {published}");
    }
}

fn close_to(found: Option<f64>, wanted: f64) {
    assert!((found.unwrap() - wanted).abs() < 1e-12, "{found:?} instead of {wanted}");
}

/// The closes of the example in `StockCharts`' article on moving averages.
const AVERAGED: [f64; 30] = [
    22.27, 22.19, 22.08, 22.17, 22.18, 22.13, 22.23, 22.43, 22.24, 22.29, 22.15, 22.39, 22.38,
    22.61, 23.36, 24.05, 23.75, 23.83, 23.95, 23.63, 23.82, 23.87, 23.65, 23.19, 23.10, 23.33,
    22.68, 23.10, 22.40, 22.17,
];

#[test]
fn a_simple_average_is_the_published_one() {
    let published = [
        22.22, 22.21, 22.23, 22.26, 22.31, 22.42, 22.61, 22.77, 22.91, 23.08, 23.21, 23.38, 23.53,
        23.65, 23.71, 23.69, 23.61, 23.51, 23.43, 23.28, 23.13,
    ];
    let found = hundredths(&one("sma:10", &AVERAGED), 9);
    within_a_hundredth(&found, &published);
}

#[test]
fn an_exponential_average_is_the_published_one() {
    let published = [
        22.22, 22.21, 22.24, 22.27, 22.33, 22.52, 22.80, 22.97, 23.13, 23.28, 23.34, 23.43, 23.51,
        23.53, 23.47, 23.40, 23.39, 23.26, 23.23, 23.08, 22.92,
    ];
    assert_eq!(hundredths(&one("ema:10", &AVERAGED), 9), published);
}

/// The example of `StockCharts`' article on Bollinger bands.
#[test]
fn bands_are_the_published_ones() {
    let closes = [
        86.16, 89.09, 88.78, 90.32, 89.07, 91.15, 89.44, 89.18, 86.93, 87.68, 86.96, 89.43, 89.32,
        88.72, 87.45, 87.26, 89.50, 87.90, 89.13, 90.70, 92.90, 92.98, 91.80,
    ];
    let bands = over("bollinger:20:2", &closes);
    within_a_hundredth(&hundredths(&bands[0], 19)[..3], &[86.12, 86.14, 85.87]);
    within_a_hundredth(&hundredths(&bands[1], 19)[..3], &[88.71, 89.05, 89.24]);
    within_a_hundredth(&hundredths(&bands[2], 19)[..3], &[91.29, 91.95, 92.61]);
}

/// The example of `StockCharts`' article on the relative strength index.
#[test]
fn relative_strength_is_the_published_one() {
    let closes = [
        44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826,
        45.8931, 46.0328, 45.6140, 46.2820, 46.2820, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439,
        46.2122, 46.2521, 45.7137, 46.4515, 45.7835, 45.3548, 44.0288, 44.1783, 44.2181, 44.5672,
        43.4205, 42.6628, 43.1314,
    ];
    let published = [
        70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93, 63.26, 56.06, 62.38, 54.71, 50.42, 39.99,
        41.46, 41.87, 45.46, 37.30, 33.08, 37.77,
    ];
    assert_eq!(hundredths(&one("rsi:14", &closes), 14), published);
}

/// The example of `StockCharts`' article on the rate of change.
#[test]
fn rate_of_change_is_the_published_one() {
    let closes = [
        11045.27, 11167.32, 11008.61, 11151.83, 10926.77, 10868.12, 10520.32, 10380.43, 10785.14,
        10748.26, 10896.91, 10782.95, 10620.16, 10625.83, 10510.95, 10444.37, 10068.01, 10193.39,
        10066.57, 10043.75,
    ];
    let published = [-3.85, -4.85, -4.52, -6.34, -7.86, -6.21, -4.31, -3.24];
    assert_eq!(hundredths(&one("roc:12", &closes), 12), published);
}

/// By hand: EMA 2 is 3/2, 19/6, 103/18, 499/54; EMA 3 is 7/3, 14/3, 47/6.
#[test]
fn macd_is_what_one_gets_by_hand() {
    let [line, signal, histogram] =
        over("macd:2:3:2", &[1.0, 2.0, 4.0, 7.0, 11.0]).try_into().unwrap();
    assert_eq!(line[..2], [None, None]);
    close_to(line[2], 5.0 / 6.0);
    close_to(line[3], 19.0 / 18.0);
    close_to(line[4], 38.0 / 27.0);
    assert_eq!(signal[..3], [None, None, None]);
    close_to(signal[3], 17.0 / 18.0);
    close_to(signal[4], 203.0 / 162.0);
    assert_eq!(histogram[..3], [None, None, None]);
    close_to(histogram[3], 1.0 / 9.0);
    close_to(histogram[4], 25.0 / 162.0);
}

#[test]
fn the_deviation_of_bands_is_that_of_a_population() {
    let bands = over("bollinger:8:1.5", &[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
    let last: Vec<f64> = bands.iter().map(|band| band[7].unwrap()).collect();
    assert_eq!(last, [2.0, 5.0, 8.0], "the mean is 5, the deviation 2");
}

#[test]
fn strength_is_a_hole_where_nothing_ever_moved() {
    assert_eq!(one("rsi:2", &[5.0; 6]), [None; 6]);
    assert_eq!(one("rsi:2", &[5.0, 5.0, 5.0, 6.0]), [None, None, None, Some(100.0)]);
    assert_eq!(one("rsi:2", &[5.0, 5.0, 4.0]), [None, None, Some(0.0)]);
}

#[test]
fn a_rate_from_nothing_or_less_is_a_hole() {
    assert_eq!(one("roc:1", &[0.0, 5.0, 4.0, -37.63, 10.0]), {
        [None, None, Some(-20.0), Some(-100.0 * 41.63 / 4.0), None]
    });
}

#[test]
fn what_leaves_the_range_of_numbers_is_a_hole() {
    assert_eq!(one("sma:2", &[-1.7e308, 1.7e308, 1.7e308]), [None, None, Some(1.7e308)]);
}

#[test]
fn columns_are_named_after_what_was_asked_for() {
    let columns = |name: &str| name.parse::<Indicator>().unwrap().columns();
    assert_eq!(columns("sma:20"), ["sma_20"]);
    assert_eq!(
        columns("bollinger:20:2"),
        ["bollinger_20_2_lower", "bollinger_20_2_middle", "bollinger_20_2_upper"]
    );
    assert_eq!(columns("bollinger:20:2.5")[0], "bollinger_20_2_5_lower");
    assert_eq!(
        columns("macd:12:26:9"),
        ["macd_12_26_9", "macd_12_26_9_signal", "macd_12_26_9_histogram"]
    );
}

#[test]
fn a_fault_says_what_would_work() {
    let fault = |name: &str| name.parse::<Indicator>().unwrap_err().to_string();
    let all = "there are sma:20, ema:50, bollinger:20:2, rsi:14, macd:12:26:9, roc:12";
    for (name, said) in [
        ("smaa:30", format!("\"smaa:30\" is not an indicator; did you mean sma:30?; {all}")),
        ("bolinger:20", format!("\"bolinger:20\" is not an indicator; did you mean bollinger:20:2?; {all}")),
        ("RSI:9", format!("\"RSI:9\" is not an indicator; did you mean rsi:9?; {all}")),
        ("", format!("\"\" is not an indicator; {all}")),
        ("vwap:20", format!("\"vwap:20\" is not an indicator; {all}")),
        ("sma", "\"sma\" should have one number, of bars, such as sma:20".to_owned()),
        ("sma:", "\"\" is not a number of bars from 1 to 500, such as 20".to_owned()),
        ("sma:501", "\"501\" is not a number of bars from 1 to 500, such as 20".to_owned()),
        ("rsi:14:2", "\"rsi:14:2\" should have one number, of bars, such as rsi:14".to_owned()),
        (
            "bollinger:20:2.0",
            "\"2.0\" is not a number of deviations from 0.1 to 10, written as 2 or 2.5".to_owned(),
        ),
        (
            "macd:26:12:9",
            "the first number of \"macd:26:12:9\" must be less than the second, such as macd:12:26:9"
                .to_owned(),
        ),
    ] {
        assert_eq!(fault(name), said);
    }
}

#[test]
fn nonsense_is_refused() {
    for name in [
        "sma:0",
        "sma:-1",
        "sma:+1",
        "sma:020",
        "sma:2.5",
        "sma:20:",
        ":20",
        "sma::20",
        " sma:20",
        "bollinger:20:0",
        "bollinger:20:10.1",
        "bollinger:20:.5",
        "bollinger:20:1e1",
        "bollinger:20:25.5",
        "bollinger:20:NaN",
        "macd:12:12:9",
        "sma:99999999999999999999",
        "é:é",
    ] {
        assert!(name.parse::<Indicator>().is_err(), "{name:?}");
    }
}

#[test]
fn each_says_its_formula_in_its_own_figures() {
    for indicator in Indicator::USUAL {
        let name = indicator.to_string();
        let bars = name.split(':').nth(1).unwrap();
        assert!(indicator.formula().contains(bars), "{name}: {}", indicator.formula());
    }
}

fn any_closes() -> impl Strategy<Value = Vec<f64>> {
    proptest::collection::vec((1_u32..1_000_000).prop_map(|cents| f64::from(cents) / 100.0), 0..90)
}

fn any_indicator() -> impl Strategy<Value = Indicator> {
    let text = "(sma|ema|rsi|roc):[1-9][0-9]?|bollinger:[1-9][0-9]?:([1-9]|[0-9]\\.[1-9])\
        |macd:[1-9]:[1-3][0-9]:[1-9]";
    text.prop_map(|name: String| name.parse().unwrap())
}

proptest! {
    #[test]
    fn what_is_read_prints_the_same(
        name in "(sma|ema|rsi|roc|macd|bollinger)(:[0-9]{1,3}(\\.[0-9])?){0,3}"
    ) {
        if let Ok(indicator) = name.parse::<Indicator>() {
            prop_assert_eq!(indicator.to_string(), name);
        }
    }

    #[test]
    fn a_column_is_as_long_as_the_closes_and_begins_with_the_warm_up(
        indicator in any_indicator(), closes in any_closes()
    ) {
        let columns = over(&indicator.to_string(), &closes);
        prop_assert_eq!(columns.len(), indicator.columns().len());
        let warm_up = indicator.warm_up().min(closes.len());
        prop_assert!(columns.iter().all(|column| column.len() == closes.len()));
        let is_full = |i: usize| columns.iter().all(|column| column[i].is_some());
        prop_assert!(!(0..warm_up).any(is_full));
        // An rsi is a hole as long as nothing has moved.
        let moves = closes.windows(2).any(|pair| (pair[1] - pair[0]).abs() > 0.0);
        prop_assert!(!moves || closes.len() <= warm_up || is_full(closes.len() - 1));
    }

    #[test]
    fn one_more_bar_changes_nothing_before_it(
        indicator in any_indicator(), closes in any_closes(), next in 0.01_f64..1e4
    ) {
        let before = over(&indicator.to_string(), &closes);
        let longer = [&closes[..], &[next]].concat();
        let after = over(&indicator.to_string(), &longer);
        for (before, after) in before.iter().zip(&after) {
            prop_assert_eq!(&before[..], &after[..closes.len()]);
        }
    }

    #[test]
    fn averages_of_one_price_are_that_price(price in 0.01_f64..1e6, bars in 1_usize..60) {
        let closes = vec![price; 60];
        for name in ["sma", "ema"] {
            let column = one(&format!("{name}:{bars}"), &closes);
            prop_assert!(column[bars - 1..].iter().all(|cell| *cell == Some(price)));
        }
        let bands = over(&format!("bollinger:{bars}:2"), &closes);
        prop_assert!(bands.iter().all(|band| band[59] == Some(price)));
    }

    #[test]
    fn averages_lie_between_the_least_and_the_most(closes in any_closes(), bars in 1_usize..30) {
        let least = closes.iter().copied().fold(f64::INFINITY, f64::min) - 1e-9;
        let most = closes.iter().copied().fold(0.0, f64::max) + 1e-9;
        for name in ["sma", "ema"] {
            let column = one(&format!("{name}:{bars}"), &closes);
            prop_assert!(column.iter().flatten().all(|cell| (least..=most).contains(cell)));
        }
    }

    #[test]
    fn bands_contain_the_mean(closes in any_closes(), bars in 1_usize..30) {
        let bands = over(&format!("bollinger:{bars}:2"), &closes);
        prop_assert_eq!(&bands[1], &one(&format!("sma:{bars}"), &closes));
        for ((lower, middle), upper) in bands[0].iter().zip(&bands[1]).zip(&bands[2]) {
            prop_assert!(lower <= middle && middle <= upper);
        }
    }

    #[test]
    fn strength_lies_between_0_and_100(closes in any_closes(), bars in 1_usize..30) {
        let column = one(&format!("rsi:{bars}"), &closes);
        prop_assert!(column.iter().flatten().all(|cell| (0.0..=100.0).contains(cell)));
    }

    #[test]
    fn the_histogram_is_the_line_less_the_signal(closes in any_closes()) {
        let columns = over("macd:5:13:4", &closes);
        for ((line, signal), histogram) in columns[0].iter().zip(&columns[1]).zip(&columns[2]) {
            let less = line.zip(*signal).map(|(line, signal)| line - signal);
            prop_assert_eq!(*histogram, less);
        }
    }
}
