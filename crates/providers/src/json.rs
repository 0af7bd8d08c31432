use jiff::Timestamp;
use market::{Impossible, Price, SourceError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::refused;

/// Reads a body, or says where it stops being JSON of the expected shape. Of the
/// body itself nothing but our own words comes out: where its own ask for a pause
/// or refuse us, that is what it means.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, SourceError> {
    let found = serde_json::from_slice(body).or_else(|error| match plain(body) {
        Some(plain) => serde_json::from_slice(&plain).map_err(|_| error),
        None => Err(error),
    });
    found.map_err(|error| {
        let unreadable = || SourceError::Unreadable(describe(body, &error));
        refused::in_words(body).unwrap_or_else(unreadable)
    })
}

/// What programs print for numbers that are not finite. JSON has no such words.
const NOT_FINITE: [&[u8]; 4] = [b"-Infinity", b"Infinity", b"-NaN", b"NaN"];

/// A number that a [`Figure`] takes for one that is not finite.
const BEYOND: &[u8] = b"1e999";

/// The body with a number in place of each word for one that is not finite,
/// outside of texts. `None` where there is no such word.
fn plain(body: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(body.len());
    let (mut rest, mut in_text) = (body, false);
    while let Some(byte) = rest.first() {
        let word = NOT_FINITE.iter().find(|word| !in_text && rest.starts_with(word));
        let (taken, put) = match word {
            Some(word) => (word.len(), BEYOND),
            None if in_text && *byte == b'\\' => (2.min(rest.len()), &rest[..2.min(rest.len())]),
            None => (1, &rest[..1]),
        };
        in_text ^= taken == 1 && *byte == b'"';
        plain.extend_from_slice(put);
        rest = &rest[taken..];
    }
    (plain.len() != body.len() || plain != body).then_some(plain)
}

/// A number in an answer of many, read so that an odd one does not spoil the
/// others.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Figure {
    /// Nothing there, or `null`.
    #[default]
    Absent,
    /// A finite number.
    Number(f64),
    /// Anything else.
    Odd,
}

impl Figure {
    /// The number, where there is one.
    pub(crate) fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Absent | Self::Odd => None,
        }
    }

    /// The price, where there is one.
    ///
    /// # Errors
    ///
    /// It is there and no price.
    pub(crate) fn price(self) -> Result<Option<Price>, Impossible> {
        match self {
            Self::Absent => Ok(None),
            Self::Odd => Err(Impossible::NoNumber),
            Self::Number(number) => Price::new(number).map(Some).ok_or(Impossible::NoNumber),
        }
    }

    /// The price, where it is above zero: some write that for none.
    pub(crate) fn positive(self) -> Option<Price> {
        self.number().and_then(Price::new).filter(|price| price.get() > 0.0)
    }

    /// The instant, where it is a whole number of seconds since 1970.
    pub(crate) fn instant(self) -> Option<Timestamp> {
        self.whole().and_then(|second| Timestamp::from_second(second).ok())
    }

    /// The whole number, where it is one.
    pub(crate) fn whole(self) -> Option<i64> {
        // Every whole number of this size is exact in a double.
        let is_whole = |number: &f64| number.fract() == 0.0 && number.abs() < 9e15;
        self.number().filter(is_whole).map(|number| number as i64)
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = <&RawValue>::deserialize(deserializer)?;
        Ok(match serde_json::from_str::<Option<f64>>(written.get()) {
            Ok(None) => Self::Absent,
            Ok(Some(number)) => Self::Number(number),
            Err(_) => Self::Odd,
        })
    }
}

/// A figure that is written as a text: `"146.84000"`.
pub(crate) fn written<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Figure, D::Error> {
    let written = <&RawValue>::deserialize(deserializer)?.get();
    let text = serde_json::from_str::<String>(written);
    let text = text.as_deref().unwrap_or(written);
    // As a number of JSON: what is read here as one is read elsewhere as one too.
    Ok(serde_json::from_str(text).unwrap_or(Figure::Odd))
}

/// An element of an answer of many, read so that one of another shape does not spoil the
/// others.
#[derive(Debug)]
pub(crate) struct Row<T>(pub(crate) Option<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Row<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = <&RawValue>::deserialize(deserializer)?;
        Ok(Self(serde_json::from_str(written.get()).ok()))
    }
}

