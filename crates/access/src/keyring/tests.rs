use std::fs;

use ring::rand::SystemRandom;

use super::*;
use crate::key::Terms;
use crate::key::tests::{at, key, terms};

struct Fixture {
    _folder: tempfile::TempDir,
    ring: Keyring,
}

impl Fixture {
    fn new(closed: Closed) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::at(folder.path().join("keys.json"));
        let ring = Keyring::open(closed, file, Duration::ZERO, &SystemRandom::new()).unwrap();
        Self { _folder: folder, ring }
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Key>)) {
        let changed = self.ring.file.change(|keys| {
            change(keys);
            Ok::<_, ()>(())
        });
        changed.unwrap();
        assert!(self.ring.look(Duration::ZERO).unwrap());
    }

    fn with(name: &str, terms: Terms) -> (Self, Secret) {
        let fixture = Self::new(Closed::WithTheFirstKey);
        let (key, secret) = key(name, terms);
        fixture.change(|keys| keys.push(key));
        (fixture, secret)
    }

    /// What becomes of a secret when every look is taken.
    fn admit(&self, secret: &Secret, second: u64) -> Result<Pass, Refusal> {
        let wall = at(second.try_into().unwrap());
        let now = Instant { wall, steady: Duration::from_secs(second) };
        match self.ring.admit(secret, now) {
            Looked::Admitted(pass) => Ok(pass),
            Looked::Refused(refusal) => Err(refusal),
            Looked::Unproven(proof) => {
                let is_given = proof.is_given();
                if is_given { self.admit(secret, second) } else { Err(Refusal::Unknown) }
            }
        }
    }
}

#[test]
fn it_is_closed_from_the_first_key_on_and_stays_so() {
    let fixture = Fixture::new(Closed::WithTheFirstKey);
    assert!(!fixture.ring.is_closed());
    let (key, secret) = key("a", terms());
    fixture.change(|keys| keys.push(key));
    assert!(fixture.ring.is_closed());
    assert_eq!(fixture.admit(&secret, 1).unwrap().name().as_str(), "a");
    fs::remove_file(fixture.ring.file.path()).unwrap();
    assert!(fixture.ring.look(Duration::ZERO).unwrap());
    assert!(fixture.ring.is_closed(), "a file that is gone opens nothing");
    assert_eq!(fixture.admit(&secret, 1).unwrap_err(), Refusal::Unknown);
    assert!(Fixture::new(Closed::Always).ring.is_closed());
    assert!(!Fixture::new(Closed::Never).ring.is_closed());
}

#[test]
fn a_file_that_cannot_be_read_leaves_the_keys_before_in_force() {
    let (fixture, secret) = Fixture::with("a", terms());
    fs::write(fixture.ring.file.path(), "[").unwrap();
    assert!(fixture.ring.look(Duration::ZERO).is_err());
    assert!(fixture.admit(&secret, 1).is_ok());
    let file = fixture.ring.file.clone();
    let opened = Keyring::open(Closed::default(), file, Duration::ZERO, &SystemRandom::new());
    assert!(opened.is_err(), "a start does not guess");
}

#[test]
fn a_file_that_cannot_be_looked_at_is_not_taken_for_none() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let file = KeyFile::at(folder.path().join("file/keys.json"));
    let opened = Keyring::open(Closed::default(), file, Duration::ZERO, &SystemRandom::new());
    assert!(opened.is_err(), "else a start would let everybody in");
}

#[test]
fn a_secret_that_is_known_takes_no_second_look() {
    let (fixture, secret) = Fixture::with("a", terms());
    let now = Instant { wall: at(1), steady: Duration::ZERO };
    let Looked::Unproven(proof) = fixture.ring.admit(&secret, now) else { panic!("it was known") };
    assert!(proof.is_given());
    assert!(matches!(fixture.ring.admit(&secret, now), Looked::Admitted(_)));
    let other = Secret::random(Some(secret.id()), &SystemRandom::new());
    let looked = fixture.ring.admit(&other, now);
    assert!(matches!(looked, Looked::Refused(Refusal::Unknown)), "and any other is wrong at once");
}

#[test]
fn wrong_secrets_are_looked_at_a_few_times_only() {
    let (fixture, secret) = Fixture::with("a", terms());
    let random = SystemRandom::new();
    let now = Instant { wall: at(1), steady: Duration::from_secs(1) };
    let mut looks = 0;
    while let Looked::Unproven(proof) =
        fixture.ring.admit(&Secret::random(Some(secret.id()), &random), now)
    {
        assert!(!proof.is_given());
        looks += 1;
    }
    assert_eq!(looks, LOOKS.times);
    let refused = fixture.admit(&secret, 1).unwrap_err();
    let again_in = refused.again_in().unwrap();
    assert!(fixture.admit(&secret, 2 + again_in.as_secs()).is_ok());
    let nobody = Secret::random(None, &random);
    assert_eq!(fixture.admit(&nobody, 1).unwrap_err(), Refusal::Unknown, "which takes no look");
}

#[test]
fn a_key_ends_when_it_expires_or_is_revoked_also_for_who_is_in() {
    let (fixture, secret) = Fixture::with("a", Terms { expires: Some(at(100)), ..terms() });
    let pass = fixture.admit(&secret, 99).unwrap();
    assert!(fixture.ring.still_admits(&pass, at(99)));
    assert!(!fixture.ring.still_admits(&pass, at(100)));
    let expired = Refusal::Expired("a".parse().unwrap(), at(100));
    assert_eq!(fixture.admit(&secret, 100).unwrap_err(), expired);
    fixture.change(|keys| keys[0].revoke(at(50)));
    assert!(!fixture.ring.still_admits(&pass, at(99)));
    let revoked = Refusal::Revoked("a".parse().unwrap(), at(50));
    assert_eq!(fixture.admit(&secret, 99).unwrap_err(), revoked);
}

#[test]
fn both_secrets_of_a_key_that_is_rotated_are_good_for_a_while() {
    let (fixture, old) = Fixture::with("a", terms());
    let (in_before, mut new) = (fixture.admit(&old, 1).unwrap(), None);
    fixture.change(|keys| new = Some(keys[0].rotate(at(100), at(1), &SystemRandom::new())));
    let new = new.unwrap();
    assert!(fixture.admit(&old, 2).is_ok() && fixture.admit(&new, 2).is_ok());
    assert!(fixture.ring.still_admits(&in_before, at(99)));
    assert_eq!(fixture.admit(&old, 100).unwrap_err(), Refusal::Unknown);
    assert!(fixture.admit(&new, 100).is_ok());
    assert!(!fixture.ring.still_admits(&in_before, at(100)));
}

#[test]
fn a_key_may_be_used_as_often_as_it_says() {
    let rate = Some("2/minute".parse().unwrap());
    let (fixture, secret) = Fixture::with("a", Terms { rate, ..terms() });
    assert_eq!(fixture.admit(&secret, 1).unwrap().left().unwrap().left, 1);
    assert_eq!(fixture.admit(&secret, 1).unwrap().left().unwrap().left, 0);
    let refused = fixture.admit(&secret, 1).unwrap_err();
    assert_eq!(refused.again_in(), Some(Duration::from_secs(30)));
    assert!(fixture.admit(&secret, 31).is_ok());
}
