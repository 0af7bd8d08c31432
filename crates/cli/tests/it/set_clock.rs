//! Somebody sets the machine's clock: what was told as of an instant stays so.

use jiff::{SignedDuration, Timestamp};

use crate::world::World;

const QUOTES: &str = "/marketpulse/v1/quotes?symbols=EUR/USD,BTC/EUR";
const BARS: &str = "/marketpulse/v1/bars/EUR_USD?period=7d";
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// As of an instant before the clock was set.
async fn told(world: &World, then: Timestamp) -> Vec<String> {
    let mut told = Vec::new();
    for question in [QUOTES, BARS] {
        let answer = world.get(&format!("{question}&as_of={then}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        told.push(answer.body);
    }
    told
}

/// Sets it, and lets the service refresh what it holds. Upstreams' clock stays right.
async fn set_ahead(world: &World, by: SignedDuration, right: Timestamp) {
    world.set_clock(right + by);
    world.upstream.set_now(right);
    world.refresh().await;
    world.get(BARS).await;
    world.refresh().await;
}

#[tokio::test]
async fn an_hour_back_and_right_again_changes_nothing_that_was_reported_before() {
    let world = World::production().await;
    let begin: Timestamp = "2025-10-29T12:00:00Z".parse().unwrap();
    world.refresh().await;
    world.get(BARS).await;
    for _ in 0..10 {
        world.advance(SignedDuration::from_mins(1));
        world.refresh().await;
        world.get(BARS).await;
    }
    let then = begin + SignedDuration::from_secs(330);
    let before = told(&world, then).await;

    let right = begin + SignedDuration::from_mins(10);
    set_ahead(&world, -HOUR, right).await;
    world.advance(SignedDuration::from_secs(61));
    set_ahead(&world, -HOUR, right + SignedDuration::from_secs(61)).await;
    set_ahead(&world, SignedDuration::ZERO, right + SignedDuration::from_secs(62)).await;

    assert_eq!(told(&world, then).await, before);
}

#[tokio::test]
async fn what_was_known_is_told_right_in_the_moment_in_which_the_clock_is_right_again() {
    let world = World::production().await;
    let begin: Timestamp = "2025-10-29T12:00:00Z".parse().unwrap();
    world.refresh().await;
    world.get(BARS).await;
    let then = begin + SignedDuration::from_mins(5);
    world.advance(SignedDuration::from_mins(10));
    world.refresh().await;
    let before = told(&world, then).await;
    set_ahead(&world, -HOUR, begin + SignedDuration::from_mins(10)).await;
    world.advance(SignedDuration::from_secs(61));
    world.refresh().await;
    // Nobody has looked at the clock since.
    world.set_clock(begin + SignedDuration::from_secs(11 * 60 + 1));
    assert_eq!(told(&world, then).await, before);
}
