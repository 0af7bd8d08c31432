use std::cmp::Ordering;

use url::form_urlencoded::{Serializer, parse};

const DASHBOARD: &str = "/marketpulse/dashboard";

/// What of the dashboard its reader chose. It stands in the address, so that a
/// link shows the same; `web/src/dashboard/choice.ts` reads the same address.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Choice {
    /// Symbols in any spelling; `None` for those of the watchlist.
    pub(crate) symbols: Option<Vec<String>>,
    /// One to be shown as well, as the form without scripts sends it.
    pub(crate) add: Option<String>,
    /// The symbol in the main chart.
    pub(crate) chart: Option<String>,
    /// The order of the instruments.
    pub(crate) sort: Sort,
    /// Whether they stand under headings of their kinds.
    pub(crate) by_kind: bool,
    /// Whether they are rows of a table instead of cards.
    pub(crate) table: bool,
    /// Whether prices fill a screen that is looked at from afar.
    pub(crate) wall: bool,
}

/// The order of the instruments.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Sort {
    /// As the address or the watchlist has them.
    #[default]
    Listed,
    /// By name.
    Name,
    /// Those that rose most first.
    Rise,
    /// Those that fell most first.
    Fall,
}

impl Sort {
    pub(super) const ALL: [Self; 4] = [Self::Listed, Self::Name, Self::Rise, Self::Fall];

    /// As it stands in the address; empty for the usual order.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "",
            Self::Name => "name",
            Self::Rise => "change",
            Self::Fall => "-change",
        }
    }

    /// As people say it.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Listed => "as listed",
            Self::Name => "name",
            Self::Rise => "change, highest first",
            Self::Fall => "change, lowest first",
        }
    }

    /// The order of two instruments by name and change in per cent; one whose
    /// change is not known comes last.
    pub(super) fn compare(self, a: (&str, Option<f64>), b: (&str, Option<f64>)) -> Ordering {
        let unknown = || a.1.is_none().cmp(&b.1.is_none());
        let change = || a.1.unwrap_or_default().total_cmp(&b.1.unwrap_or_default());
        match self {
            Self::Listed => Ordering::Equal,
            Self::Name => a.0.to_lowercase().cmp(&b.0.to_lowercase()),
            Self::Rise => unknown().then(change().reverse()),
            Self::Fall => unknown().then(change()),
        }
    }
}

impl Choice {
    /// Reads the query of an address. What it cannot be is as if it were not there.
    pub(crate) fn read(query: &str) -> Self {
        let mut choice = Self::default();
        for (name, value) in parse(query.as_bytes()) {
            let text = Some(value.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
            match name.as_ref() {
                "symbols" => choice.symbols = text.map(|text| listed(&text)),
                "add" => choice.add = text,
                "chart" => choice.chart = text,
                "sort" => choice.sort = sort(text.as_deref().unwrap_or_default()),
                "group" => choice.by_kind = value == "kind",
                "view" => choice.table = value == "table",
                "wall" => choice.wall = value != "0",
                _ => {}
            }
        }
        choice
    }

    /// Whether the main chart is shown; on a wall only where it was asked for.
    pub(super) fn shows_chart(&self) -> bool {
        !self.wall || self.chart.is_some()
    }

    /// The address of this choice.
    pub(crate) fn address(&self) -> String {
        let mut query = Serializer::for_suffix(format!("{DASHBOARD}?"), DASHBOARD.len() + 1);
        if let Some(symbols) = &self.symbols {
            // A lone comma is a list of none: an empty value would mean the watchlist.
            let list = if symbols.is_empty() { ",".to_owned() } else { symbols.join(",") };
            query.append_pair("symbols", &list);
        }
        let sort = Some(self.sort.as_str()).filter(|sort| !sort.is_empty());
        let said = [
            ("add", self.add.as_deref()),
            ("chart", self.chart.as_deref()),
            ("sort", sort),
            ("group", self.by_kind.then_some("kind")),
            ("view", self.table.then_some("table")),
        ];
        for (name, value) in said {
            value.map(|value| query.append_pair(name, value));
        }
        if self.wall {
            query.append_key_only("wall");
        }
        // A comma and a slash need no escape in a query, and symbols are to be readable.
        let address = query.finish().replace("%2C", ",").replace("%2F", "/");
        address.trim_end_matches('?').to_owned()
    }
}

fn listed(text: &str) -> Vec<String> {
    let symbols = text.split(',').map(str::trim).filter(|text| !text.is_empty());
    symbols.map(str::to_owned).collect()
}

fn sort(text: &str) -> Sort {
    Sort::ALL.into_iter().find(|sort| sort.as_str() == text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_was_chosen_and_is_read_back() {
        for address in [
            "/marketpulse/dashboard",
            "/marketpulse/dashboard?symbols=CAC40,EUR/USD&chart=EUR/USD&sort=-change&group=kind&view=table&wall",
            "/marketpulse/dashboard?symbols=M%26M.NS,%5EGSPC",
            "/marketpulse/dashboard?symbols=,",
        ] {
            let query = address.split_once('?').map_or("", |(_, query)| query);
            assert_eq!(Choice::read(query).address(), address);
        }
    }

    #[test]
    fn what_is_no_choice_is_as_if_it_were_not_there() {
        let query = "symbols=&sort=best&group=all&view=list&wall=0&x=1";
        assert_eq!(Choice::read(query), Choice::default());
    }

    #[test]
    fn what_rose_or_fell_most_comes_first_and_what_is_not_known_last() {
        let order = |sort: Sort| {
            let mut all = [("b", Some(1.0)), ("a", None), ("C", Some(-2.0))];
            all.sort_by(|a, b| sort.compare(*a, *b));
            all.map(|(name, _)| name)
        };
        assert_eq!(order(Sort::Listed), ["b", "a", "C"]);
        assert_eq!(order(Sort::Name), ["a", "b", "C"]);
        assert_eq!(order(Sort::Rise), ["b", "C", "a"]);
        assert_eq!(order(Sort::Fall), ["C", "b", "a"]);
    }
}
