//! Calendars of exchanges, and the days of trading of one.

use std::sync::Arc;

use jiff::civil::Date;
use market::{Calendar, Trading};
use serde::Serialize;
use table::{
    Built, Constants, Described, EncodeError, Field, Head, Object, Record, Table, described,
};

use super::vocabulary;

/// A record that is about a calendar, and what each such says of it.
trait OfCalendar: Sized {
    /// The calendar.
    fn calendar(&self) -> &'static Calendar;

    const MIC: Field<Self> = Field::text(
        "mic",
        "Its market identifier code (ISO 10383); FX and CRYPTO stand for markets without an exchange.",
        |it: &Self| Some(it.calendar().mic().into()),
    )
    .never_null();
    const NAME: Field<Self> = Field::text("name", "What the market is called.", |it: &Self| {
        Some(it.calendar().name().into())
    })
    .never_null();
    const TIME_ZONE: Field<Self> =
        vocabulary::time_zone(|it: &Self| it.calendar().zone().iana_name().map(Into::into));
    const FIRST_DAY: Field<Self> =
        Field::date("first_day", "The first day of which it tells.", |it: &Self| {
            Some(it.calendar().first_day())
        })
        .never_null();
    const LAST_DAY: Field<Self> =
        Field::date("last_day", "The last day of which it tells.", |it: &Self| {
            Some(it.calendar().last_day())
        })
        .never_null();
}

/// A calendar in a table of all.
struct Listed(&'static Calendar);

impl OfCalendar for Listed {
    fn calendar(&self) -> &'static Calendar {
        self.0
    }
}

impl Listed {
    const COLUMNS: [Field<Self>; 5] =
        [Self::MIC, Self::NAME, Self::TIME_ZONE, Self::FIRST_DAY, Self::LAST_DAY];
}

/// All is said in the rows.
#[derive(Serialize, schemars::JsonSchema)]
pub struct CalendarsHead {}

/// A table of all calendars.
///
/// # Errors
///
/// A fault of ours.
pub fn calendars() -> Result<Table, EncodeError> {
    let all: Vec<Listed> = Calendar::all().map(Listed).collect();
    Ok(Table {
        head: Head::of(&CalendarsHead {})?,
        name: "calendars",
        rows: Arc::new(Built::of(&Listed::COLUMNS, &all)),
        constants: Constants::none(),
    })
}

/// The columns of a table of calendars.
pub fn calendar_columns() -> Vec<Described> {
    described(&Listed::COLUMNS)
}

/// What is said once about days of trading.
pub struct AboutSessions {
    calendar: &'static Calendar,
    dates: (Date, Date),
}

/// The same as JSON.
pub type SessionsHead = Object<AboutSessions>;

impl OfCalendar for AboutSessions {
    fn calendar(&self) -> &'static Calendar {
        self.calendar
    }
}

impl AboutSessions {
    const FROM: Field<Self> =
        Field::date("from", "The first date asked for.", |it: &Self| Some(it.dates.0)).never_null();
    const TO: Field<Self> =
        Field::date("to", "The last date asked for.", |it: &Self| Some(it.dates.1)).never_null();
}

impl Record for AboutSessions {
    const ABOUT: &'static str = "What is said once about days of trading.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        &[
            Self::MIC,
            Self::NAME,
            Self::TIME_ZONE,
            Self::FIRST_DAY,
            Self::LAST_DAY,
            Self::FROM,
            Self::TO,
        ]
    }
}

/// A day of trading in a table.
struct Day {
    trading: Trading,
    closes_early: bool,
}

const DAY: [Field<Day>; 6] = [
    Field::date("date", "The trading date at the exchange.", |it: &Day| Some(it.trading.date))
        .never_null(),
    Field::instant(
        "open",
        "When trading begins; on the evening before where the day begins then.",
        |it: &Day| Some(it.trading.open),
    )
    .never_null(),
    Field::instant("break_start", "When it rests at noon; null where it does not.", |it| {
        it.trading.pause.map(|pause| pause.start)
    }),
    Field::instant("break_end", "When it goes on after that.", |it| {
        it.trading.pause.map(|pause| pause.end)
    }),
    Field::instant("close", "When trading ends.", |it: &Day| Some(it.trading.close)).never_null(),
    Field::flag("early_close", "Whether it ends earlier than is regular then.", |it: &Day| {
        Some(it.closes_early)
    })
    .never_null(),
];

/// A table of the days of trading between two dates, both included, as far as the
/// calendar tells of them.
///
/// # Errors
///
/// A fault of ours.
pub fn sessions(
    calendar: &'static Calendar,
    (from, to): (Date, Date),
) -> Result<Table, EncodeError> {
    let day = |date| {
        let trading = calendar.session(date)?;
        Some(Day { trading, closes_early: calendar.closes_early(date) })
    };
    let days: Vec<Day> = calendar.sessions(from, to).filter_map(day).collect();
    let about = AboutSessions { calendar, dates: (from, to) };
    Ok(Table {
        constants: Constants::of(&[AboutSessions::MIC], &about),
        head: Head::of(&SessionsHead::of(about))?,
        name: "sessions",
        rows: Arc::new(Built::of(&DAY, &days)),
    })
}

/// The columns of a table of days of trading.
pub fn session_columns() -> Vec<Described> {
    described(&DAY)
}
