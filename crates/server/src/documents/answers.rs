use query::records;
use query::records::action::ActionsHead;
use query::records::bar::BarsHead;
use query::records::calendar::{CalendarsHead, SessionsHead};
use query::records::change::ChangesHead;
use query::records::dispute::DisputesHead;
use query::records::quote::{Latest, QuotesHead};
use query::records::rate::{ConversionJson, RateJson};
use query::records::repair::RepairsHead;
use query::records::shown::QuoteVersionsHead;
use query::records::version::VersionsHead;
use query::records::{
    AlignedHead, FoundHead, History, InstrumentJson, InstrumentsHead, SourcesBody,
};
use serde_json::{Map, Value, json};
use table::{Column, Described};

use super::schemas::{given, indicators_by_column};
use crate::api::{Operation, operation as o};
use crate::classic::ConfigJson;

/// What a route answers, and a question to show it by.
pub(crate) struct Route {
    /// What it is and takes.
    pub(crate) operation: &'static Operation,
    /// The query of a question that makes a short answer.
    pub(crate) query: &'static str,
    /// Whether there may be nothing of what was asked for: no such instrument,
    /// or no source that can be reached.
    pub(crate) may_be_absent: bool,
    /// Whether an answer says its version, so that one who has it is spared it.
    pub(crate) has_version: bool,
    given: Given,
}

/// The shape of an answer.
enum Given {
    /// One JSON document.
    Json(fn(&str) -> Value),
    /// Rows, in every format.
    Rows(Table),
    /// One figure of a row with these columns, as text.
    Figure(fn() -> Vec<Described>),
}

/// The shape of rows and of what is said once about all of them.
struct Table {
    head: fn(&str) -> Value,
    name: &'static str,
    columns: fn() -> Vec<Described>,
    /// What else there is a column for.
    others: Others,
}

/// Columns that depend on the question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Others {
    /// There are none.
    None,
    /// One for each symbol asked for.
    Symbols,
    /// One or three for each indicator asked for.
    Indicators,
}

