use std::borrow::Cow;
use std::fmt;

use ring::rand::SecureRandom;

/// What keys of this service begin with, so that one is told from those of others, and
/// found where it should not stand.
const MARK: &str = "mp_";

/// Letters and digits that nobody mixes up; five bits each.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Of the part that is no secret.
const ID: usize = 8;

/// Of the secret: 160 bits.
const SECRET: usize = 32;

/// A key as its holder shows it: `mp_`, its id, `_`, and a secret of 160 bits.
///
/// Is shown to nobody else: its `Debug` tells the id alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// A new one with an id of its own, or one more with the id of another.
    pub fn random(id: Option<&str>, random: &dyn SecureRandom) -> Self {
        let id = id.map_or_else(|| letters::<ID>(random), str::to_owned);
        Self(format!("{MARK}{id}_{}", letters::<SECRET>(random)).into())
    }

    /// Reads one; `None` where a text is no key of this service.
    pub fn read(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(MARK)?.split_once('_')?;
        let is_made_of = |text: &str, length| {
            text.len() == length && text.bytes().all(|it| LETTERS.contains(&it))
        };
        (is_made_of(id, ID) && is_made_of(secret, SECRET)).then(|| Self(text.into()))
    }

    /// The part that is no secret, and names the key.
    pub fn id(&self) -> &str {
        &self.0[MARK.len()..MARK.len() + ID]
    }

    /// All of it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// A text without the secrets of keys of this service, wherever they stand in it.
pub fn masked(text: &str) -> Cow<'_, str> {
    const WHOLE: usize = MARK.len() + ID + 1 + SECRET;
    let secret_at = |text: &str| {
        let starts = text.match_indices(MARK).map(|(at, _)| at);
        let is_key =
            |at: &usize| text.get(*at..at + WHOLE).is_some_and(|it| Secret::read(it).is_some());
        starts.into_iter().find(is_key).map(|at| at + WHOLE - SECRET)
    };
    let mut masked = Cow::Borrowed(text);
    while let Some(at) = secret_at(&masked) {
        masked.to_mut().replace_range(at..at + SECRET, "***");
    }
    masked
}

fn letters<const N: usize>(random: &dyn SecureRandom) -> String {
    let mut bytes = [0; N];
    random.fill(&mut bytes).expect("the system has randomness");
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{MARK}{}_***", self.id())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ring::rand::SystemRandom;

    use super::*;

    #[test]
    fn one_is_read_as_it_was_made_and_shows_its_id_alone() {
        let random = SystemRandom::new();
        let made = Secret::random(None, &random);
        assert_eq!(Secret::read(made.reveal()).as_ref(), Some(&made));
        let other = Secret::random(Some(made.id()), &random);
        assert!(other.id() == made.id() && other != made);
        assert_eq!(format!("{made:?}"), format!("mp_{}_***", made.id()));
    }

    #[test]
    fn a_secret_is_masked_wherever_it_stands() {
        let random = SystemRandom::new();
        let [one, other] = [0, 1].map(|_| Secret::random(None, &random));
        let (a, b) = (one.reveal(), other.reveal());
        let text = format!("//k/{a}/mp_/x?é={b}");
        let said = masked(&text).into_owned();
        assert_eq!(said, format!("//k/{one:?}/mp_/x?é={other:?}"));
        assert!(matches!(masked("/marketpulse/mp_latest"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_mask(text in "(mp_|[a-z2-9]|_|é){0,80}") {
            let said = masked(&text).into_owned();
            prop_assert_eq!(masked(&said), said.as_str());
        }

        #[test]
        fn what_others_call_a_key_is_none(text in ".{0,60}|mp_[a-z0-9_]{30,60}|CG-[A-Za-z0-9]{24}") {
            let read = Secret::read(&text);
            prop_assert!(read.is_none_or(|it| it.reveal() == text && text.len() == 44));
        }
    }
}
