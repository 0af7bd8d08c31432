use std::sync::Arc;

use askama::Template;
use jiff::SignedDuration;
use market::{Freshness, HistoryResult, Interval, Period, Price};

use super::summary::Summary;
use super::{Shell, address, assets, format, words};

/// Periods to pick from, and how their links read.
const PERIODS: [(&str, &str); 11] = [
    ("1d", "1D"),
    ("5d", "5D"),
    ("7d", "7D"),
    ("1mo", "1M"),
    ("3mo", "3M"),
    ("6mo", "6M"),
    ("ytd", "YTD"),
    ("1y", "1Y"),
    ("5y", "5Y"),
    ("10y", "10Y"),
    ("max", "Max"),
];

/// What the history view shows.
pub(crate) struct HistoryView {
    /// The symbol as it was asked for, or the default.
    pub(crate) symbol_text: String,
    /// The period as it was asked for.
    pub(crate) period_text: Option<String>,
    /// The period where none is asked for.
    pub(crate) usual_period: String,
    /// The first and the last day as they were asked for.
    pub(crate) dates: (Option<String>, Option<String>),
    /// The interval as it was asked for; `None` for the one that fits the period.
    pub(crate) interval_text: Option<String>,
    /// How it is drawn.
    pub(crate) drawn: Drawn,
    /// Symbols worth suggesting, with their names.
    pub(crate) symbols: Vec<(String, String)>,
    /// The bars, or why there are none.
    pub(crate) outcome: Outcome,
    /// The close before a day that is shown by itself, where it is known.
    pub(crate) previous: Option<Price>,
    /// Whether the bars may be taken for the present state of things.
    pub(crate) freshness: Freshness,
    /// Digits after the point that people expect to see.
    pub(crate) decimals: u8,
    /// How long ago the bars were received.
    pub(crate) age: SignedDuration,
    /// Whether another source says the same, in a few words.
    pub(crate) second: Option<String>,
}

/// What came of a question.
pub(crate) enum Outcome {
    /// There is an answer, which may be an empty one.
    Answered(Arc<HistoryResult>),
    /// There will be none.
    Refused(Message),
    /// Sources are still being asked.
    Coming,
}

impl Outcome {
    /// The answer, where there is one.
    pub(crate) fn answer(&self) -> Option<&HistoryResult> {
        match self {
            Self::Answered(answer) => Some(answer),
            Self::Refused(_) | Self::Coming => None,
        }
    }
}

/// How prices are adjusted and drawn, as it was asked for; `None` for the usual.
#[derive(Default)]
pub(crate) struct Drawn {
    pub(crate) adjust: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) scale: Option<String>,
    pub(crate) volume: Option<String>,
    pub(crate) ind: Option<String>,
    pub(crate) compare: Option<String>,
}

/// Why there is nothing to show.
pub(crate) struct Message {
    /// In a few words.
    pub(crate) title: String,
    /// What was wrong, with what, and what would work.
    pub(crate) detail: String,
    /// Symbols that may have been meant.
    pub(crate) suggestions: Vec<String>,
    /// Whether another interval would help.
    pub(crate) is_about_interval: bool,
}

/// An entry of a list to pick from.
struct Pick {
    value: String,
    label: String,
    chosen: bool,
}

/// A period and the same view over it.
struct Stretch {
    value: &'static str,
    label: &'static str,
    words: String,
    link: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "history.html")]
struct History<'a> {
    shell: &'a Shell,
    view: &'a HistoryView,
    title: String,
    periods: Vec<Stretch>,
    intervals: Vec<Pick>,
    types: Vec<Pick>,
    scales: Vec<Pick>,
    adjusts: Vec<Pick>,
    result: Shown<'a>,
    badge: &'static str,
    /// What the bars lack of what was asked for.
    lack: Option<String>,
    /// Which of them another source says something else of.
    disputed: Option<String>,
    /// Which of them are another source's.
    repaired: Option<String>,
    has_script: bool,
}

