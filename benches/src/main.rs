//! Measures the service beside nginx and a bare axum server, in one run, and its
//! streams beside nginx's nchan.
//!
//! All answer the same bytes in turn; what counts are the ratios of one
//! round, not the times. `docs/benchmarks.md` says how to read the table.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command that prints a table")]
#![expect(clippy::disallowed_methods, reason = "what is measured is the machine's time")]

mod bare;
mod case;
mod exchange;
mod figures;
mod floor;
mod ground;
mod imported;
mod load;
mod machine;
mod nginx;
mod process;
mod question;
mod routes;
mod run;
mod service;
mod stream;
mod table;
mod upstream;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "benches")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure the three servers and print a table
    Run(run::Options),
    /// Ask every route, beside the bare server and the floor, and print a table
    Routes(routes::Options),
    /// Measure streams of changes beside nginx's nchan and print tables
    Stream(stream::Options),
    /// Be many readers of a stream; started by `stream`
    Readers(stream::readers::Options),
    /// Be the bare server of a stream; started by `stream`
    BareStream { listen: SocketAddr },
    /// Be the bare server: answer the files of a folder from memory
    Bare { listen: SocketAddr, folder: PathBuf },
    /// Be the floor: send the same bytes to each request
    Floor { listen: SocketAddr, folder: PathBuf },
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run(options) => run::run(&options),
        Command::Routes(options) => routes::run(&options),
        Command::Stream(options) => stream::run(&options),
        Command::Readers(options) => stream::readers::serve(&options),
        Command::BareStream { listen } => stream::bare::serve(listen),
        Command::Bare { listen, folder } => bare::serve(listen, &folder),
        Command::Floor { listen, folder } => floor::serve(listen, &folder),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("benches: {message}");
            ExitCode::FAILURE
        }
    }
}
