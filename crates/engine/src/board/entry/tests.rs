//! The situations of evidence, each as looks of an upstream one after another.

use std::sync::Arc;

use jiff::tz::TimeZone;
use market::{Action, ActionKind, Bar, Catalog, Currency, Previous, PreviousKind, Price, Witness};
use proptest::prelude::*;
use testkit::bare_quote;

use super::*;

/// Tuesday, 14 November 2023, in the middle of the day.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_699_966_800 + seconds).unwrap()
}

fn price(price: f64) -> Price {
    Price::new(price).unwrap()
}

/// What a source tells at a second.
#[derive(Clone, Copy, Debug)]
struct Look {
    source: &'static str,
    symbol: &'static str,
    currency: Option<&'static str>,
    price: f64,
    range: Option<(f64, f64)>,
    previous: Option<f64>,
    day_ago: Option<f64>,
    split: Option<(f64, f64)>,
    /// How old the price is when it is told, in seconds.
    age: i64,
}

const SHARE: Look = Look {
    source: "yahoo",
    symbol: "MULX",
    currency: Some("USD"),
    price: 100.0,
    range: None,
    previous: None,
    day_ago: None,
    split: None,
    age: 0,
};

impl Look {
    /// All of an answer so many times as much.
    fn whole(self, price: f64) -> Self {
        Self { price, range: Some((price * 0.98, price * 1.02)), previous: Some(price), ..self }
    }

    /// A price that its own answer contradicts.
    fn slip(self, price: f64, truth: f64) -> Self {
        Self { price, ..self.whole(truth) }
    }

    fn quote(self, now: Timestamp) -> Quote {
        let mut instrument = Catalog::new().instrument(&self.symbol.parse().unwrap());
        let currency: Option<Currency> = self.currency.and_then(|it| it.parse().ok());
        instrument.currency = currency;
        let as_of = Timestamp::from_second(now.as_second() - self.age).unwrap();
        let date = as_of.to_zoned(TimeZone::UTC).date();
        let split = |(numerator, denominator)| Action {
            ex_date: date,
            kind: ActionKind::Split { numerator, denominator },
        };
        let bar = |close: f64| Bar {
            open_time: as_of,
            date: date.yesterday().unwrap(),
            open: None,
            high: None,
            low: None,
            close: price(close),
            adj_close: None,
            volume: None,
            provisional: false,
        };
        let witness = Witness {
            bars: self.previous.map(bar).into_iter().collect(),
            actions: self.split.map(split).into_iter().collect(),
            ..Witness::default()
        };
        let previous = |kind| move |it| Previous { price: price(it), kind };
        Quote {
            previous: (self.previous.map(previous(PreviousKind::Close)))
                .or(self.day_ago.map(previous(PreviousKind::DayAgo))),
            day_low: self.range.map(|(low, _)| price(low)),
            day_high: self.range.map(|(_, high)| price(high)),
            received_at: now,
            witness: Some(Arc::new(witness)),
            ..bare_quote(&instrument, self.price, self.source, as_of)
        }
    }
}

/// What is told of an entry: the price, the price it is disputed by, and whether it
/// is fresh.
type Told = (Option<f64>, Option<f64>, bool);

const fn fresh(price: f64) -> Told {
    (Some(price), None, true)
}

const fn disputed(price: f64, by: f64) -> Told {
    (Some(price), Some(by), false)
}

const NOTHING: Told = (None, None, false);

/// Both clocks, when the wall clock is right.
fn both(now: Timestamp) -> Now {
    let passed = Duration::try_from(now.duration_since(Timestamp::UNIX_EPOCH)).unwrap();
    Now { wall: now, moment: Moment::after_beginning(passed), latest: now }
}

fn told(entry: &Entry, now: Timestamp) -> Told {
    let doubt = entry.doubt().map(|it| it.rival.price.get());
    let is_fresh = entry.freshness(now) == Freshness::Fresh;
    (entry.quote.as_ref().map(|it| it.price.get()), doubt, is_fresh)
}

struct Story {
    entry: Entry,
    second: i64,
}

impl Story {
    fn new() -> Self {
        let instrument = Catalog::new().instrument(&"MULX".parse().unwrap());
        Self { entry: Entry::new(instrument), second: 0 }
    }

    /// One look at sources one after another, until one is believed, a minute later.
    fn look(&mut self, looks: &[Look]) -> Told {
        self.second += 60;
        let now = at(self.second);
        for look in looks {
            if !matches!(self.entry.take(look.quote(now), both(now)), Taken::Rejected(_)) {
                break;
            }
        }
        self.entry.settle(both(now));
        told(&self.entry, now)
    }
}

