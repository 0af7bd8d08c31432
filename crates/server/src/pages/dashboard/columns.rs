use super::sort::Key;

/// A column of the table that its reader can do without.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Column {
    /// The change in money.
    Moved,
    /// The change in per cent.
    Percent,
    /// Where the price stands between the day's low and high.
    Range,
    /// The line of the day.
    Day,
    /// How far the price can be relied on, and what its market does.
    State,
    /// How old the price is.
    Age,
}

impl Column {
    /// All of them, in their order.
    pub(super) const ALL: [Self; 6] =
        [Self::Moved, Self::Percent, Self::Range, Self::Day, Self::State, Self::Age];

    /// As it stands in an address and in style sheets.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Moved => "change",
            Self::Percent => "percent",
            Self::Range => "range",
            Self::Day => "day",
            Self::State => "state",
            Self::Age => "age",
        }
    }

    /// As people say it, in a list and at the head of the column.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Moved => ("Change", "Change"),
            Self::Percent => ("Change in per cent", "%"),
            Self::Range => ("Day’s range", "Day’s range"),
            Self::Day => ("Line of the day", "Day"),
            Self::State => ("State", "State"),
            Self::Age => ("Age", "Age"),
        }
    }

    /// What it sorts by, where it is a figure.
    pub(super) fn key(self) -> Option<Key> {
        match self {
            Self::Moved => Some(Key::Moved),
            Self::Percent => Some(Key::Change),
            Self::Age => Some(Key::Age),
            Self::Range | Self::Day | Self::State => None,
        }
    }

    /// Reads a list, in whatever order. `None` where it names no column: a table
    /// without any would say too little.
    pub(super) fn listed(text: &str) -> Option<Vec<Self>> {
        let is_listed = |it: &Self| text.split(',').any(|name| name.trim() == it.as_str());
        let columns: Vec<Self> = Self::ALL.into_iter().filter(is_listed).collect();
        (!columns.is_empty() && columns.len() < Self::ALL.len()).then_some(columns)
    }
}
