//! The columns that each route with rows has, for whoever names some of them.

use std::sync::LazyLock;

use query::records;
use table::{Column, Described};

pub(super) type Columns = LazyLock<Vec<Column>>;

pub(super) static ACTIONS: Columns = LazyLock::new(|| names(records::action::columns()));
pub(super) static ACTION_VERSIONS: Columns =
    LazyLock::new(|| names(records::version::action_columns()));
pub(super) static BARS: Columns = LazyLock::new(|| names(records::bar::columns()));
pub(super) static BAR_VERSIONS: Columns = LazyLock::new(|| names(records::version::bar_columns()));
pub(super) static CALENDARS: Columns =
    LazyLock::new(|| names(records::calendar::calendar_columns()));
pub(super) static CHANGES: Columns = LazyLock::new(|| names(records::change::columns()));
pub(super) static DISPUTES: Columns = LazyLock::new(|| names(records::dispute::columns()));
pub(super) static FOUND: Columns = LazyLock::new(|| names(records::instrument::columns(true)));
pub(super) static INSTRUMENTS: Columns =
    LazyLock::new(|| names(records::instrument::columns(false)));
pub(super) static QUOTES: Columns = LazyLock::new(|| names(records::quote::columns()));
pub(super) static QUOTE_VERSIONS: Columns = LazyLock::new(|| names(records::shown::columns()));
pub(super) static REPAIRS: Columns = LazyLock::new(|| names(records::repair::columns()));
pub(super) static SESSIONS: Columns = LazyLock::new(|| names(records::calendar::session_columns()));

fn names(described: Vec<Described>) -> Vec<Column> {
    described.into_iter().map(|it| it.column).collect()
}
