use proptest::prelude::*;

use super::*;

fn client(n: u8) -> Client {
    Client::at([192, 0, 2, n].into())
}

fn wanted_by(clients: &[u8], is_known: bool) -> OnBehalf {
    let clients = clients.iter().map(|n| client(*n)).collect();
    OnBehalf::Clients(Bill::of(&[clients], is_known))
}

fn known(n: u8) -> OnBehalf {
    wanted_by(&[n], true)
}

fn unknown(n: u8) -> OnBehalf {
    wanted_by(&[n], false)
}

fn take(parts: &mut Parts, on_behalf: &OnBehalf) -> bool {
    let may = parts.may_take(on_behalf).is_ok();
    if may {
        parts.take(on_behalf);
    }
    may
}

/// Takes all there is for it.
fn drain(parts: &mut Parts, on_behalf: &OnBehalf) -> u32 {
    let mut taken = 0;
    while take(parts, on_behalf) {
        taken += 1;
    }
    taken
}

fn why(parts: &Parts, on_behalf: &OnBehalf) -> NotAsked {
    parts.may_take(on_behalf).unwrap_err().why
}

#[test]
fn one_alone_leaves_some_to_the_next_and_the_watchlists_part_to_the_watchlist() {
    let mut parts = Parts::full(60.0);
    assert_eq!(drain(&mut parts, &known(1)), 26);
    assert_eq!(why(&parts, &known(1)), NotAsked::ShareSpent);
    assert!(take(&mut parts, &known(2)));
    assert!(drain(&mut parts, &OnBehalf::Watchlist) >= 15);
    assert!(take(&mut parts, &known(3)), "nor does that take all from clients");
}

#[test]
fn a_dozen_who_are_greedy_leave_something_to_the_next() {
    let mut parts = Parts::full(60.0);
    for n in 1..=12 {
        drain(&mut parts, &known(n));
    }
    assert!(take(&mut parts, &known(99)));
}

#[test]
fn however_many_ask_for_what_nobody_knows_something_is_left_for_what_is_known() {
    let mut parts = Parts::full(60.0);
    for n in 1..=240 {
        drain(&mut parts, &unknown(n));
    }
    assert_eq!(why(&parts, &unknown(241)), NotAsked::RateLimited, "it had none of it");
    assert!((241..=245).all(|n| take(&mut parts, &known(n))));
}

#[test]
fn who_asks_now_and_then_finds_something_beside_forty_who_ask_without_end() {
    let mut parts = Parts::full(60.0);
    for second in 0..600 {
        parts.refill(0.5);
        for n in 1..=40 {
            take(&mut parts, &known(n));
        }
        if second % 60 == 59 {
            assert!(take(&mut parts, &unknown(100 + (second / 60) as u8)), "after {second} s");
        }
    }
}

#[test]
fn what_many_ask_for_goes_before_what_one_asks_for() {
    let mut parts = Parts::full(60.0);
    while (1..=4).filter(|n| take(&mut parts, &known(*n))).count() > 0 {}
    let (by_one, by_three) = (known(4), wanted_by(&[1, 2, 3], true));
    assert!(parts.may_take(&by_one).is_err() && parts.may_take(&by_three).is_err());
    while parts.may_take(&by_three).is_err() {
        assert!(parts.may_take(&by_one).is_err(), "the one comes later");
        parts.refill(0.05);
    }
    assert!(parts.may_take(&by_one).is_err());
}

#[test]
fn one_who_is_greedy_is_not_let_in_by_others_who_want_little_of_it() {
    let mut parts = Parts::full(60.0);
    drain(&mut parts, &known(1));
    let greedy = vec![client(1)];
    let wanted = [&[vec![client(1), client(2)]][..], &vec![greedy; 19]].concat();
    let bill = OnBehalf::Clients(Bill::of(&wanted, true));
    assert_eq!(why(&parts, &bill), NotAsked::ShareSpent);
}

#[test]
fn what_time_brings_is_shared_by_those_who_want_more() {
    let mut parts = Parts::full(60.0);
    let mut had = [0; 4];
    for _ in 0..4_000 {
        parts.refill(0.25);
        for (n, had) in (1..).zip(&mut had) {
            *had += u32::from(take(&mut parts, &known(n)));
        }
    }
    let (least, most) = (had.iter().min().unwrap(), had.iter().max().unwrap());
    assert!(most - least <= 40, "{had:?} of a thousand");
    assert!(had.iter().sum::<u32>() >= 1_000, "the watchlist wants nothing: {had:?}");
}

