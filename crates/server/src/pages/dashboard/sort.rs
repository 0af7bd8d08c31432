use std::cmp::Ordering;

/// The order of the instruments, as an address has it: the name of a figure, with a
/// minus before it where the order is the other way round.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Sort {
    /// As the address or the watchlist has them.
    #[default]
    Listed,
    /// By something that is known of each.
    By {
        /// What that is.
        key: Key,
        /// Whether the usual end comes last.
        reversed: bool,
    },
}

/// What instruments can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Key {
    /// The name, from the beginning of the alphabet.
    Name,
    /// The price, highest first.
    Price,
    /// The change in money, highest first.
    Moved,
    /// The change in per cent, highest first.
    Change,
    /// When the price was true, newest first.
    Age,
}

/// What is known of an instrument that it can be ordered by.
#[derive(Clone, Copy, Default)]
pub(super) struct Ranked<'a> {
    pub(super) name: &'a str,
    pub(super) price: Option<f64>,
    pub(super) moved: Option<f64>,
    /// In per cent.
    pub(super) change: Option<f64>,
    /// When the price was true, in seconds.
    pub(super) as_of: Option<f64>,
}

impl Key {
    const ALL: [Self; 5] = [Self::Name, Self::Price, Self::Moved, Self::Change, Self::Age];

    fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Price => "price",
            Self::Moved => "moved",
            Self::Change => "change",
            Self::Age => "age",
        }
    }

    /// What it is, and its two ends, the usual one first.
    fn words(self) -> (&'static str, [&'static str; 2]) {
        match self {
            Self::Name => ("name", ["A first", "Z first"]),
            Self::Price => ("price", ["highest first", "lowest first"]),
            Self::Moved => ("change in money", ["highest first", "lowest first"]),
            Self::Change => ("change", ["highest first", "lowest first"]),
            Self::Age => ("age", ["newest first", "oldest first"]),
        }
    }

    /// The figure, where it is one.
    fn of(self, ranked: &Ranked<'_>) -> Option<f64> {
        match self {
            Self::Name => None,
            Self::Price => ranked.price,
            Self::Moved => ranked.moved,
            Self::Change => ranked.change,
            Self::Age => ranked.as_of,
        }
    }
}

impl Sort {
    /// By a key, its usual end first.
    pub(super) fn by(key: Key) -> Self {
        Self::By { key, reversed: false }
    }

    /// Those that a list offers, and this one where it is another.
    pub(super) fn offered(self) -> Vec<Self> {
        let fallen = Self::By { key: Key::Change, reversed: true };
        let usual = [Self::Listed, Self::by(Key::Name), Self::by(Key::Change), fallen];
        let other = Some(self).filter(|it| !usual.contains(it));
        usual.into_iter().chain(other).collect()
    }

    /// Reads what stands in an address; what is no order is as listed.
    pub(super) fn read(text: &str) -> Self {
        let (reversed, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        let key = Key::ALL.into_iter().find(|key| key.as_str() == name);
        key.map_or(Self::Listed, |key| Self::By { key, reversed })
    }

    /// As it stands in the address; empty for the usual order.
    pub(super) fn text(self) -> String {
        match self {
            Self::Listed => String::new(),
            Self::By { key, reversed: false } => key.as_str().to_owned(),
            Self::By { key, reversed: true } => format!("-{}", key.as_str()),
        }
    }

    /// As people say it.
    pub(super) fn words(self) -> String {
        match self {
            Self::Listed => "as listed".to_owned(),
            Self::By { key: Key::Name, reversed: false } => "name".to_owned(),
            Self::By { key, reversed } => {
                let (name, ends) = key.words();
                format!("{name}, {}", ends[usize::from(reversed)])
            }
        }
    }

    /// The order that a press on a head leads to: by its key, then the other way
    /// round, then as listed.
    pub(super) fn pressed(self, key: Key) -> Self {
        match self {
            Self::By { key: now, reversed: false } if now == key => {
                Self::By { key, reversed: true }
            }
            Self::By { key: now, reversed: true } if now == key => Self::Listed,
            _ => Self::by(key),
        }
    }

    /// Which way a column of this key stands sorted, as assistive technology knows it.
    pub(super) fn direction(self, key: Key) -> Option<&'static str> {
        let Self::By { key: now, reversed } = self else { return None };
        // Names rise from their usual end, figures fall.
        let rises = (key == Key::Name) != reversed;
        (now == key).then_some(if rises { "ascending" } else { "descending" })
    }

    /// The order of two instruments; one of which nothing is known comes last.
    pub(super) fn compare(self, a: &Ranked<'_>, b: &Ranked<'_>) -> Ordering {
        let Self::By { key, reversed } = self else { return Ordering::Equal };
        let turned = |order: Ordering| if reversed { order.reverse() } else { order };
        if key == Key::Name {
            return turned(a.name.to_lowercase().cmp(&b.name.to_lowercase()));
        }
        match (key.of(a), key.of(b)) {
            (Some(a), Some(b)) => turned(b.total_cmp(&a)),
            (a, b) => a.is_none().cmp(&b.is_none()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_highest_comes_first_and_what_is_not_known_last() {
        let ranked = |name, change| Ranked { name, change, ..Ranked::default() };
        let order = |sort: &str| {
            let mut all = [ranked("b", Some(1.0)), ranked("a", None), ranked("C", Some(-2.0))];
            all.sort_by(|a, b| Sort::read(sort).compare(a, b));
            all.map(|it| it.name)
        };
        assert_eq!(order(""), ["b", "a", "C"]);
        assert_eq!(order("name"), ["a", "b", "C"]);
        assert_eq!(order("-name"), ["C", "b", "a"]);
        assert_eq!(order("change"), ["b", "C", "a"]);
        assert_eq!(order("-change"), ["C", "b", "a"]);
    }

    #[test]
    fn a_head_sorts_by_its_column_then_the_other_way_then_as_listed() {
        let mut sort = Sort::read("name");
        let mut seen = Vec::new();
        for _ in 0..3 {
            sort = sort.pressed(Key::Price);
            seen.push((sort.text(), sort.direction(Key::Price)));
        }
        let expected = [
            ("price".to_owned(), Some("descending")),
            ("-price".to_owned(), Some("ascending")),
            (String::new(), None),
        ];
        assert_eq!(seen, expected);
    }
}
