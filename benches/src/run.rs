use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use clap::Args;

use crate::case::{Captured, Case};
use crate::figures::{Figures, Measured};
use crate::ground::Ground;
use crate::load::Load;
use crate::process::{Server, free_address};
use crate::{machine, nginx, service, table, upstream};

/// How to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// The optimised binary of the service
    #[arg(long, default_value = "target/release/marketpulse")]
    marketpulse: PathBuf,
    /// How often each server is measured in each case
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// How long one measurement takes
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// Only the cases with this text in their title
    #[arg(long, default_value = "")]
    only: String,
}

/// Connections kept open at once.
const CONNECTIONS: u32 = 32;

/// What runs all the time, and where its files are.
struct Bench<'a> {
    options: &'a Options,
    service: Server,
    upstream: Arc<simulator::Upstream>,
    load: Load,
    ground: &'a Ground,
}

/// Measures case after case and prints a table of each.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let ground = Ground::new()?;
    let upstream = upstream::start(&ground.runtime);
    let service = service::start(&options.marketpulse, &upstream.url(), ground.folder(), &[])?;
    let load = Load::new(ground.folder(), CONNECTIONS, false)?;
    println!("{}", machine::describe(&options.marketpulse));
    println!(
        "{} rounds of {} s, ratios are medians (least to most).",
        options.rounds, options.seconds
    );
    let bench = Bench { options, service, upstream, load, ground: &ground };
    let cases = Case::deep().into_iter().filter(|case| case.title().contains(&options.only));
    for (number, case) in cases.enumerate() {
        bench.show(number, &case)?;
    }
    Ok(())
}

impl Bench<'_> {
    fn show(&self, number: usize, case: &Case) -> Result<(), String> {
        println!("\n### {}\n", case.title());
        match case.capture(self.service.address) {
            Ok(captured) => println!("{}", table::table(&self.measure(number, case, &captured)?)),
            Err(reason) => println!("not there: {reason}"),
        }
        Ok(())
    }

    fn measure(&self, number: usize, case: &Case, captured: &Captured) -> Result<Measured, String> {
        let (bare, nginx) = self.others(number, case, captured)?;
        let elsewhere = case.elsewhere();
        let servers = [(&self.service, case), (&bare, &elsewhere), (&nginx, &elsewhere)];
        let before = self.upstream.requests();
        let mut rounds = [Vec::new(), Vec::new(), Vec::new()];
        for turn in 0..self.options.rounds as usize * servers.len() {
            // Each server is first in one round, second in the next, third in the one after.
            let (round, place) = (turn / servers.len(), turn % servers.len());
            let which = (round + place) % servers.len();
            let (server, case) = servers[which];
            rounds[which].push(self.one(case, server)?);
        }
        let names = servers.map(|(server, _)| server.name);
        Ok(Measured {
            servers: names.into_iter().zip(rounds).collect(),
            upstream_requests: self.upstream.requests() - before,
            size: captured.sent.len(),
        })
    }

    fn one(&self, case: &Case, server: &Server) -> Result<Figures, String> {
        self.ground.go_on()?;
        let headers = case.headers(server.address)?;
        let figures = self.load.measure(server, &case.question, &headers, self.options.seconds)?;
        // wrk takes a redirect, or 200 where 304 was due, for an answer like any other.
        case.check(server.address, &headers).map_err(|reason| {
            format!("{} no longer answers {}: {reason}", server.name, case.title())
        })?;
        Ok(figures)
    }

    /// The bare server and nginx, warm and answering what the service did.
    fn others(
        &self,
        number: usize,
        case: &Case,
        captured: &Captured,
    ) -> Result<(Server, Server), String> {
        let folder = self.ground.folder().join(number.to_string());
        let stored = fs::create_dir(&folder).and_then(|()| case.put(captured, &folder));
        stored.map_err(|error| format!("{}: {error}", folder.display()))?;
        let (bare, nginx) = (own(Own::Bare, &folder)?, nginx::start(&folder)?);
        let elsewhere = case.elsewhere();
        for server in [&bare, &nginx] {
            let compared = elsewhere.compare(captured, server.address);
            compared.map_err(|reason| format!("{} answers {reason}", server.name))?;
        }
        for (server, case) in [(&self.service, case), (&bare, &elsewhere), (&nginx, &elsewhere)] {
            let headers = case.headers(server.address)?;
            self.load.measure(server, &case.question, &headers, 1)?;
        }
        Ok((bare, nginx))
    }
}

/// Servers of our own, to compare with.
#[derive(Clone, Copy)]
pub(crate) enum Own {
    Bare,
    Floor,
}

/// This program again, in a process of its own, as such a server.
pub(crate) fn own(server: Own, folder: &Path) -> Result<Server, String> {
    let (name, command, log) = match server {
        Own::Bare => ("bare axum", "bare", "bare.log"),
        Own::Floor => ("the floor", "floor", "floor.log"),
    };
    let address = free_address()?;
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut again = Command::new(program);
    again.arg(command).arg(address.to_string()).arg(folder);
    Server::start(name, address, &mut again, &folder.join(log))
}
