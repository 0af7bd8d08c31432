use axum::extract::State;
use axum::response::Response;
use http::CachePolicy;
use jiff::civil::Date;
use market::{Action, ActionKind, Currency, Hole, Interval, series_freshness};
use query::Bars;
use query::newest::{over, widest};
use serde::Serialize;
use table::{Number, json};

use super::page::{midnight, stamp_of};
use super::question::{MarksParams, symbol};
use super::refusal::Refused;
use crate::Served;
use crate::asked::{Asked, view};
use crate::beside::Beside;
use crate::reply;

/// What happened to an instrument, or is missing of it, as a chart marks it.
#[derive(Debug)]
pub(super) struct Mark {
    date: Date,
    label: &'static str,
    color: &'static str,
    /// What it was, for whoever points at it.
    text: String,
}

/// On the axis of time.
#[derive(Serialize)]
pub(super) struct TimescaleMark {
    id: String,
    color: &'static str,
    label: &'static str,
    time: i64,
    tooltip: [String; 2],
}

/// On bars, as columns.
#[derive(Default, Serialize)]
pub(super) struct BarMarks {
    id: Vec<String>,
    time: Vec<i64>,
    color: Vec<&'static str>,
    text: Vec<String>,
    label: Vec<&'static str>,
    #[serde(rename = "labelFontColor")]
    label_font_color: Vec<&'static str>,
    #[serde(rename = "minSize")]
    min_size: Vec<u8>,
}

/// Big enough for a letter.
const SIZE: u8 = 14;

impl Mark {
    /// The marks of actions whose ex-dates lie within a stretch, both ends included.
    pub(super) fn all(
        actions: &[Action],
        currency: Option<&Currency>,
        stretch: (Option<i64>, Option<i64>),
    ) -> Vec<Self> {
        let is_within = |action: &&Action| is_between(midnight(action.ex_date), stretch);
        actions.iter().filter(is_within).map(|action| Self::of(action, currency)).collect()
    }

    fn of(action: &Action, currency: Option<&Currency>) -> Self {
        let paid = |what: &str| {
            let payment = action.kind.payment();
            let amount = payment.map_or(0.0, |payment| payment.amount);
            let currency = payment.and_then(|it| it.currency.as_ref()).or(currency);
            let currency = currency.map_or("", Currency::as_str);
            format!("{what} {} {currency}", spelt(amount)).trim_end().to_owned()
        };
        let (label, color, text) = match action.kind {
            ActionKind::Dividend(_) => ("D", "blue", paid("Dividend")),
            ActionKind::CapitalGain(_) => ("G", "blue", paid("Capital gain")),
            ActionKind::Split { numerator, denominator } => {
                ("S", "red", format!("Split {}:{}", spelt(numerator), spelt(denominator)))
            }
        };
        Self { date: action.ex_date, label, color, text }
    }

    /// The marks of what an answer lacks, each where it begins.
    fn of_holes(bars: &Bars) -> Vec<Self> {
        let is_part = bars.lack().is_some();
        let holes = bars.answer.coverage().holes.iter().filter(|_| is_part);
        holes.map(Self::of_hole).collect()
    }

    fn of_hole(hole: &Hole) -> Self {
        let Hole { from, to, slots, why } = hole;
        let text = format!("Missing: {slots} bars, {from} to {to} ({})", why.as_str());
        Self { date: *from, label: "?", color: "yellow", text }
    }

    /// The same on every question, so that a client does not show it twice.
    fn id(&self) -> String {
        format!("{}-{}", self.label, self.date)
    }

    pub(super) fn on_timescale(&self) -> TimescaleMark {
        TimescaleMark {
            id: self.id(),
            color: self.color,
            label: self.label,
            time: midnight(self.date),
            tooltip: [self.text.clone(), self.date.to_string()],
        }
    }

    /// The marks at the bars that they fall into.
    pub(super) fn on_bars(all: &[Self], interval: Interval) -> BarMarks {
        let mut marks = BarMarks::default();
        for mark in all {
            marks.id.push(mark.id());
            marks.time.push(stamp_of(mark.date, interval));
            marks.color.push(mark.color);
            marks.text.push(mark.text.clone());
            marks.label.push(mark.label);
            marks.label_font_color.push("white");
            marks.min_size.push(SIZE);
        }
        marks
    }
}

