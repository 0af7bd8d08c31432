//! Prints every day of trading of every exchange, for `make calendars-check`:
//! MIC, date, and in seconds since 1970 open, rest at noon and close.

use std::io::{self, BufWriter, Write};

use jiff::Timestamp;
use market::{Calendar, Trading, TradingPeriod};

fn main() -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for calendar in Calendar::exchanges() {
        let dates = calendar.sessions(calendar.first_day(), calendar.last_day());
        for trading in dates.filter_map(|date| calendar.session(date)) {
            writeln!(out, "{},{}", calendar.mic(), line(trading))?;
        }
    }
    out.flush()
}

fn line(trading: Trading) -> String {
    let pause = |end: fn(TradingPeriod) -> Timestamp| {
        trading.pause.map_or(String::new(), |it| end(it).as_second().to_string())
    };
    let (date, open, close) = (trading.date, trading.open.as_second(), trading.close.as_second());
    format!("{date},{open},{},{},{close}", pause(|it| it.start), pause(|it| it.end))
}
