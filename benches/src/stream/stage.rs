use std::fs;
use std::path::Path;
use std::sync::Arc;

use simulator::Upstream;
use tokio::runtime::Runtime;

use super::cut::Way;
use super::kraken::Kraken;
use super::options::Options;
use super::pace::Publish;
use super::tally::Counted;
use super::{bare, nchan, readers, sample};
use crate::process::Server;
use crate::{service, upstream};

/// Crypto assets that Kraken trades for dollars and the service knows.
const ASSETS: [&str; 14] = [
    "BTC", "ETH", "SOL", "XRP", "ADA", "DOGE", "DOT", "LTC", "BCH", "LINK", "AVAX", "XLM", "BNB",
    "TRX",
];

/// How many servers are read in which ways.
pub(super) const LANES: usize = 5;

/// One server read in one way.
pub(crate) struct Lane<'a> {
    pub(super) server: &'a Server,
    pub(super) publisher: &'a dyn Publish,
    /// Where changes of the service are made.
    kraken: Option<&'a Kraken>,
    pub(super) way: Way,
    target: String,
    say: Option<String>,
}

impl Lane<'_> {
    /// Its name for people.
    pub(crate) fn title(&self) -> String {
        format!("{}, {}", self.server.name, self.way.as_str())
    }

    pub(super) fn readers(&self, count: usize) -> readers::Options {
        readers::Options {
            server: self.server.address,
            target: self.target.clone(),
            way: self.way,
            count,
            say: self.say.clone(),
            // nchan has nothing to tell before something changes.
            greeted: self.kraken.is_some(),
        }
    }

    /// What was counted, if all readers are still there.
    pub(super) fn alive(&self, counted: Counted) -> Result<Counted, String> {
        match counted.ended {
            0 => Ok(counted),
            ended => Err(format!("{}: {ended} connections have ended", self.title())),
        }
    }

    /// Waits until a change would reach the server.
    pub(super) fn ready(&self) -> Result<(), String> {
        self.kraken.map_or(Ok(()), Kraken::wait_for_subscription)
    }
}

/// Everything that runs.
pub(super) struct Stage {
    symbols: Vec<String>,
    service: Server,
    kraken: Kraken,
    nchan: Server,
    to_nchan: nchan::Publisher,
    bare: Server,
    to_bare: bare::Publisher,
    /// The fake upstreams that are polled.
    _upstream: Arc<Upstream>,
}

impl Stage {
    pub(super) fn set(options: &Options, runtime: &Runtime, folder: &Path) -> Result<Self, String> {
        fs::create_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let assets = &ASSETS[..options.symbols as usize];
        let symbols: Vec<String> = assets.iter().map(|asset| format!("{asset}/USD")).collect();
        let upstream = upstream::start(runtime);
        let price = |asset| upstream.market().price(&format!("{asset}-USD"), upstream::now());
        let prices = assets.iter().map(price);
        let kraken = Kraken::start(runtime, symbols.iter().cloned().zip(prices).collect())?;
        let settings = [
            ("MARKETPULSE_STREAMS", "True".to_owned()),
            ("MARKETPULSE_YAHOO_STREAM_URL", upstream.yahoo_stream_url()),
            ("MARKETPULSE_KRAKEN_URL", format!("ws://{}/v2", kraken.address)),
            ("MARKETPULSE_WATCHLIST", symbols.join(",")),
            ("MARKETPULSE_STREAM_CONNECTIONS", "100000".to_owned()),
        ];
        let service = service::start(&options.marketpulse, &upstream.url(), folder, &settings)?;
        let target = target(&symbols);
        let samples = sample::capture(service.address, &target, &kraken, symbols.len())?;
        let connections = options.readers.max(options.idle) as usize;
        let nchan = nchan::start(&options.nchan, connections, folder)?;
        let to_nchan = nchan::Publisher::connect(nchan.address, samples.clone())?;
        let bare = bare::start(folder)?;
        let to_bare = bare::Publisher::connect(bare.address, samples)?;
        Ok(Self { symbols, service, kraken, nchan, to_nchan, bare, to_bare, _upstream: upstream })
    }

    /// The service before those it is compared with, for each way.
    pub(super) fn lanes(&self) -> [Lane<'_>; LANES] {
        let subscribe = serde_json::json!({ "type": "subscribe", "symbols": self.symbols });
        let ours = |way, target, say| {
            let kraken = Some(&self.kraken);
            Lane { server: &self.service, publisher: &self.kraken, kraken, way, target, say }
        };
        let other = |server, publisher, way| Lane {
            server,
            publisher,
            kraken: None,
            way,
            target: "/stream".to_owned(),
            say: None,
        };
        let ws = "/marketpulse/ws".to_owned();
        [
            ours(Way::Sse, target(&self.symbols), None),
            other(&self.nchan, &self.to_nchan, Way::Sse),
            other(&self.bare, &self.to_bare, Way::Sse),
            ours(Way::Websocket, ws, Some(subscribe.to_string())),
            other(&self.nchan, &self.to_nchan, Way::Websocket),
        ]
    }
}

fn target(symbols: &[String]) -> String {
    format!("/marketpulse/stream?symbols={}", symbols.join(","))
}