/// What stands below the form.
enum Shown<'a> {
    Bars { summary: Box<Summary<'a>>, links: Links },
    Empty(&'a HistoryResult),
    Nothing(&'a Message),
    Coming,
}

/// The data behind a page.
struct Links {
    bars: String,
    /// As the script will ask for them.
    columns: String,
    csv: String,
    json: String,
    actions: String,
}

/// The history view: pick a symbol and a period, see the prices.
pub(crate) fn history(shell: &Shell, view: &HistoryView) -> Result<String, askama::Error> {
    let result = view.shown();
    let title = match &result {
        Shown::Bars { summary, .. } => summary.title(view.freshness),
        Shown::Empty(answer) => format!("No prices of {}", answer.query.symbol),
        Shown::Nothing(message) => message.title.clone(),
        Shown::Coming => format!("Asking for {}", view.symbol_text),
    };
    let drawn = &view.drawn;
    History {
        shell,
        view,
        title,
        periods: view.periods(),
        intervals: intervals(view.interval_text.as_deref()),
        types: picks(&Drawn::TYPES, drawn.kind.as_deref(), capital),
        scales: picks(&Drawn::SCALES, drawn.scale.as_deref(), scale_text),
        adjusts: picks(&Drawn::ADJUSTS, drawn.adjust.as_deref(), adjust_text),
        result,
        badge: view.freshness.as_str(),
        lack: view.outcome.answer().and_then(query::lack),
        disputed: view.outcome.answer().and_then(query::disputed),
        repaired: view.outcome.answer().and_then(query::repaired),
        has_script: assets::has_script("history"),
    }
    .render()
}

impl Drawn {
    /// How prices can be drawn, the usual first.
    pub(crate) const TYPES: [&str; 5] = ["candles", "bars", "line", "area", "baseline"];
    /// How they can be scaled, the usual first.
    pub(crate) const SCALES: [&str; 3] = ["linear", "log", "percent"];
    /// What they can be adjusted for, the usual first.
    const ADJUSTS: [&str; 3] = ["splits", "all", "none"];

    /// Indicators by name.
    fn indicators(&self) -> impl Iterator<Item = &str> {
        listed(self.ind.as_deref())
    }

    /// Symbols set beside.
    fn compared(&self) -> impl Iterator<Item = &str> {
        listed(self.compare.as_deref())
    }

    /// How many indicators stand below the prices, in panes of their own.
    fn panes(&self) -> usize {
        let is_apart = |name: &&str| ["rsi", "macd", "roc"].iter().any(|own| name.starts_with(own));
        self.indicators().filter(is_apart).count()
    }
}

fn listed(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty())
}

impl HistoryView {
    fn shown(&self) -> Shown<'_> {
        let answer = match &self.outcome {
            Outcome::Coming => return Shown::Coming,
            Outcome::Refused(message) => return Shown::Nothing(message),
            Outcome::Answered(answer) => answer,
        };
        let summary = Summary::of(answer, self.decimals, self.previous);
        let Some(summary) = summary else { return Shown::Empty(answer) };
        Shown::Bars { summary: summary.into(), links: self.links(answer) }
    }

    fn links(&self, answer: &HistoryResult) -> Links {
        let adjust = self.drawn.adjust.as_deref().map(|adjust| ("adjust", adjust));
        let bars = |form: Option<&'static str>| {
            let form = form.map(|form| ("format", form));
            let more: Vec<_> = adjust.into_iter().chain(form).collect();
            address::bars(&answer.query, &more)
        };
        Links {
            bars: bars(None),
            columns: bars(Some("columns")),
            csv: bars(Some("csv")),
            json: bars(Some("json")),
            actions: address::actions(&answer.query.symbol),
        }
    }

    /// Whether one day is shown by itself, whose change is counted from the close before.
    fn is_one_day(&self) -> bool {
        self.period() == Some("1d")
    }

    /// The period that is shown; `None` where dates were given.
    fn period(&self) -> Option<&str> {
        let usual = || Some(self.usual_period.as_str());
        self.period_text.as_deref().or_else(usual).filter(|_| self.dates.0.is_none())
    }

    /// The first day asked for, as a field for dates takes it.
    fn first_day(&self) -> &str {
        day(self.dates.0.as_deref())
    }

    /// The last day asked for, likewise.
    fn last_day(&self) -> &str {
        day(self.dates.1.as_deref())
    }

    fn periods(&self) -> Vec<Stretch> {
        let words = |text: &str| text.parse().map_or_else(|_| text.to_owned(), words::period);
        let stretch = |(value, label)| Stretch {
            value,
            label,
            words: words(value),
            link: self.over(value, None),
            chosen: self.period() == Some(value),
        };
        PERIODS.into_iter().map(stretch).collect()
    }

    /// The same view over another period, in the bars that fit it unless said.
    fn over(&self, period: &str, interval: Option<&str>) -> String {
        let drawn = &self.drawn;
        let pairs = [
            ("symbol", Some(self.symbol_text.as_str())),
            ("period", Some(period)),
            ("interval", interval),
            ("adjust", drawn.adjust.as_deref()),
            ("type", drawn.kind.as_deref()),
            ("scale", drawn.scale.as_deref()),
            ("volume", drawn.volume.as_deref()),
            ("ind", drawn.ind.as_deref()),
            ("compare", drawn.compare.as_deref()),
        ];
        address::choice(pairs.into_iter().filter_map(|(name, value)| Some((name, value?))))
    }

    /// The same stretch in daily bars.
    fn daily(&self) -> String {
        self.over(self.period().unwrap_or("max"), Some("1d"))
    }

    /// The newest bars of the interval asked for.
    fn newest(&self) -> Option<(String, &'static str)> {
        let interval: Interval = self.interval_text.as_deref()?.parse().ok()?;
        let is_other = self.period() != Some("5d");
        (interval.is_intraday() && is_other)
            .then(|| (self.over("5d", Some(interval.as_str())), words::interval(interval)))
    }

    /// A period in words, where it is one; for lists of what is chosen.
    fn span_words(&self) -> String {
        let period = self.period().and_then(|text| text.parse::<Period>().ok());
        period.map_or_else(|| "this stretch".to_owned(), words::period)
    }
}

