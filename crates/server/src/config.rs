use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use egress::Egress;
use jiff::SignedDuration;
use market::{Period, Preference, Repairing, Symbol};
use query::Retention;
use store::Address;
use url::Url;

mod file;
mod outward;
mod reach;
mod reader;
mod secret;
mod settings;
mod upstreams;

pub use reach::Reach;
use reader::Reader;
pub use settings::SETTINGS;
pub use upstreams::Upstreams;

/// Everything the service needs to start, read once and already checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// `APP_ENV`.
    pub environment: Environment,
    /// `DEBUG`.
    pub debug: bool,
    /// `DEFAULT_PERIOD`: what `/history` shows where nothing is asked.
    pub default_period: Period,
    /// `MARKETPULSE_LISTEN`.
    pub listen: SocketAddr,
    /// `MARKETPULSE_URL`: the service that programs are led to; `None` for the one on this
    /// machine.
    pub url: Option<Url>,
    /// `MARKETPULSE_DATA_DIR`.
    pub data_dir: PathBuf,
    /// `MARKETPULSE_DATABASE_URL`, or the file in `MARKETPULSE_DATA_DIR`.
    pub database: Address,
    /// `MARKETPULSE_WATCHLIST`.
    pub watchlist: Vec<Symbol>,
    /// The settings that each upstream declares.
    pub upstreams: Upstreams,
    /// `HTTPS_PROXY`, `NO_PROXY` and `MARKETPULSE_CA_FILE`.
    pub egress: Egress,
    /// `MARKETPULSE_STREAMS`: whether prices are streamed where an upstream can.
    pub streams: bool,
    /// `MARKETPULSE_STREAM_SILENCE`.
    pub stream_silence: Duration,
    /// `MARKETPULSE_UPSTREAM_TIMEOUT`.
    pub upstream_timeout: Duration,
    /// `MARKETPULSE_READ_DEADLINE`.
    pub read_deadline: Duration,
    /// `MARKETPULSE_RETAIN_BARS_DAYS`; `None` for ever.
    pub retain_bars_days: Option<u32>,
    /// `MARKETPULSE_RETAIN_QUOTES_DAYS`; `None` for ever.
    pub retain_quotes_days: Option<u32>,
    /// `MARKETPULSE_REPAIR`.
    pub repairing: Repairing,
    /// `MARKETPULSE_ORDER`.
    pub preferences: Vec<Preference>,
    /// `MARKETPULSE_REFRESH_EVERY`.
    pub refresh_every: Duration,
    /// `MARKETPULSE_CACHE_MB`, in bytes.
    pub cache_bytes: u64,
    /// `MARKETPULSE_STREAM_CONNECTIONS`; `None` for as many as there can be, within
    /// reason.
    pub stream_connections: Option<usize>,
    /// `MARKETPULSE_STREAM_SYMBOLS`.
    pub stream_symbols: usize,
    /// Who may reach it.
    pub reach: Reach,
    /// `MARKETPULSE_DOCUMENTS`; `None` for what the environment says.
    pub documents: Option<bool>,
    /// `MARKETPULSE_OFFLINE`: no upstream is asked.
    pub offline: bool,
    /// `MARKETPULSE_*` variables that name no setting: reported, not refused,
    /// because orchestrators add such variables for services of this name.
    pub unused: Vec<String>,
}

/// What the service is run for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// On a developer's machine: the simulator stands in where no real value is.
    Development,
    /// For real: nothing simulated exists.
    Production,
}

impl Environment {
    /// The name used in settings and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Production => "production",
        }
    }
}

/// Every setting that cannot be used, found in one go.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigFaults(Vec<Fault>);

/// One setting that cannot be used.
#[derive(Debug, PartialEq, Eq)]
struct Fault {
    setting: String,
    /// `None` where it is not to be repeated.
    value: Option<String>,
    accepted: String,
}

impl std::error::Error for ConfigFaults {}

impl fmt::Display for ConfigFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = if self.0.len() == 1 { "setting" } else { "settings" };
        write!(f, "{} {settings} cannot be used:", self.0.len())?;
        for Fault { setting, value, accepted } in &self.0 {
            match value {
                Some(value) => write!(f, "\n  {setting}={value:?}: {accepted}")?,
                None => write!(f, "\n  {setting}: {accepted}")?,
            }
        }
        Ok(())
    }
}

impl Config {
    /// What tools for agents go by.
    pub fn asking(&self) -> mcp::Asking {
        mcp::Asking { default_period: self.default_period, retention: self.retention() }
    }

    /// How far back it can be asked what was told.
    pub fn retention(&self) -> Retention {
        Retention { bars_days: self.retain_bars_days, quotes_days: self.retain_quotes_days }
    }

