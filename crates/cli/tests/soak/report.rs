use std::fmt;

use testkit::slope;

use crate::machine::{self, Resident};
use crate::stage::Stage;
use crate::tally::Tally;

/// From this minute on memory may not grow any more.
const SETTLED: usize = 10;

/// In MB an hour, when it has settled.
const MOST_GROWTH: f64 = 1.0;

/// Fewer minutes than this after that tell nothing.
const FEWEST: usize = 5;

/// Memory in one minute, in MB.
struct Memory {
    /// What is kept between what is done.
    least: f64,
    mean: f64,
    most: f64,
    /// The least of what is of no file.
    own: f64,
}

/// What came of it all.
#[derive(Default)]
pub(crate) struct Report {
    /// Of each minute.
    memory: Vec<Memory>,
    pub(crate) descriptors_at_first: usize,
    pub(crate) descriptors_at_last: usize,
    reads: u64,
    greedy: u64,
    events: u64,
    failures: u64,
    first_failures: Vec<String>,
    remarks: Vec<String>,
}

impl Report {
    pub(crate) const HEAD: &str = "\
| minute | memory, MB: least | mean | most | least of its own | reads | failed | what went wrong |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |";

    pub(crate) fn new(descriptors_at_first: usize) -> Self {
        Self { descriptors_at_first, ..Self::default() }
    }

    /// A minute is over: prints its line.
    pub(crate) fn add(&mut self, wrong: &str, samples: &[Resident], tally: &Tally) {
        let memory = Memory::of(samples);
        let Memory { least, mean, most, own } = memory;
        self.memory.push(memory);
        let (minute, reads, failed) = (self.memory.len(), tally.reads(), tally.failures());
        println!(
            "| {minute} | {least:.1} | {mean:.1} | {most:.1} | {own:.1} | {reads} | {failed} | {wrong} |"
        );
    }

    /// Everybody has left.
    pub(crate) async fn end(&mut self, stage: &Stage, tally: &Tally) {
        self.reads = tally.reads();
        self.greedy = tally.greedy_reads();
        self.events = tally.events();
        self.failures = tally.failures();
        self.first_failures = tally.first_failures();
        let (lines, warnings) = (stage.log.lines(), stage.log.warnings());
        self.remarks.push(format!("log: {lines} lines were read, {warnings} of them warnings"));
        self.remarks.extend(stage.log.remarks().into_iter().take(5));
        self.remarks.push(format!("memory in KiB: {}", machine::memory_by_kind(stage.pid())));
        self.remarks.push(format!("descriptors: {:?}", stage.descriptors()));
        let not_tried = stage.weather.not_tried().await;
        self.remarks.extend(not_tried.iter().map(|what| format!("NOT TRIED: {what}")));
    }

    /// In MB an hour, after the minute at which it has settled. What is kept counts: how
    /// much is used at a moment depends on who asks for what just then.
    fn growth(&self) -> Option<f64> {
        self.growth_of(|memory| memory.least)
    }

    fn growth_of(&self, figure: impl Fn(&Memory) -> f64) -> Option<f64> {
        let settled = self.memory.get(SETTLED..).filter(|minutes| minutes.len() >= FEWEST)?;
        let figures: Vec<f64> = settled.iter().map(figure).collect();
        slope(&figures).map(|each_minute| each_minute * 60.0)
    }

    /// Which promises are broken.
    pub(crate) fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        if self.failures > 0 {
            broken.push(format!("{} reads failed", self.failures));
        }
        if let Some(growth) = self.growth().filter(|growth| *growth >= MOST_GROWTH) {
            broken.push(format!("memory grows by {growth:.2} MB an hour"));
        }
        let (first, last) = (self.descriptors_at_first, self.descriptors_at_last);
        if first != last {
            broken.push(format!("{first} descriptors were open at first and {last} at last"));
        }
        let panics = self.remarks.iter().filter(|remark| remark.contains("panicked"));
        broken.extend(panics.cloned());
        broken
    }
}

impl Memory {
    fn of(samples: &[Resident]) -> Self {
        let mb = |bytes: u64| bytes as f64 / 1e6;
        let all = || samples.iter().map(|it| it.all);
        let own = samples.iter().map(|it| it.own).min();
        let (least, most) = (all().min(), all().max());
        Self {
            least: mb(least.unwrap_or(0)),
            mean: mb(all().sum()) / samples.len() as f64,
            most: mb(most.unwrap_or(0)),
            own: mb(own.unwrap_or(0)),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reads, greedy, events, failures, .. } = self;
        writeln!(f, "reads of held values: {reads}, failed: {failures}")?;
        writeln!(
            f,
            "answers about unknown symbols: {greedy}; pieces and messages of streams: {events}"
        )?;
        let (mean, own) = (self.growth_of(|it| it.mean), self.growth_of(|it| it.own));
        match (self.growth(), mean, own) {
            (Some(least), Some(mean), Some(own)) => writeln!(
                f,
                "memory after minute {SETTLED}: {least:+.2} MB an hour, its mean {mean:+.2}, its own {own:+.2}"
            )?,
            _ => writeln!(f, "memory: too few minutes after minute {SETTLED} to tell its growth")?,
        }
        let (first, last) = (self.descriptors_at_first, self.descriptors_at_last);
        writeln!(
            f,
            "open descriptors without connections to upstreams: {first} at first, {last} at last"
        )?;
        for remark in &self.remarks {
            writeln!(f, "{remark}")?;
        }
        for failure in &self.first_failures {
            writeln!(f, "\nFAILED: {failure}")?;
        }
        for broken in self.broken() {
            writeln!(f, "\nBROKEN: {broken}")?;
        }
        Ok(())
    }
}
