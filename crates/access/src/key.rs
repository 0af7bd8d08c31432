use jiff::Timestamp;
use ring::rand::SecureRandom;
use serde::{Deserialize, Serialize};

use crate::audience::Audience;
use crate::hash::Hashed;
use crate::name::Name;
use crate::rate::{Rate, Share};
use crate::scope::Scopes;
use crate::secret::Secret;

/// What a key is good for, and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// What its holder may do.
    pub scopes: Scopes,
    /// From when on it is good no more; `None` for never.
    pub expires: Option<Timestamp>,
    /// How often it may be used; `None` for as often as anybody likes.
    pub rate: Option<Rate>,
    /// How much of the upstreams' budgets it may have.
    pub share: Share,
    /// Whom its holder shows what it is answered.
    pub audience: Audience,
}

/// A key as it is kept: all but its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
// What a newer version has added is not to be lost when this one writes the file.
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The part of the secret that is none.
    pub id: String,
    /// Whose it is, or what for.
    pub name: Name,
    /// What its holder may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it is good no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// When it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Timestamp>,
    /// How often it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// How much of the upstreams' budgets it may have.
    pub share: Share,
    /// Whom its holder shows what it is answered.
    #[serde(rename = "redistribution", default, skip_serializing_if = "Audience::is_private")]
    pub audience: Audience,
    /// Its secrets: the newest first.
    pub(crate) secrets: Vec<Kept>,
}

/// One of a key's secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    pub(crate) hash: Hashed,
    /// Until when it is good, where a newer one has taken its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<Timestamp>,
}

impl Kept {
    pub(crate) fn is_good(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

impl Key {
    /// A new one, and its secret, which is kept nowhere.
    pub fn new(
        name: Name,
        terms: Terms,
        now: Timestamp,
        random: &dyn SecureRandom,
    ) -> (Self, Secret) {
        let secret = Secret::random(None, random);
        let Terms { scopes, expires, rate, share, audience } = terms;
        let secrets = vec![Kept { hash: Hashed::of(&secret, random), until: None }];
        let (id, created) = (secret.id().to_owned(), now);
        let key = Self {
            id,
            name,
            scopes,
            created,
            expires,
            revoked: None,
            rate,
            share,
            audience,
            secrets,
        };
        (key, secret)
    }

    /// Gives it another secret. Those before are good until then, and no longer than
    /// they were.
    pub fn rotate(
        &mut self,
        until: Timestamp,
        now: Timestamp,
        random: &dyn SecureRandom,
    ) -> Secret {
        let secret = Secret::random(Some(&self.id), random);
        for kept in &mut self.secrets {
            kept.until = Some(kept.until.map_or(until, |it| it.min(until)));
        }
        self.secrets.retain(|kept| kept.is_good(now));
        self.secrets.insert(0, Kept { hash: Hashed::of(&secret, random), until: None });
        secret
    }

    /// Takes it back. One that was taken back before stays as it is.
    pub fn revoke(&mut self, now: Timestamp) {
        self.revoked.get_or_insert(now);
    }

    /// Whether it is good for anything.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && self.expires.is_none_or(|expires| now < expires)
    }

    /// Until when secrets before the newest are good, where one still is.
    pub fn rotating_until(&self, now: Timestamp) -> Option<Timestamp> {
        let good = self.secrets.iter().filter(|kept| kept.is_good(now));
        good.filter_map(|kept| kept.until).max()
    }
}

/// No key is called so.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSuchKey {
    /// Neither by name nor by id.
    #[error("no key is called {0:?}; marketpulse keys list shows those there are")]
    Unknown(String),
    /// Several were, one after another.
    #[error("several keys are called {0:?}; name the one you mean by its id")]
    Several(String),
}

/// The key with an id, or the one that is called so. One that is good goes before those
/// that are not.
///
/// # Errors
///
/// Where there is none, or more than one.
pub fn find<'a>(
    keys: &'a mut [Key],
    called: &str,
    now: Timestamp,
) -> Result<&'a mut Key, NoSuchKey> {
    let is_it = |key: &Key| key.id == called || key.name.as_str() == called;
    let is_good = |key: &Key| is_it(key) && key.is_good(now);
    let places = |is_meant: &dyn Fn(&Key) -> bool| -> Vec<usize> {
        (0..keys.len()).filter(|&at| is_meant(&keys[at])).collect()
    };
    let good = places(&is_good);
    let found = if good.is_empty() { places(&is_it) } else { good };
    match found[..] {
        [] => Err(NoSuchKey::Unknown(called.to_owned())),
        [at] => Ok(&mut keys[at]),
        _ => Err(NoSuchKey::Several(called.to_owned())),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use ring::rand::SystemRandom;

    use super::*;

    pub(crate) fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    pub(crate) fn terms() -> Terms {
        Terms {
            scopes: Scopes::default(),
            expires: None,
            rate: None,
            share: Share::WHOLE,
            audience: Audience::default(),
        }
    }

    pub(crate) fn key(name: &str, terms: Terms) -> (Key, Secret) {
        Key::new(name.parse().unwrap(), terms, at(0), &SystemRandom::new())
    }

    #[test]
    fn one_is_written_and_read_without_its_secret() {
        let terms = Terms {
            expires: Some(at(9)),
            rate: Some("5/minute".parse().unwrap()),
            share: 20.try_into().unwrap(),
            audience: Audience::Public,
            ..terms()
        };
        let (key, secret) = key("research", terms);
        let text = serde_json::to_string(&key).unwrap();
        assert_eq!(serde_json::from_str::<Key>(&text).unwrap(), key);
        assert!(!text.contains(secret.reveal()) && text.contains(secret.id()));
        assert!(text.contains(r#""redistribution":"public""#));
        let newer = text.replacen('{', r#"{"colour":"red","#, 1);
        assert!(serde_json::from_str::<Key>(&newer).is_err(), "a newer version's is not dropped");
    }

    #[test]
    fn an_older_secret_is_good_until_then_and_never_longer() {
        let (mut key, _) = key("research", terms());
        key.rotate(at(100), at(10), &SystemRandom::new());
        assert_eq!(key.rotating_until(at(10)), Some(at(100)));
        key.rotate(at(500), at(20), &SystemRandom::new());
        let until: Vec<_> = key.secrets.iter().map(|kept| kept.until).collect();
        assert_eq!(until, [None, Some(at(500)), Some(at(100))]);
        key.rotate(at(600), at(200), &SystemRandom::new());
        assert_eq!(key.secrets.len(), 3, "the one that is over is gone");
    }

    #[test]
    fn a_key_is_found_by_name_or_id_and_never_by_chance() {
        let mut keys = ["a", "b", "a"].map(|name| key(name, terms()).0);
        let ids = keys.clone().map(|key| key.id);
        assert_eq!(find(&mut keys, "b", at(1)).unwrap().id, ids[1]);
        assert_eq!(find(&mut keys, "a", at(1)), Err(NoSuchKey::Several("a".into())));
        assert_eq!(find(&mut keys, "c", at(1)), Err(NoSuchKey::Unknown("c".into())));
        find(&mut keys, &ids[0], at(1)).unwrap().revoke(at(1));
        assert_eq!(find(&mut keys, "a", at(2)).unwrap().id, ids[2], "the one that is good");
    }
}