/// Looks of one source, each with what is told after it.
fn tells(story: &[(Look, Told)]) {
    let mut it = Story::new();
    for (number, (look, expected)) in story.iter().enumerate() {
        assert_eq!(it.look(&[*look]), *expected, "look {number}: {look:?}");
    }
}

#[test]
fn first_look_a_hundredfold_with_range_and_bars_at_one() {
    let truth = SHARE.whole(100.0);
    let slip = SHARE.slip(10_000.0, 100.0);
    tells(&[(slip, NOTHING), (slip, NOTHING), (truth, fresh(100.0))]);
    let spark = Look { price: 10_000.0, previous: Some(100.0), ..SHARE };
    tells(&[(spark, NOTHING), (truth, fresh(100.0))]);
}

#[test]
fn first_look_a_hundredfold_all_of_it_and_then_the_truth() {
    let (lie, truth) = (SHARE.whole(10_000.0), SHARE.whole(100.0));
    tells(&[
        (lie, fresh(10_000.0)),
        (truth, disputed(100.0, 10_000.0)),
        (truth, disputed(100.0, 10_000.0)),
    ]);
    let mut it = Story::new();
    it.look(&[lie]);
    let witness = Look { source: "other", ..SHARE.whole(100.5) };
    assert_eq!(it.look(&[truth, witness]), fresh(100.5), "a witness clears it");
    assert_eq!(it.look(&[truth]), fresh(100.0));
}

#[test]
fn the_truth_is_shown_though_a_second_source_is_asked_and_says_what_cannot_be() {
    let (lie, truth) = (SHARE.whole(10_000.0), SHARE.whole(100.0));
    let others = [SHARE.slip(1.0, 100.0), SHARE.whole(1.0)];
    for other in others.map(|other| Look { source: "other", ..other }) {
        let mut it = Story::new();
        it.look(&[lie]);
        assert_eq!(it.look(&[truth, other]), disputed(100.0, 10_000.0), "{other:?}");
    }
}

#[test]
fn what_its_own_answer_contradicts_speaks_against_no_truth() {
    let (lie, truth) = (SHARE.whole(10_000.0), SHARE.whole(100.0));
    let slip = Look { source: "other", ..SHARE.slip(10_000.0, 100.0) };
    let mut it = Story::new();
    it.look(&[lie]);
    assert_eq!(it.look(&[slip, truth]), disputed(100.0, 10_000.0));
    // Nor where that was asked for comparison alone.
    it.entry.remember(slip.quote(at(it.second)));
    assert_eq!(it.look(&[truth]), disputed(100.0, 10_000.0));
}

#[test]
fn what_speaks_against_one_answer_speaks_against_no_other_sources_like_it() {
    let (lie, truth) = (SHARE.whole(10_000.0), SHARE.whole(100.0));
    let odd = Look { source: "other", ..SHARE.slip(100.0, 1.0) };
    let mut it = Story::new();
    it.look(&[lie]);
    assert_eq!(it.look(&[truth]), disputed(100.0, 10_000.0));
    assert_eq!(it.look(&[odd]), disputed(100.0, 10_000.0), "an odd answer of another source");
    assert_eq!(it.look(&[odd, truth]), disputed(100.0, 10_000.0));
}

#[test]
fn held_false_and_new_true() {
    let (lie, truth) = (SHARE.whole(160.0), SHARE.whole(100.0));
    tells(&[(lie, fresh(160.0)), (truth, disputed(100.0, 160.0)), (truth, fresh(100.0))]);
}

#[test]
fn held_true_and_new_false() {
    let (truth, slip) = (SHARE.whole(100.0), SHARE.slip(10_000.0, 100.0));
    tells(&[(truth, fresh(100.0)), (slip, fresh(100.0)), (slip, fresh(100.0))]);
    let mild = SHARE.slip(160.0, 100.0);
    tells(&[(truth, fresh(100.0)), (mild, fresh(100.0)), (mild, fresh(100.0))]);
}

#[test]
fn whole_a_hundredfold_and_back_at_what_was_believed_before() {
    let (truth, lie) = (SHARE.whole(100.0), SHARE.whole(10_000.0));
    tells(&[
        (truth, fresh(100.0)),
        (lie, disputed(10_000.0, 100.0)),
        (lie, disputed(10_000.0, 100.0)),
        (truth, fresh(100.0)),
    ]);
}

