use url::form_urlencoded::{Serializer, parse};

use super::columns::Column;
use super::sort::Sort;

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
    /// How close they stand.
    pub(crate) density: Density,
    /// The columns of the table; `None` for all.
    pub(crate) columns: Option<Vec<Column>>,
    /// Whether they are rows of a table instead of cards.
    pub(crate) table: bool,
    /// Whether prices fill a screen that is looked at from afar.
    pub(crate) wall: bool,
}

/// How close instruments stand.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Density {
    /// With room around each.
    #[default]
    Usual,
    /// Closer, each saying less.
    Compact,
}

impl Density {
    const COMPACT: &str = "compact";

    fn read(text: &str) -> Self {
        if text == Self::COMPACT { Self::Compact } else { Self::Usual }
    }
}

impl Choice {
    /// Reads the query of an address. What it cannot be is as if it were not there.
    pub(crate) fn read(query: &str) -> Self {
        let mut choice = Self::default();
        let mut columns = Vec::new();
        for (name, value) in parse(query.as_bytes()) {
            let text = Some(value.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
            match name.as_ref() {
                "symbols" => choice.symbols = text.map(|text| listed(&text)),
                "add" => choice.add = text,
                "chart" => choice.chart = text,
                "sort" => choice.sort = Sort::read(text.as_deref().unwrap_or_default()),
                "group" => choice.by_kind = value == "kind",
                "density" => choice.density = Density::read(&value),
                // A form without scripts names each by itself.
                "columns" => columns.extend(text),
                "view" => choice.table = value == "table",
                "wall" => choice.wall = value != "0",
                _ => {}
            }
        }
        choice.columns = Column::listed(&columns.join(","));
        choice
    }

    /// Whether they stand closer than usual.
    pub(super) fn is_compact(&self) -> bool {
        self.density == Density::Compact
    }

    /// Whether the table has a column.
    pub(super) fn has(&self, column: Column) -> bool {
        self.columns.as_ref().is_none_or(|columns| columns.contains(&column))
    }

    /// Whether the main chart is shown; on a wall only where it was asked for.
    pub(super) fn shows_chart(&self) -> bool {
        !self.wall || self.chart.is_some()
    }

    /// The same in another order.
    pub(super) fn sorted(&self, sort: Sort) -> Self {
        Self { sort, ..self.clone() }
    }

    /// The address of this choice.
    pub(crate) fn address(&self) -> String {
        let mut query = Serializer::for_suffix(format!("{DASHBOARD}?"), DASHBOARD.len() + 1);
        if let Some(symbols) = &self.symbols {
            // A lone comma is a list of none: an empty value would mean the watchlist.
            let list = if symbols.is_empty() { ",".to_owned() } else { symbols.join(",") };
            query.append_pair("symbols", &list);
        }
        let sort = Some(self.sort.text()).filter(|sort| !sort.is_empty());
        let names = |columns: &Vec<Column>| {
            columns.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(",")
        };
        let columns = self.columns.as_ref().map(names);
        let said = [
            ("add", self.add.as_deref()),
            ("chart", self.chart.as_deref()),
            ("sort", sort.as_deref()),
            ("group", self.by_kind.then_some("kind")),
            ("density", self.is_compact().then_some(Density::COMPACT)),
            ("columns", columns.as_deref()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_was_chosen_and_is_read_back() {
        for address in [
            "/marketpulse/dashboard",
            "/marketpulse/dashboard?symbols=CAC40,EUR/USD&chart=EUR/USD&sort=-change&group=kind&density=compact&columns=change,age&view=table&wall",
            "/marketpulse/dashboard?symbols=M%26M.NS,%5EGSPC",
            "/marketpulse/dashboard?symbols=,",
        ] {
            let query = address.split_once('?').map_or("", |(_, query)| query);
            assert_eq!(Choice::read(query).address(), address);
        }
    }

    #[test]
    fn columns_are_named_each_or_together_and_none_or_all_are_the_usual_ones() {
        let columns = |query| Choice::read(query).columns;
        assert_eq!(columns("columns=age&columns=change"), Some(vec![Column::Moved, Column::Age]));
        assert_eq!(columns("columns=age,change"), columns("columns=age&columns=change"));
        assert_eq!(columns("columns=change,percent,range,day,state,age"), None);
        assert_eq!(columns("columns=nonsense"), None);
    }

    #[test]
    fn what_is_no_choice_is_as_if_it_were_not_there() {
        let query = "symbols=&sort=best&group=all&view=list&wall=0&x=1";
        assert_eq!(Choice::read(query), Choice::default());
    }
}
