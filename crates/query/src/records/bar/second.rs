use engine::{Compared, SecondSource};
use serde::Serialize;

/// Whether another source says the same of the last closes.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct SecondSourceJson {
    /// `agrees`; `disagrees`, where `disputed` says of what; `not_compared`; or `none`, where no other source that may
    /// be asked has daily bars of this instrument.
    state: &'static str,
    /// Who was compared.
    sources: Vec<ComparedJson>,
    /// The same in a sentence.
    detail: String,
}

/// What another source says.
#[derive(Serialize, schemars::JsonSchema)]
struct ComparedJson {
    /// Who.
    source: String,
    /// The newest trading date that both tell.
    to: String,
    /// Whether it says the same of the days that were compared, but for how sources are known to differ.
    agrees: bool,
}

impl SecondSourceJson {
    pub(super) fn new(second: &SecondSource) -> Self {
        let sources = match second {
            SecondSource::Compared(all) => all.iter().map(ComparedJson::new).collect(),
            SecondSource::Lacking | SecondSource::NotCompared(_) => Vec::new(),
        };
        Self { state: state(second), sources, detail: sentence(second) }
    }
}

impl ComparedJson {
    fn new(Compared { source, to, agrees }: &Compared) -> Self {
        Self { source: source.as_str().to_owned(), to: to.to_string(), agrees: *agrees }
    }
}

fn state(second: &SecondSource) -> &'static str {
    match second {
        SecondSource::Lacking => "none",
        SecondSource::NotCompared(_) => "not_compared",
        SecondSource::Compared(all) if all.iter().all(|it| it.agrees) => "agrees",
        SecondSource::Compared(_) => "disagrees",
    }
}

/// What a second source says, for people: `one says the same, compared to 2025-10-29`.
pub(crate) fn sentence(second: &SecondSource) -> String {
    match second {
        SecondSource::Lacking => {
            "no second source: no other that may be asked has daily bars of it".to_owned()
        }
        SecondSource::NotCompared(why) => format!("no second source was compared: {why}"),
        SecondSource::Compared(all) => {
            let all: Vec<String> = all.iter().map(said).collect();
            all.join("; ")
        }
    }
}

fn said(Compared { source, to, agrees }: &Compared) -> String {
    let what = if *agrees { "the same" } else { "something else" };
    format!("{source} says {what}, compared to {to}")
}
