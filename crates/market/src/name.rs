use std::fmt;
use std::ops::Deref;

/// What people call something, such as an instrument or the place where it trades:
/// as its source says it, on one line, without characters that no reader can see.
///
/// Whoever names an upstream's instruments can put anything into a name, and it goes
/// to terminals, logs, files and pages. So it is cleaned here, once, by whichever
/// way it comes in. Longer than 200 characters no name is; the rest is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Box<str>);

/// In characters.
const LONGEST: usize = 200;

impl Name {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        let line = legible::line(text);
        match line.char_indices().nth(LONGEST) {
            Some((end, _)) => Self(line[..end].trim_end().into()),
            None => Self(line.into()),
        }
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_runs_nowhere_and_is_read_as_it_stands() {
        let name = Name::from("Good\x1b[31mred\x07\u{9b}2J\u{202e}evil\n Inc ");
        assert_eq!(name, "Good [31mred 2J evil  Inc");
        assert_eq!(Name::from("\u{202e}\x1b"), "");
        assert_eq!(Name::from("Société Générale"), "Société Générale");
        assert_eq!(Name::from("é".repeat(300)).chars().count(), LONGEST);
    }

    proptest! {
        #[test]
        fn whatever_is_sent_a_name_is_one_legible_line(text in any::<String>()) {
            let name = Name::from(text);
            prop_assert!(name.chars().all(legible::is_legible));
            prop_assert_eq!(Name::from(name.as_str()), name);
        }
    }
}