/// `GET /udf/marks?symbol=&from=&to=&resolution=`
pub(super) async fn on_bars(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, Refused> {
    let params: MarksParams = asked.read()?;
    let (marks, beside) = happened(&served, &asked, &params).await?;
    // Where no bars are drawn yet, days are meant.
    let marks = Mark::on_bars(&marks, params.resolution.unwrap_or(Interval::D1));
    Ok(reply::json(&served, &asked.headers, CachePolicy::Revalidate, &marks, &beside))
}

/// `GET /udf/timescale_marks?symbol=&from=&to=&resolution=`
pub(super) async fn on_timescale(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, Refused> {
    let params: MarksParams = asked.read()?;
    let (mut marks, beside) = happened(&served, &asked, &params).await?;
    marks.extend(missing(&served, &asked, &params).await?);
    let marks: Vec<_> = marks.iter().map(Mark::on_timescale).collect();
    Ok(reply::json(&served, &asked.headers, CachePolicy::Revalidate, &marks, &beside))
}

/// What happened to an instrument within the stretch asked for.
async fn happened(
    served: &Served,
    asked: &Asked,
    params: &MarksParams,
) -> Result<(Vec<Mark>, Beside), Refused> {
    let engine = asked.engine(served);
    let symbol = symbol(&engine, &params.symbol).await?;
    let answer = view().actions(&engine, &symbol).await?;
    let currency = answer.series.head.currency.as_ref();
    let marks = Mark::all(&answer.actions, currency, (params.from, params.to));
    let freshness = series_freshness(&answer, engine.now());
    Ok((marks, Beside::of_answer(&answer, freshness)))
}

/// What is missing of the bars that a chart shows within the stretch asked for.
async fn missing(
    served: &Served,
    asked: &Asked,
    params: &MarksParams,
) -> Result<Vec<Mark>, Refused> {
    let Some(interval) = params.resolution else { return Ok(Vec::new()) };
    let engine = asked.engine(served);
    let symbol = symbol(&engine, &params.symbol).await?;
    let (bars, _) = over(&engine, (&symbol, interval), view(), widest(interval)).await?;
    let is_within = |mark: &Mark| is_between(midnight(mark.date), (params.from, params.to));
    Ok(Mark::of_holes(&bars).into_iter().filter(is_within).collect())
}

/// Both ends included, as far as they are given.
fn is_between(at: i64, (from, to): (Option<i64>, Option<i64>)) -> bool {
    from.is_none_or(|from| from <= at) && to.is_none_or(|to| at <= to)
}

fn spelt(number: f64) -> String {
    json(&Number(number)).get().to_owned()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_is_missing_is_marked_where_it_begins() {
        let (from, to) = (date(2020, 8, 3), date(2020, 8, 7));
        let mark = Mark::of_hole(&Hole { from, to, slots: 5, why: market::Absence::NotHeld });
        assert_eq!(mark.text, "Missing: 5 bars, 2020-08-03 to 2020-08-07 (not_held)");
        assert_eq!((mark.id(), mark.date), ("?-2020-08-03".to_owned(), from));
    }

    #[test]
    fn actions_are_marked_with_their_terms() {
        let split = ActionKind::Split { numerator: 4.0, denominator: 1.0 };
        let actions = [
            Action { ex_date: date(2020, 8, 7), kind: ActionKind::Dividend(0.205.into()) },
            Action { ex_date: date(2020, 8, 31), kind: split },
        ];
        let usd: Currency = "USD".parse().unwrap();
        let within = |from, to| Mark::all(&actions, Some(&usd), (from, to));
        let all = within(None, None);
        let texts: Vec<&str> = all.iter().map(|mark| mark.text.as_str()).collect();
        assert_eq!(texts, ["Dividend 0.205 USD", "Split 4:1"]);
        assert_eq!(all[1].on_timescale().time, 1_598_832_000);
        let marks = Mark::on_bars(&all, Interval::Mo1);
        assert_eq!(marks.time, [1_596_240_000, 1_596_240_000], "the bar of August");
        assert_eq!(within(Some(1_598_832_000), Some(1_598_832_000)).len(), 1);
        assert!(within(Some(1_598_832_001), None).is_empty());
    }
}