#[test]
fn what_a_client_may_have_is_what_it_is_told() {
    for is_known in [true, false] {
        let mut parts = Parts::full(60.0);
        let on_behalf = wanted_by(&[1], is_known);
        assert_eq!(parts.standing(&client(1), is_known), None, "it had nothing");
        take(&mut parts, &on_behalf);
        let Standing { most, left, .. } = parts.standing(&client(1), is_known).unwrap();
        assert_eq!((left, drain(&mut parts, &on_behalf)), (most - 1, most - 1));
        let Standing { left, until_next, .. } = parts.standing(&client(1), is_known).unwrap();
        assert_eq!(left, 0);
        let told = parts.may_take(&on_behalf).unwrap_err().until;
        assert!((told - until_next).abs() < 1e-9, "{told} {until_next}");
    }
}

proptest! {
    /// Fifteen requests are the most that are kept. They are wanted all at once, each
    /// time that as many have come in as its part of the rate, or somewhat later.
    #[test]
    fn whatever_clients_do_the_watchlist_is_refreshed_in_time(
        asks in proptest::collection::vec((any::<u8>(), any::<bool>(), 0.0_f64..3.0), 1..300),
        wanted in 1_u32..=12,
    ) {
        let mut parts = Parts::full(60.0);
        let interval = f64::from(wanted) / WATCHLIST_RATE * 1.001;
        let mut since = 0.0;
        for (n, is_known, comes_in) in asks {
            parts.refill(comes_in);
            since += comes_in;
            while since >= interval {
                since -= interval;
                for _ in 0..wanted {
                    prop_assert!(take(&mut parts, &OnBehalf::Watchlist));
                }
            }
            drain(&mut parts, &wanted_by(&[n], is_known));
        }
    }

    #[test]
    fn no_more_is_taken_than_there_is(
        asks in proptest::collection::vec((any::<u8>(), any::<bool>(), 0.0_f64..3.0), 1..300),
        burst in 2.0_f64..80.0,
    ) {
        let mut parts = Parts::full(burst);
        let (mut taken, mut came) = (0_u32, 0.0);
        for (n, is_known, comes_in) in asks {
            parts.refill(comes_in);
            came += comes_in;
            taken += u32::from(take(&mut parts, &OnBehalf::Watchlist));
            taken += drain(&mut parts, &wanted_by(&[n], is_known));
            prop_assert!(f64::from(taken) <= burst + came + 1e-3);
            prop_assert!(parts.watchlist >= -1e-3 && parts.clients >= -1e-3);
            prop_assert!(parts.left() <= burst + 1e-9);
        }
    }
}

#[test]
fn a_client_with_a_small_share_has_less_and_never_nothing() {
    let had = |per_cent: u8| {
        let mut parts = Parts::full(60.0);
        let client = Client::holding("k", per_cent);
        let on_behalf = OnBehalf::Clients(Bill::one(&client));
        let mut had = 0;
        while parts.may_take(&on_behalf).is_ok() {
            parts.take(&on_behalf);
            had += 1;
        }
        (had, parts.standing(&client, true).unwrap())
    };
    let [(whole, _), (half, standing), (least, _)] = [100, 50, 1].map(had);
    assert!(whole > half && half > least && least > 0, "{whole} {half} {least}");
    assert_eq!((standing.most, standing.left), (half, 0));
}

proptest! {
    #[test]
    fn whoever_owes_nothing_may_have_one_of_a_full_budget(burst in 3.0_f64..100.0, per_cent in 1_u8..=100) {
        let on_behalf = OnBehalf::Clients(Bill::one(&Client::holding("k", per_cent)));
        let mut parts = Parts::full(burst);
        prop_assert_eq!(parts.may_take(&on_behalf), Ok(()));
        parts.take(&on_behalf);
        for _ in 0..20_000 {
            parts.refill(1.0);
        }
        prop_assert_eq!(parts.may_take(&on_behalf), Ok(()));
    }
}