#[test]
fn two_live_sources_differ() {
    let other = Look { source: "other", ..SHARE.whole(100.5) };
    let lie = SHARE.whole(160.0);
    let mut it = Story::new();
    it.look(&[SHARE.whole(100.0)]);
    for _ in 0..3 {
        assert_eq!(it.look(&[lie, other]), disputed(160.0, 100.5), "the first source, and both");
    }
    assert_eq!(it.look(&[SHARE.whole(100.0)]), fresh(100.0), "it ends when they agree");
}

#[test]
fn held_true_and_new_a_hundredfold_that_a_live_second_source_contradicts() {
    let other = Look { source: "other", ..SHARE.whole(100.5) };
    let lie = SHARE.whole(10_000.0);
    let mut it = Story::new();
    it.look(&[SHARE.whole(100.0)]);
    for _ in 0..3 {
        assert_eq!(it.look(&[lie, other]), fresh(100.5));
        assert_eq!(it.entry.quarantined.as_ref().unwrap().quote.price, price(lie.price));
    }
    assert_eq!(it.look(&[SHARE.whole(100.0)]), fresh(100.0));
    assert_eq!(it.entry.quarantined, None);
}

#[test]
fn second_source_a_day_old_ten_percent_away() {
    let other = Look { source: "other", age: 86_400, ..SHARE.whole(91.0) };
    let mut it = Story::new();
    it.look(&[other]);
    assert_eq!(it.look(&[SHARE.whole(100.0)]), fresh(100.0));
}

#[test]
fn second_source_a_day_old_a_hundredfold_away() {
    let other = Look { source: "other", age: 86_400, ..SHARE.whole(101.0) };
    let mut it = Story::new();
    it.look(&[SHARE.whole(100.0)]);
    assert_eq!(it.look(&[SHARE.whole(10_000.0), other]), fresh(100.0));
}

#[test]
fn split_day_with_the_event_reported() {
    let before = SHARE.whole(400.0);
    let after = Look { split: Some((4.0, 1.0)), ..SHARE.whole(101.0) };
    tells(&[(before, fresh(400.0)), (after, fresh(101.0))]);
}

#[test]
fn consolidation_with_the_event_reported_and_with_the_event_minutes_later() {
    let (before, after) = (SHARE.whole(0.08), SHARE.whole(8.4));
    let event = Look { split: Some((1.0, 100.0)), ..after };
    tells(&[(before, fresh(0.08)), (event, fresh(8.4))]);
    tells(&[(before, fresh(0.08)), (after, disputed(8.4, 0.08)), (event, fresh(8.4))]);
    let other_split = Look { split: Some((1.0, 10.0)), ..after };
    tells(&[(before, fresh(0.08)), (other_split, disputed(8.4, 0.08))]);
}

#[test]
fn label_from_pence_to_pounds_with_the_value_divided() {
    let label = |currency, price: f64| Look { currency: Some(currency), ..SHARE.whole(price) };
    let pence = label("GBp", 905.0);
    tells(&[(pence, fresh(905.0)), (label("GBP", 9.05), fresh(9.05)), (pence, fresh(905.0))]);
    tells(&[(label("KWF", 995.0), fresh(995.0)), (label("KWD", 0.996), fresh(0.996))]);
    tells(&[(label("BGN", 19.5583), fresh(19.5583)), (label("EUR", 10.0), fresh(10.0))]);
}

#[test]
fn label_changes_and_the_value_does_not() {
    let label = |currency| Look { currency: Some(currency), ..SHARE.whole(905.0) };
    for other in ["GBP", "USD"] {
        let (pence, other) = (label("GBp"), label(other));
        tells(&[(pence, fresh(905.0)), (other, fresh(905.0)), (other, fresh(905.0))]);
    }
}

#[test]
fn share_less_ninety_percent_or_plus_135_at_the_open() {
    for factor in [0.1, 0.4, 2.35] {
        let opened = 100.0 * factor;
        let range = Some((opened * 0.98, opened * 1.02));
        let leap = Look { price: opened, range, previous: Some(100.0), ..SHARE };
        tells(&[(SHARE.whole(100.0), fresh(100.0)), (leap, fresh(opened))]);
    }
}

#[test]
fn swiss_francs_on_15_january_2015() {
    let pair = Look { symbol: "EUR/CHF", currency: Some("CHF"), ..SHARE };
    let fallen = Look { price: 0.84, range: Some((0.75, 1.21)), previous: Some(1.2), ..pair };
    tells(&[(pair.whole(1.2), fresh(1.2)), (fallen, fresh(0.84))]);
}

