use market::{Adjust, Bar, Currency, Interval};
use table::{Pieces, in_fifteen_digits};

use super::Syntax;
use crate::commands::bars::Written;

/// Why no prices for a ledger can be written of such bars, whatever the instrument.
pub(in super::super) fn fault(interval: Interval, adjust: Adjust) -> Option<String> {
    if interval != Interval::D1 {
        return Some(format!(
            "--interval {interval}: a ledger's prices are of days, and a bar of another length \
             ends on another day than it begins; use 1d"
        ));
    }
    (adjust == Adjust::All).then(|| {
        "--adjust all: nobody paid such prices; use none, or splits for a ledger that counts \
         today's shares"
            .to_owned()
    })
}

/// The closes of days as prices of a commodity.
///
/// # Errors
///
/// They are made up, which a ledger could not tell, or lack a currency that it knows.
pub(in super::super) fn pieces(
    written: &Written,
    commodity: &str,
    syntax: Syntax,
) -> Result<Pieces, String> {
    if written.bars.answer.simulated {
        return Err("its prices are simulated, and a ledger could not tell".to_owned());
    }
    let currency = written.series.head.currency.as_ref();
    let currency = currency.ok_or("its source names no currency for its prices")?;
    let unit = Unit::of(currency, syntax)?;
    let line = |bar: Bar| unit.line(&bar, commodity, syntax);
    let lines: String = written.series.bars().map(line).collect();
    let text = format!("{}{lines}", head(written, currency, &unit));
    Ok(Box::new(std::iter::once(Ok(text.into()))))
}

/// What the prices of a ledger are counted in: pounds where prices are in pence.
struct Unit<'a> {
    code: &'a str,
    /// How many of the unit of prices make one of it.
    of_prices: u32,
}

impl<'a> Unit<'a> {
    fn of(currency: &'a Currency, syntax: Syntax) -> Result<Self, String> {
        let own = Self { code: currency.as_str(), of_prices: 1 };
        let major = currency.major();
        let unit = major.map_or(own, |it| Self { code: it.code, of_prices: it.units });
        if syntax.may_name(unit.code) {
            return Ok(unit);
        }
        let (code, name) = (unit.code, syntax.name());
        Err(format!("its prices are in {code}, which cannot be a currency in {name}"))
    }

    fn line(&self, bar: &Bar, commodity: &str, syntax: Syntax) -> String {
        let close = bar.close.get();
        let price = match self.of_prices {
            1 => close,
            many => in_fifteen_digits(close / f64::from(many)),
        };
        let directive = syntax.directive(bar.date, commodity, price, self.code);
        let remark = if bar.provisional { " ; the day was not over" } else { "" };
        format!("{directive}{remark}\n")
    }
}

/// Whose prices they are and how they were made, in comments.
fn head(written: &Written, currency: &Currency, unit: &Unit<'_>) -> String {
    let (series, answer) = (&written.series, &written.bars.answer);
    let adjusted = match written.bars.view.adjust {
        Adjust::None => "as traded",
        Adjust::Splits | Adjust::All => "divided by the splits since",
    };
    let turned = match unit.of_prices {
        1 => String::new(),
        many => format!("; published in {currency}, {many} of which are one {}\n", unit.code),
    };
    let lack = written.bars.lack().map_or_else(String::new, |lack| format!("; {lack}\n"));
    format!(
        "; Closes of {}, {adjusted}; source {}, received {}, {}\n{turned}{lack}",
        series.head.symbol,
        series.head.source,
        answer.received_at,
        written.bars.freshness.as_str(),
    )
}
