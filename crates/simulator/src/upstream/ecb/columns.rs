use jiff::civil::Date;

use super::Shared;

/// A currency of the table: its code, first and last year with rates. A year of
/// zero means from the start, or still.
pub(super) struct Column {
    pub(super) code: &'static str,
    since: i16,
    until: i16,
}

const fn column(code: &'static str, since: i16, until: i16) -> Column {
    Column { code, since, until }
}

/// In the order of the published file. Currencies end: the euro replaced them,
/// a new one did, or, as with the rouble, no rate is published any more.
pub(super) const COLUMNS: [Column; 41] = [
    column("USD", 0, 0),
    column("JPY", 0, 0),
    column("BGN", 2000, 2025),
    column("CYP", 0, 2007),
    column("CZK", 0, 0),
    column("DKK", 0, 0),
    column("EEK", 0, 2010),
    column("GBP", 0, 0),
    column("HUF", 0, 0),
    column("LTL", 0, 2014),
    column("LVL", 0, 2013),
    column("MTL", 0, 2007),
    column("PLN", 0, 0),
    column("ROL", 0, 2004),
    column("RON", 2005, 0),
    column("SEK", 0, 0),
    column("SIT", 0, 2006),
    column("SKK", 0, 2008),
    column("CHF", 0, 0),
    column("ISK", 0, 0),
    column("NOK", 0, 0),
    column("HRK", 2000, 2022),
    column("RUB", 2000, 2021),
    column("TRL", 0, 2004),
    column("TRY", 2005, 0),
    column("AUD", 0, 0),
    column("BRL", 2008, 0),
    column("CAD", 0, 0),
    column("CNY", 2005, 0),
    column("HKD", 0, 0),
    column("IDR", 2005, 0),
    column("ILS", 2011, 0),
    column("INR", 2009, 0),
    column("KRW", 0, 0),
    column("MXN", 2008, 0),
    column("MYR", 2005, 0),
    column("NZD", 0, 0),
    column("PHP", 2005, 0),
    column("SGD", 0, 0),
    column("THB", 2005, 0),
    column("ZAR", 0, 0),
];

impl Column {
    /// Units for one euro on each of those dates, newest first, as rounded for
    /// publication.
    pub(super) fn rates(&self, shared: &Shared, dates: &[Date]) -> Vec<Option<f64>> {
        let with_rate: Vec<Date> = dates.iter().copied().filter(|date| self.has(*date)).collect();
        let mut rates = shared.market.reference_rates(self.code, &with_rate);
        if let (Some(latest), Some(fixed)) =
            (rates.first_mut(), shared.fixed(&format!("EUR{}=X", self.code)))
        {
            *latest = fixed;
        }
        let mut published = rates.into_iter().map(rounded);
        dates.iter().map(|date| if self.has(*date) { published.next() } else { None }).collect()
    }

    fn has(&self, date: Date) -> bool {
        date.year() >= self.since && (self.until == 0 || date.year() <= self.until)
    }
}

fn rounded(rate: f64) -> f64 {
    let scale = match rate {
        100.0.. => 1e2,
        1.0.. => 1e4,
        _ => 1e5,
    };
    (rate * scale).round() / scale
}
