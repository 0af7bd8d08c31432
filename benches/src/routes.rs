use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use clap::Args;
use jiff::{SignedDuration, Timestamp};

use crate::case::{Captured, Case};
use crate::figures::{Figures, ratio, spread};
use crate::ground::Ground;
use crate::load::Load;
use crate::process::Server;
use crate::question::Question;
use crate::run::{Own, own};
use crate::{imported, machine, service, upstream};

/// What is asked so many seconds after the last change has an answer that stays.
const SETTLED: Duration = Duration::from_secs(7);

/// How to ask every route.
#[derive(Args)]
pub(crate) struct Options {
    /// The optimised binary of the service
    #[arg(long, default_value = "target/release/marketpulse")]
    marketpulse: PathBuf,
    /// How often each server is measured for each question
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// How long one measurement takes
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// Connections that ask at once
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..))]
    connections: u32,
    /// Close each connection after one answer
    #[arg(long)]
    closing: bool,
    /// Only the questions with this text in them
    #[arg(long, default_value = "")]
    only: String,
}

/// What runs all the time.
struct Asking<'a> {
    options: &'a Options,
    service: Server,
    load: Load,
    ground: &'a Ground,
}

/// Asks every question and prints a line for each.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let ground = Ground::new()?;
    let folder = ground.folder();
    let upstream = upstream::start(&ground.runtime);
    upstream.unknown("NOSUCH");
    imported::bring_in(&options.marketpulse, folder)?;
    let service = service::start(&options.marketpulse, &upstream.url(), folder, &[])?;
    let load = Load::new(folder, options.connections, options.closing)?;
    let asking = Asking { options, service, load, ground: &ground };
    println!("{}", machine::describe(&options.marketpulse));
    println!("{HEAD}");
    let questions = Question::all(asking.known()?)?;
    let wanted = questions.into_iter().filter(|it| it.title().contains(&options.only));
    wanted.map(Case::plain).enumerate().try_for_each(|(n, case)| asking.show(n, &case))
}

const HEAD: &str = "
| question | status | bytes | CPU µs/request | ÷ bare axum | ÷ the floor | requests/s | p50 µs | p99 µs |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |";

impl Asking<'_> {
    /// An instant at which all was known that questions of the past ask for.
    fn known(&self) -> Result<Timestamp, String> {
        for period in ["1mo", "10y"] {
            let target = format!("/marketpulse/v1/bars/AAPL?period={period}");
            Question::get(&target).ask(self.service.address, &[])?;
        }
        sleep(SETTLED);
        Ok(upstream::now() - SignedDuration::from_secs(1))
    }

    fn show(&self, number: usize, case: &Case) -> Result<(), String> {
        self.ground.go_on()?;
        let title = case.title();
        match self.measured(number, case) {
            Ok(line) => println!("| {title} | {line} |"),
            Err(reason) => println!("| {title} | not measured: {reason} |"),
        }
        Ok(())
    }

    fn measured(&self, number: usize, case: &Case) -> Result<String, String> {
        let captured = case.capture(self.service.address)?;
        let folder = self.ground.folder().join(format!("question-{number}"));
        let stored = fs::create_dir(&folder).and_then(|()| case.put(&captured, &folder));
        stored.map_err(|error| format!("{}: {error}", folder.display()))?;
        let (bare, floor) = (own(Own::Bare, &folder)?, own(Own::Floor, &folder)?);
        let elsewhere = case.elsewhere();
        let servers = [(&self.service, case), (&bare, &elsewhere), (&floor, &elsewhere)];
        let mut rounds = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..self.options.rounds {
            for (figures, (server, case)) in rounds.iter_mut().zip(servers) {
                figures.push(self.one(server, case)?);
            }
        }
        Ok(line(case, &captured, &rounds))
    }

    fn one(&self, server: &Server, case: &Case) -> Result<Figures, String> {
        self.load.measure(server, &case.question, &[], self.options.seconds)
    }
}

fn line(case: &Case, captured: &Captured, [ours, bare, floor]: &[Vec<Figures>; 3]) -> String {
    let median = |figure: fn(&Figures) -> f64| spread(ours.iter().map(figure)).median;
    let beside = |theirs| ratio(ours, theirs, |it| it.busy).median;
    format!(
        "{} | {} | {:.1} | {:.2} | {:.2} | {:.0} | {:.0} | {:.0}",
        case.question.status,
        captured.sent.len(),
        median(|it| it.busy),
        beside(bare),
        beside(floor),
        median(|it| it.rate),
        median(|it| it.p50),
        median(|it| it.p99),
    )
}