/// Every route, in the order of the document.
pub(crate) static ROUTES: [Route; 23] = [
    json(&o::LATEST, "", given::<Latest<'_>>).versioned(),
    json(&o::HISTORY, "symbol=CAC40&period=5d", given::<History<'_>>).versioned().absent(),
    json(&o::CONFIG, "", given::<ConfigJson>),
    json(&o::SOURCES, "", given::<SourcesBody<'_>>),
    rows(
        &o::INSTRUMENTS,
        "",
        Table {
            head: given::<InstrumentsHead>,
            name: "instruments",
            columns: || records::instrument::columns(false),
            others: Others::None,
        },
    ),
    json(&o::INSTRUMENT, "", given::<InstrumentJson<'_>>).versioned().absent(),
    rows(
        &o::SEARCH,
        "q=apple",
        Table {
            head: given::<FoundHead<'_>>,
            name: "instruments",
            columns: || records::instrument::columns(true),
            others: Others::None,
        },
    ),
    rows(
        &o::QUOTES,
        "symbols=AAPL,EUR/USD&fields=symbol,price,currency,source,as_of,freshness",
        QUOTES,
    )
    .absent(),
    rows(&o::QUOTE, "", QUOTES).absent(),
    figure(&o::VALUE, records::quote::columns).absent(),
    rows(
        &o::QUOTE_VERSIONS,
        "date=2025-10-29&fields=price,source,as_of,known_from,known_until,why",
        Table {
            head: given::<QuoteVersionsHead<'_>>,
            name: "versions",
            columns: records::shown::columns,
            others: Others::None,
        },
    ),
    rows(
        &o::BARS,
        "period=1mo&limit=2",
        Table {
            head: given::<BarsHead<'_>>,
            name: "bars",
            columns: records::bar::columns,
            others: Others::Indicators,
        },
    )
    .absent(),
    rows(
        &o::ALIGNED_BARS,
        "symbols=AAPL,MSFT,CAC40&period=2d",
        Table {
            head: given::<AlignedHead<'_>>,
            name: "bars",
            columns: records::aligned::columns,
            others: Others::Symbols,
        },
    ),
    rows(
        &o::BAR_VERSIONS,
        "from=2025-10-28&fields=date,close,source,known_from,known_until,why",
        Table {
            head: given::<VersionsHead<'_>>,
            name: "versions",
            columns: records::version::bar_columns,
            others: Others::None,
        },
    ),
    rows(
        &o::ACTIONS,
        "from=2025-01-01",
        Table {
            head: given::<ActionsHead<'_>>,
            name: "actions",
            columns: records::action::columns,
            others: Others::None,
        },
    )
    .absent(),
    rows(
        &o::ACTION_VERSIONS,
        "from=2025-01-01",
        Table {
            head: given::<VersionsHead<'_>>,
            name: "versions",
            columns: records::version::action_columns,
            others: Others::None,
        },
    ),
    rows(
        &o::CHANGES,
        "since=2025-10-29T12:00:00Z",
        Table {
            head: given::<ChangesHead>,
            name: "changes",
            columns: records::change::columns,
            others: Others::None,
        },
    ),
    rows(
        &o::DISPUTES,
        "",
        Table {
            head: given::<DisputesHead>,
            name: "disputes",
            columns: records::dispute::columns,
            others: Others::None,
        },
    ),
    rows(
        &o::REPAIRS,
        "",
        Table {
            head: given::<RepairsHead>,
            name: "repairs",
            columns: records::repair::columns,
            others: Others::None,
        },
    ),
    rows(
        &o::CALENDARS,
        "fields=mic,name,last_day",
        Table {
            head: given::<CalendarsHead>,
            name: "calendars",
            columns: records::calendar::calendar_columns,
            others: Others::None,
        },
    ),
    rows(
        &o::CALENDAR,
        "from=2026-11-25&to=2026-11-30",
        Table {
            head: given::<SessionsHead>,
            name: "sessions",
            columns: records::calendar::session_columns,
            others: Others::None,
        },
    )
    .absent(),
    json(&o::RATE, "", given::<RateJson<'_>>).versioned().absent(),
    json(&o::CONVERT, "from=USD&to=CHF&amount=250", given::<ConversionJson<'_>>)
        .versioned()
        .absent(),
];

const QUOTES: Table = Table {
    head: given::<QuotesHead>,
    name: "quotes",
    columns: records::quote::columns,
    others: Others::None,
};

const fn json(
    operation: &'static Operation,
    query: &'static str,
    schema: fn(&str) -> Value,
) -> Route {
    let given = Given::Json(schema);
    Route { operation, query, may_be_absent: false, has_version: false, given }
}

const fn rows(operation: &'static Operation, query: &'static str, table: Table) -> Route {
    let given = Given::Rows(table);
    Route { operation, query, may_be_absent: false, has_version: true, given }
}

const fn figure(operation: &'static Operation, columns: fn() -> Vec<Described>) -> Route {
    let given = Given::Figure(columns);
    Route { operation, query: "", may_be_absent: false, has_version: true, given }
}

impl Route {
    const fn absent(self) -> Self {
        Self { may_be_absent: true, ..self }
    }

    const fn versioned(self) -> Self {
        Self { has_version: true, ..self }
    }

    /// Whether upstreams may have to be asked for the answer, out of the share of whoever
    /// wants it.
    pub(crate) fn asks_upstreams(&self) -> bool {
        const ASKING: [&Operation; 11] = [
            &o::HISTORY,
            &o::INSTRUMENT,
            &o::SEARCH,
            &o::QUOTES,
            &o::QUOTE,
            &o::VALUE,
            &o::BARS,
            &o::ALIGNED_BARS,
            &o::ACTIONS,
            &o::RATE,
            &o::CONVERT,
        ];
        ASKING.iter().any(|asking| asking.id == self.operation.id)
    }

    /// The columns that `fields` or `field` may name.
    pub(crate) fn columns(&self) -> Vec<Column> {
        let columns = match &self.given {
            Given::Json(_) => return Vec::new(),
            Given::Rows(table) => (table.columns)(),
            Given::Figure(columns) => columns(),
        };
        columns.into_iter().map(|it| it.column).collect()
    }

    /// The schema of the answer as JSON: the head with the rows in it. `None` where
    /// it is text.
    pub(crate) fn schema(&self) -> Option<Value> {
        let of = self.operation.id;
        match &self.given {
            Given::Json(schema) => Some(schema(of)),
            Given::Rows(table) => Some(table.with(table.name, table.rows(), of)),
            Given::Figure(_) => None,
        }
    }

    /// The schema of the answer as columns, where there are rows.
    pub(crate) fn schema_of_columns(&self) -> Option<Value> {
        let Given::Rows(table) = &self.given else { return None };
        let of = self.operation.id;
        Some(table.with("columns", table.arrays(), of))
    }
}

impl Table {
    /// The head's schema with one more key.
    fn with(&self, name: &str, schema: Value, of: &str) -> Value {
        let mut whole = (self.head)(of);
        whole["properties"][name] = schema;
        super::fields::explain(&mut whole["properties"][name], of, name);
        match &mut whole["required"] {
            Value::Array(required) => required.push(name.into()),
            none => *none = json!([name]),
        }
        whole
    }

    fn rows(&self) -> Value {
        json!({ "type": "array", "items": self.object(|cell| cell) })
    }

    fn arrays(&self) -> Value {
        self.object(|cells| json!({ "type": "array", "items": cells }))
    }

    /// An object with what `figures` makes of the schema of each column's cells.
    /// Which keys it has depends on `fields`, so none is required.
    fn object(&self, figures: fn(Value) -> Value) -> Value {
        let field = |it: Described| (it.column.name.to_string(), figures(it.schema.to_value()));
        let fields: Map<String, Value> = (self.columns)().into_iter().map(field).collect();
        let mut object =
            json!({ "type": "object", "properties": fields, "additionalProperties": false });
        match self.others {
            Others::None => {}
            Others::Symbols => {
                object["additionalProperties"] = figures(json!({ "type": ["number", "null"] }));
            }
            Others::Indicators => object["patternProperties"] = indicators_by_column(figures),
        }
        object
    }
}