#[test]
fn crypto_half_in_an_hour() {
    let coin = Look { symbol: "BTC/EUR", currency: Some("EUR"), source: "coingecko", ..SHARE };
    let fallen = Look { price: 30_000.0, day_ago: Some(61_000.0), ..coin };
    tells(&[(Look { price: 60_000.0, ..coin }, fresh(60_000.0)), (fallen, fresh(30_000.0))]);
}

#[test]
fn first_day_of_an_issue() {
    let issue = Look { previous: None, ..SHARE.whole(42.0) };
    tells(&[(issue, fresh(42.0))]);
}

#[test]
fn a_pair_counted_in_another_currency_than_its_second_is_never_believed() {
    let pair = Look { symbol: "USD/CHF", currency: Some("USD"), ..SHARE };
    tells(&[(pair.whole(1.0), NOTHING), (pair.whole(1.0), NOTHING)]);
}

#[test]
fn what_can_never_be_true_is_never_believed() {
    let zero = Look { price: 0.0, ..SHARE };
    let held = (SHARE.whole(100.0), fresh(100.0));
    tells(&[held, (zero, fresh(100.0)), (zero, fresh(100.0)), (zero, fresh(100.0))]);
}

#[test]
fn a_stream_that_repeats_itself_has_said_it_once() {
    let mut entry = Entry::new(Catalog::new().instrument(&"MULX".parse().unwrap()));
    entry.take(SHARE.whole(100.0).quote(at(0)), both(at(0)));
    let tick = Look { price: 160.0, ..SHARE };
    for second in 1..20 {
        let now = at(second);
        let taken = entry.take_streamed(tick.quote(now), Own::Silent, both(now));
        assert!(matches!(taken, Taken::Rejected(_)), "{second}: {taken:?}");
    }
    assert_eq!(told(&entry, at(20)), fresh(100.0));
    let now = at(21);
    entry.take_streamed(tick.quote(now), Own::Silent, both(now));
    assert_eq!(told(&entry, now), fresh(160.0), "markets that jump go on trading");
}

/// Whether an upstream tells the truth, all of it a factor away, or a price alone.
#[derive(Clone, Copy, Debug)]
enum Tells {
    Truth,
    Whole(f64),
    Slip(f64),
}

fn any_tells() -> impl Strategy<Value = Tells> {
    let factors = vec![0.001, 0.01, 0.1, 0.25, 0.5, 2.0, 4.0, 10.0, 100.0, 1_000.0];
    let factor = proptest::sample::select(factors);
    prop_oneof![
        3 => Just(Tells::Truth),
        2 => factor.clone().prop_map(Tells::Whole),
        2 => factor.prop_map(Tells::Slip),
    ]
}

proptest! {
    #[test]
    fn the_truth_is_shown_at_its_first_look_and_no_slip_is_ever_shown(
        looks in proptest::collection::vec((any_tells(), 0.97_f64..1.03), 1..40),
    ) {
        let (mut it, mut truth, mut was_true) = (Story::new(), 100.0, 0);
        let mut last_truth = SHARE.whole(truth).quote(at(0));
        for (tells, step) in looks {
            truth *= step;
            let look = match tells {
                Tells::Truth => SHARE.whole(truth),
                Tells::Whole(factor) => SHARE.whole(truth * factor),
                Tells::Slip(factor) => SHARE.slip(truth * factor, truth),
            };
            let (shown, rival, is_fresh) = it.look(&[look]);
            match tells {
                Tells::Truth => {
                    // While only slips come the truth goes on: what is further off than
                    // the same again is a first look once more.
                    let before = std::mem::replace(&mut last_truth, look.quote(at(0)));
                    was_true = if is_like(&before, &last_truth) { was_true + 1 } else { 1 };
                    prop_assert_eq!(shown, Some(truth));
                    prop_assert_eq!(is_fresh, rival.is_none());
                }
                Tells::Slip(_) => prop_assert!(shown != Some(look.price)),
                Tells::Whole(_) => was_true = 0,
            }
            // A factor that is no unit's needs no more than a second look.
            let may_be_a_unit = rival.is_some_and(|rival| market::power_of_ten(truth / rival).is_some());
            prop_assert!(was_true < 2 || is_fresh || may_be_a_unit || !matches!(tells, Tells::Truth));
        }
    }
}