/// A day, where it is one.
fn day(asked: Option<&str>) -> &str {
    asked.filter(|text| table::text::date(text).is_ok()).unwrap_or_default()
}

/// The choices on offer, the first being the one where none is asked for. One
/// asked for that is none of them is added as it was written.
fn picks(values: &[&str], asked: Option<&str>, label: fn(&str) -> String) -> Vec<Pick> {
    let chosen = asked.unwrap_or(values[0]);
    let other = Some(chosen).filter(|chosen| !values.contains(chosen));
    let pick = |value: &str| Pick {
        value: value.to_owned(),
        label: if other == Some(value) { value.to_owned() } else { label(value) },
        chosen: value == chosen,
    };
    values.iter().copied().chain(other).map(pick).collect()
}

fn capital(value: &str) -> String {
    value[..1].to_uppercase() + &value[1..]
}

fn scale_text(value: &str) -> String {
    let text = match value {
        "log" => "Logarithmic",
        "percent" => "Per cent",
        _ => "Linear",
    };
    text.to_owned()
}

fn adjust_text(value: &str) -> String {
    let text = match value {
        "all" => "Splits and dividends",
        "none" => "As traded",
        _ => "Splits",
    };
    text.to_owned()
}

fn intervals(asked: Option<&str>) -> Vec<Pick> {
    let automatic =
        Pick { value: String::new(), label: "Automatic".to_owned(), chosen: asked.is_none() };
    let known = Interval::ALL.map(|interval| Pick {
        value: interval.to_string(),
        label: capital(words::interval(interval)),
        chosen: asked == Some(interval.as_str()),
    });
    let is_known = |text: &str| known.iter().any(|pick| pick.value == text);
    let other = asked.filter(|text| !is_known(text)).map(|text| Pick {
        value: text.to_owned(),
        label: text.to_owned(),
        chosen: true,
    });
    std::iter::once(automatic).chain(other).chain(known).collect()
}
