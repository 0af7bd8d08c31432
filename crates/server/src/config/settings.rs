use std::sync::LazyLock;

use market::KeySetting;

/// One setting: its name in the environment, its default and its meaning.
pub struct Setting {
    /// Name of the variable.
    pub name: &'static str,
    /// The value where none is given.
    pub default: &'static str,
    /// What it does and accepts, for people.
    pub about: &'static str,
}

impl Setting {
    /// The key in the TOML file: the name in lower case without the prefix.
    pub fn key(&self) -> String {
        self.name.trim_start_matches("MARKETPULSE_").to_ascii_lowercase()
    }
}

const fn setting(name: &'static str, default: &'static str, about: &'static str) -> Setting {
    Setting { name, default, about }
}

/// Every setting there is, in the order `--help` shows them.
pub static SETTINGS: LazyLock<Vec<Setting>> =
    LazyLock::new(|| OURS.into_iter().chain(upstreams()).chain([FILE]).collect());

/// Those of the upstreams: each says itself where it is and what it needs.
fn upstreams() -> impl Iterator<Item = Setting> {
    providers::upstreams().flat_map(|upstream| {
        let address = setting(upstream.address_setting, upstream.address, upstream.address_about);
        [address].into_iter().chain(upstream.key.iter().flat_map(key))
    })
}

/// Those of a key.
fn key(key: &KeySetting) -> impl Iterator<Item = Setting> + use<> {
    let [name, file] = [setting(key.name, "", key.about), setting(key.file, "", KEY_FILE)];
    let secret = key.secret.iter().flat_map(|secret| {
        [setting(secret.name, "", SECRET), setting(secret.file, "", SECRET_FILE)]
    });
    let secret: Vec<_> = secret.collect();
    let allowance = setting(key.allowance, "", ALLOWANCE);
    [name, file].into_iter().chain(secret).chain([allowance])
}

const KEY_FILE: &str = "file that holds that key, in place of the key itself";

const SECRET: &str = "secret of that key";

const SECRET_FILE: &str = "file that holds that secret, in place of the secret itself";

const ALLOWANCE: &str = "limits of that key's plan, such as 8/minute,800/day (per minute, hour, day or month), where it is not the free one";

const FILE: Setting = setting(
    "MARKETPULSE_CONFIG",
    "",
    "TOML file with any of these settings, under their names in lower case without MARKETPULSE_ (listen = \"127.0.0.1:5000\"); the environment wins",
);

