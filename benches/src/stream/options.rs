use std::path::PathBuf;

use clap::Args;

/// How to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// The optimised binary of the service
    #[arg(long, default_value = "target/release/marketpulse")]
    pub(super) marketpulse: PathBuf,
    /// nginx's module
    #[arg(long, default_value = "/usr/lib/nginx/modules/ngx_nchan_module.so")]
    pub(super) nchan: PathBuf,
    /// Readers, each of all symbols
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) readers: u32,
    /// Symbols that change in turn
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=14))]
    pub(super) symbols: u32,
    /// Changes a second, of all symbols together
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) rate: u32,
    /// How often each server is measured
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) rounds: u32,
    /// For how long changes are made in one round
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) seconds: u32,
    /// Connections that are held while nothing happens; 0 leaves this out
    #[arg(long, default_value_t = 10_000)]
    pub(super) idle: u32,
}