    /// Reads settings from `vars` (the environment, or a map in tests), then
    /// from the TOML file that `MARKETPULSE_CONFIG` names, then from defaults.
    ///
    /// # Errors
    ///
    /// All faults at once.
    pub fn read(vars: &[(String, String)]) -> Result<Self, ConfigFaults> {
        let mut reader = Reader::new(vars);
        let data_dir = reader.path("MARKETPULSE_DATA_DIR");
        let config = Self {
            environment: reader.parse("APP_ENV", environment),
            debug: reader.parse("DEBUG", truth),
            default_period: reader.parse("DEFAULT_PERIOD", |text| text.parse().map_err(said)),
            listen: reader.parse("MARKETPULSE_LISTEN", listen),
            url: reader.parse("MARKETPULSE_URL", |text| {
                (!text.is_empty()).then(|| service_address(text)).transpose()
            }),
            data_dir: data_dir.clone(),
            database: reader.parse("MARKETPULSE_DATABASE_URL", |text| database(text, &data_dir)),
            watchlist: reader.parse("MARKETPULSE_WATCHLIST", watchlist),
            upstreams: Upstreams::read(&mut reader),
            egress: outward::read(&mut reader),
            streams: reader.parse("MARKETPULSE_STREAMS", truth),
            stream_silence: reader.parse("MARKETPULSE_STREAM_SILENCE", |text| {
                duration(text, Duration::from_millis(100)..=Duration::from_mins(10))
            }),
            upstream_timeout: reader.parse("MARKETPULSE_UPSTREAM_TIMEOUT", |text| {
                duration(text, Duration::from_millis(100)..=Duration::from_mins(5))
            }),
            refresh_every: reader.parse("MARKETPULSE_REFRESH_EVERY", |text| {
                duration(text, Duration::from_secs(5)..=Duration::from_hours(24))
            }),
            read_deadline: reader.parse("MARKETPULSE_READ_DEADLINE", |text| {
                duration(text, Duration::from_millis(10)..=Duration::from_mins(1))
            }),
            retain_bars_days: reader.parse("MARKETPULSE_RETAIN_BARS_DAYS", days),
            retain_quotes_days: reader.parse("MARKETPULSE_RETAIN_QUOTES_DAYS", days),
            repairing: reader.parse("MARKETPULSE_REPAIR", repairing),
            preferences: reader.parse("MARKETPULSE_ORDER", preferences),
            cache_bytes: reader.parse("MARKETPULSE_CACHE_MB", megabytes),
            stream_connections: reader.parse("MARKETPULSE_STREAM_CONNECTIONS", |text| {
                let asked = (!text.is_empty()).then(|| whole(text, 0..=1_000_000));
                asked.transpose()
            }),
            stream_symbols: reader
                .parse("MARKETPULSE_STREAM_SYMBOLS", |text| whole(text, 1..=10_000)),
            reach: Reach::read(&mut reader, &data_dir),
            documents: reader.parse("MARKETPULSE_DOCUMENTS", |text| {
                let said = (!text.is_empty()).then(|| truth(text));
                said.transpose()
            }),
            offline: reader.parse("MARKETPULSE_OFFLINE", truth),
            unused: reader.unused(),
        };
        reader.finish().map(|()| config)
    }
}

fn said(error: impl fmt::Display) -> String {
    error.to_string()
}

fn environment(text: &str) -> Result<Environment, String> {
    match text.to_ascii_lowercase().as_str() {
        "development" => Ok(Environment::Development),
        "production" => Ok(Environment::Production),
        _ => Err("use development or production".into()),
    }
}

fn truth(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("use True or False".into()),
    }
}

fn repairing(text: &str) -> Result<Repairing, String> {
    Repairing::from_name(text).ok_or_else(|| "use off, suggest or on".into())
}

fn preferences(text: &str) -> Result<Vec<Preference>, String> {
    let read = Preference::all_of(text).map_err(said)?;
    let known: Vec<_> = providers::registry().iter().map(|it| it.facts.name).collect();
    if let Some(other) = read.iter().flat_map(Preference::first).find(|it| !known.contains(it)) {
        return Err(format!("{other:?} is no source; use {}", known.join(", ")));
    }
    Ok(read)
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "use an address and port such as 127.0.0.1:5000 or [::1]:5000".into())
}

/// Reads the address of a service, with or without a path before its own.
///
/// # Errors
///
/// What would be one.
pub fn service_address(text: &str) -> Result<Url, String> {
    let is_meant = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    let read = text.parse().ok().filter(is_meant);
    read.ok_or_else(|| "use the address of a service such as http://127.0.0.1:5000".into())
}

fn database(text: &str, data_dir: &std::path::Path) -> Result<Address, String> {
    if text.is_empty() {
        return Ok(Address::sqlite(data_dir.join("marketpulse.db")));
    }
    text.parse().map_err(said)
}

fn watchlist(text: &str) -> Result<Vec<Symbol>, String> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let symbols: Result<Vec<Symbol>, String> =
        names.map(|name| name.parse().map_err(|error| format!("{name:?}: {error}"))).collect();
    let symbols = symbols?;
    if symbols.is_empty() {
        return Err("name at least one symbol, separated by commas, such as EUR/USD,CAC40".into());
    }
    Ok(symbols)
}

fn duration(text: &str, accepted: std::ops::RangeInclusive<Duration>) -> Result<Duration, String> {
    let read = text.parse::<SignedDuration>().ok().and_then(|d| Duration::try_from(d).ok());
    read.filter(|found| accepted.contains(found)).ok_or_else(|| {
        format!("use a time from {:?} to {:?}, such as 10s or 2m", accepted.start(), accepted.end())
    })
}

fn megabytes(text: &str) -> Result<u64, String> {
    let read = text.parse::<u64>().ok().filter(|n| (1..=1_000_000).contains(n));
    read.map(|n| n * 1_048_576).ok_or_else(|| "use a whole number from 1 to 1000000".into())
}

/// None where nothing is said: for ever.
fn days(text: &str) -> Result<Option<u32>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let read = text.parse::<u32>().ok().filter(|n| (1..=36_500).contains(n));
    read.map(Some).ok_or_else(|| "use a whole number of days from 1 to 36500".into())
}

fn whole(text: &str, accepted: std::ops::RangeInclusive<usize>) -> Result<usize, String> {
    let read = text.parse().ok().filter(|number| accepted.contains(number));
    let (least, most) = (accepted.start(), accepted.end());
    read.ok_or_else(|| format!("use a whole number from {least} to {most}"))
}

#[cfg(test)]
mod tests;