fn describe(body: &[u8], error: &serde_json::Error) -> String {
    let place = format!("line {} column {}", error.line(), error.column());
    match body.trim_ascii().first() {
        None => "an empty body in place of JSON".to_owned(),
        Some(b'<') => "a page of HTML or XML in place of JSON".to_owned(),
        Some(_) => match error.classify() {
            Category::Eof => format!("JSON that ends too early, at {place}"),
            Category::Data => format!("JSON of an unexpected shape at {place}"),
            Category::Syntax | Category::Io => format!("text that is not JSON at {place}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn faults_are_described_and_never_repeated() {
        let check = |body: &[u8], expected: &str| {
            let error = read::<Vec<f64>>(body).unwrap_err().to_string();
            assert!(error.ends_with(expected), "{error}");
        };
        check(b"", "an empty body in place of JSON");
        check(b" \n<!doctype html>", "a page of HTML or XML in place of JSON");
        check(b"[1.5,", "JSON that ends too early, at line 1 column 5");
        check(b"Edge: Too", "text that is not JSON at line 1 column 1");
        check(b"[\"secret\"]", "JSON of an unexpected shape at line 1 column 9");
        check(b"[1e999]", "text that is not JSON at line 1 column 6");
    }

    #[test]
    fn the_last_digit_of_a_number_survives() {
        let numbers: Vec<f64> = read(b"[51.248178375505404]").unwrap();
        assert_eq!(numbers[0].to_bits(), "51.248178375505404".parse::<f64>().unwrap().to_bits());
    }

    #[test]
    fn a_refusal_in_place_of_json_is_one() {
        let reason = |body: &[u8]| read::<Vec<f64>>(body).unwrap_err().reason();
        assert_eq!(reason(b"Edge: Too Many Requests"), "throttled");
        assert_eq!(reason(br#"{"message":"Access denied"}"#), "unauthorised");
        assert_eq!(reason(b"Will be right back"), "unreadable");
    }

    #[test]
    fn one_odd_figure_spoils_no_other() {
        let body = br#"[1.5, null, "N/A", 1e999, NaN, -Infinity, {"a": 1}, -0.25]"#;
        let odd = Figure::Odd;
        assert_eq!(
            read::<Vec<Figure>>(body).unwrap(),
            [Figure::Number(1.5), Figure::Absent, odd, odd, odd, odd, odd, Figure::Number(-0.25)]
        );
    }

    #[test]
    fn a_figure_may_be_written_as_a_text() {
        #[derive(Deserialize)]
        struct Written(#[serde(deserialize_with = "written")] Figure);
        let body = br#"["146.84000", 1.5, null, "null", "", "N/A", "-0.25", {"a": 1}]"#;
        let (number, odd) = (Figure::Number, Figure::Odd);
        let all: Vec<Figure> =
            read::<Vec<Written>>(body).unwrap().into_iter().map(|it| it.0).collect();
        let absent = Figure::Absent;
        assert_eq!(
            all,
            [number(146.84), number(1.5), absent, absent, odd, odd, number(-0.25), odd]
        );
    }

    #[test]
    fn words_for_numbers_are_left_alone_inside_of_texts() {
        #[derive(Deserialize)]
        struct Named {
            name: String,
            price: Figure,
        }
        let named: Named = read(br#"{"name": "say \"NaN\" NaN\\", "price": NaN}"#).unwrap();
        assert_eq!((named.name.as_str(), named.price), ("say \"NaN\" NaN\\", Figure::Odd));
    }

    #[test]
    fn only_whole_figures_are_whole() {
        let whole = |number| Figure::Number(number).whole();
        assert_eq!((whole(1.75e9), whole(-3.0)), (Some(1_750_000_000), Some(-3)));
        assert_eq!((whole(0.5), whole(1e300), Figure::Odd.whole()), (None, None, None));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read::<Vec<Figure>>(&body);
        }

        #[test]
        fn figures_keep_their_digits(number in prop::num::f64::NORMAL) {
            let found: Vec<Figure> = read(format!("[{number:e}]").as_bytes()).unwrap();
            prop_assert_eq!(found[0].number().map(f64::to_bits), Some(number.to_bits()));
        }
    }
}
