use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use egress::OWN;
use hyper::HeaderMap;
use hyper::header::PROXY_AUTHORIZATION;

use crate::crypto;

/// How many random bytes a token has.
const LENGTH: usize = 24;

/// What a program names to be let in: a secret in the address of the proxy.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new one, which nobody can guess.
    pub fn random() -> Self {
        let hex = crypto::random::<LENGTH>().map(|byte| format!("{byte:02x}"));
        Self(hex.concat())
    }

    /// Reads one that was written down; `None` where it is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let is_hex = text.bytes().all(|it| it.is_ascii_hexdigit());
        (text.len() == 2 * LENGTH && is_hex).then(|| Self(text.to_owned()))
    }

    /// As it is written down.
    pub(crate) fn written(&self) -> &str {
        &self.0
    }

    /// The address of a proxy that is there, `host` with its port. The name in it is everybody's:
    /// it is the token that lets a program in.
    pub fn address(&self, host: &str) -> String {
        format!("http://{OWN}:{}@{host}", self.0)
    }

    /// The value of `Proxy-Authorization` that names it.
    pub(crate) fn credentials(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{OWN}:{}", self.0)))
    }

    /// Whether a request names it. How long that takes tells nothing of where a guess is
    /// wrong.
    pub(crate) fn is_named_in(&self, headers: &HeaderMap) -> bool {
        let Some(named) = headers.get(PROXY_AUTHORIZATION) else { return false };
        let (named, expected) = (named.as_bytes(), self.credentials());
        let differing = |(a, b): (&u8, u8)| usize::from(*a != b);
        named.len() == expected.len()
            && named.iter().zip(expected.bytes()).map(differing).sum::<usize>() == 0
    }
}

/// It is shown nowhere.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_names_it_is_let_in() {
        let token = Token::random();
        let check = |value: &str, expected| {
            let headers = HeaderMap::from_iter([(PROXY_AUTHORIZATION, value.parse().unwrap())]);
            assert_eq!(token.is_named_in(&headers), expected, "{value}");
        };
        check(&token.credentials(), true);
        check(&Token::random().credentials(), false);
        check("Basic", false);
        check("", false);
        assert!(!token.is_named_in(&HeaderMap::new()));
        assert!(!format!("{token:?}").contains(&token.0));
    }

    #[test]
    fn it_can_be_written_down_and_read_again() {
        let token = Token::random();
        assert_eq!(Token::read(&token.0), Some(token));
        assert_eq!(Token::read("secret"), None);
    }
}