const OURS: [Setting; 36] = [
    setting(
        "APP_ENV",
        "production",
        "development or production. In development the simulator stands in where there is no real value, marked as simulated",
    ),
    setting(
        "DEBUG",
        "False",
        "True logs every step; False logs requests, upstream calls and trouble",
    ),
    setting(
        "DEFAULT_PERIOD",
        "1mo",
        "period of /history where none is asked: 7d, 1mo, 3mo, 6mo, 1y, 5y, ytd, max, any <n>d, <n>wk, <n>mo, <n>y",
    ),
    setting("MARKETPULSE_LISTEN", "127.0.0.1:5000", "address and port to serve on"),
    setting(
        "MARKETPULSE_URL",
        "",
        "address of the service that `run` and `proxy` lead programs to, such as http://prices.example.net:5000; the one on this machine if empty",
    ),
    setting(
        "MARKETPULSE_DATA_DIR",
        "data",
        "folder of the database file, and of the certificates that `run` gives programs",
    ),
    setting(
        "MARKETPULSE_DATABASE_URL",
        "",
        "sqlite:PATH; by default the file marketpulse.db in the data folder",
    ),
    setting(
        "MARKETPULSE_WATCHLIST",
        "EUR/USD,CAC40,BTC/EUR",
        "symbols kept fresh in the background, separated by commas",
    ),
    setting(
        "MARKETPULSE_REFRESH_EVERY",
        "60s",
        "how often a watched symbol is refreshed while its market is open (5s to 24h)",
    ),
    setting(
        "MARKETPULSE_UPSTREAM_TIMEOUT",
        "10s",
        "longest wait for one answer of an upstream (100ms to 5m)",
    ),
    setting(
        "HTTPS_PROXY",
        "",
        "proxy through which upstreams are reached, such as http://user:password@proxy.example:3128; straight if empty",
    ),
    setting(
        "NO_PROXY",
        "",
        "hosts, domains and networks that are reached without that proxy, separated by commas",
    ),
    setting(
        "MARKETPULSE_CA_FILE",
        "",
        "file of certificates (PEM) that are trusted beside this machine's own, such as those of a proxy that reads what passes",
    ),
    setting(
        "MARKETPULSE_READ_DEADLINE",
        "2s",
        "longest a read waits for an upstream where older values can stand in (10ms to 1m)",
    ),
    setting(
        "MARKETPULSE_RETAIN_BARS_DAYS",
        "",
        "so many days back as_of answers about bars, actions and rates of a day, and with 410 before; for ever if empty",
    ),
    setting("MARKETPULSE_RETAIN_QUOTES_DAYS", "", "likewise about quotes and latest rates"),
    setting(
        "MARKETPULSE_ORDER",
        "",
        "which sources are asked first for some symbols, as *.L=SOURCE,SOURCE;AAPL=SOURCE; of several about a symbol the first counts, and the others follow in the usual order",
    ),
    setting(
        "MARKETPULSE_REPAIR",
        "suggest",
        "off, suggest or on: whether days that other sources show to be wrong or missing are not looked for, listed, or replaced in answers and marked",
    ),
    setting(
        "MARKETPULSE_CACHE_MB",
        "256",
        "most memory for price history and, of it an eighth, for what is passed on, in MiB",
    ),
    setting(
        "MARKETPULSE_STREAM_CONNECTIONS",
        "",
        "most connections at once that receive changes (0 to 1000000); 10000 if empty, or fewer where fewer files may be open",
    ),
    setting(
        "MARKETPULSE_STREAM_SYMBOLS",
        "1000",
        "most symbols that one of them may follow (1 to 10000)",
    ),
    setting(
        "MARKETPULSE_PUBLIC",
        "False",
        "True says that whoever reaches an address other than this machine's own may use the service; else the start and the status page warn of it",
    ),
    setting(
        "MARKETPULSE_HOSTS",
        "",
        "names under which it is reached beside addresses, names without a dot and those of this machine, separated by commas, with or without a port; *.example.net stands for all below, * for all",
    ),
    setting(
        "MARKETPULSE_ORIGINS",
        "",
        "origins whose pages may read answers and open sockets, such as https://charts.example.net, separated by commas; none, or * for all. If empty, those of all may read, and those of this service and this machine open sockets",
    ),
    setting(
        "MARKETPULSE_ACCESS",
        "",
        "keys: whoever asks shows a key, even where there is none yet; open: nobody needs one. If empty, keys are wanted from the first one on that `marketpulse keys create` makes",
    ),
    setting(
        "MARKETPULSE_KEYS",
        "",
        "file in which keys are kept, without their secrets; keys.json in the data folder if empty",
    ),
    setting(
        "MARKETPULSE_AUDIT_LOG",
        "",
        "file to which is added, a JSON object a line, who did or was refused what: keys, refusals, exports, imports, repairs, copies; none is written if empty",
    ),
    setting(
        "MARKETPULSE_OPEN_TO",
        "",
        "networks that need no key, such as 127.0.0.0/8,::1,10.0.0.0/8",
    ),
    setting(
        "MARKETPULSE_TRUSTED_PROXIES",
        "",
        "networks of the proxies that are believed when X-Forwarded-For says for whom they ask",
    ),
    setting(
        "MARKETPULSE_KEY",
        "",
        "key that `run` and `proxy` show to the service that they lead programs to",
    ),
    setting("MARKETPULSE_KEY_FILE", "", "file that holds that key, in place of the key itself"),
    setting("MARKETPULSE_MCP_HOSTS", "", "another name of MARKETPULSE_HOSTS; both hold"),
    setting(
        "MARKETPULSE_STREAMS",
        "True",
        "False polls upstreams only, also those that send prices as they change",
    ),
    setting(
        "MARKETPULSE_STREAM_SILENCE",
        "30s",
        "longest an upstream's stream may be silent before it is opened anew (100ms to 10m)",
    ),
    setting(
        "MARKETPULSE_DOCUMENTS",
        "",
        "True passes on, out of a cache, what clients of an upstream ask beyond prices: company facts, statements, options, screeners, news; False does not. If empty, True in development and False in production",
    ),
    setting(
        "MARKETPULSE_OFFLINE",
        "False",
        "True asks no upstream; what is stored is still served",
    ),
];
