use super::*;

fn read(vars: &[(&str, &str)]) -> Result<Config, ConfigFaults> {
    let vars: Vec<_> = vars.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    Config::read(&vars)
}

#[test]
fn defaults_are_safe() {
    let config = read(&[]).unwrap();
    assert_eq!(config.environment, Environment::Production);
    assert!(!config.debug && !config.offline && config.streams);
    for upstream in providers::upstreams() {
        let address = config.upstreams.access(upstream).address;
        assert_eq!(Some(address), upstream.address.parse().ok(), "{}", upstream.name);
    }
    assert_eq!(config.listen, "127.0.0.1:5000".parse().unwrap());
    assert_eq!(config.default_period, "1mo".parse().unwrap());
    assert_eq!(config.watchlist.len(), 3);
    assert_eq!(config.database, Address::sqlite("data/marketpulse.db"));
    assert_eq!((config.url, config.data_dir), (None, "data".into()));
}

#[test]
fn the_service_that_programs_are_led_to_may_have_a_path() {
    let config = read(&[("MARKETPULSE_URL", "https://prices.example.net/desk")]).unwrap();
    assert_eq!(config.url.unwrap().as_str(), "https://prices.example.net/desk");
}

#[test]
fn the_original_services_values_are_read() {
    let config = read(&[("APP_ENV", "development"), ("DEBUG", "True"), ("DEFAULT_PERIOD", "7d")]);
    let config = config.unwrap();
    assert_eq!(config.environment, Environment::Development);
    assert!(config.debug);
    assert_eq!(config.default_period, Period::Days(7));
}

#[test]
fn all_faults_are_reported_at_once_with_what_is_accepted() {
    let faults = read(&[
        ("APP_ENV", "staging"),
        ("DEBUG", "maybe"),
        ("DEFAULT_PERIOD", "fortnight"),
        ("MARKETPULSE_LISTEN", "localhost"),
        ("MARKETPULSE_URL", "localhost:5000"),
        ("MARKETPULSE_DATABASE_URL", "mysql://x"),
        ("MARKETPULSE_WATCHLIST", "AAPL,??"),
        ("MARKETPULSE_YAHOO_URL", "ftp://x"),
        ("MARKETPULSE_KRAKEN_URL", "https://x"),
        ("MARKETPULSE_UPSTREAM_TIMEOUT", "never"),
        ("MARKETPULSE_CACHE_MB", "-1"),
        ("MARKETPULSE_TIINGO_ALLOWANCE", "50 an hour"),
    ]);
    let message = faults.unwrap_err().to_string();
    insta::assert_snapshot!(message);
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("marketpulse.toml");
    std::fs::write(
        &path,
        "listen = \"127.0.0.1:6000\"\nwatchlist = [\"AAPL\", \"MSFT\"]\ndebug = true\n",
    )
    .unwrap();
    let path = path.to_str().unwrap();
    let config = read(&[("MARKETPULSE_CONFIG", path), ("DEBUG", "False")]).unwrap();
    assert_eq!(config.listen.port(), 6000);
    assert_eq!(config.watchlist.len(), 2);
    assert!(!config.debug);
}

#[test]
fn unknown_keys_in_the_file_are_refused_with_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("marketpulse.toml");
    std::fs::write(&path, "watch_list = \"AAPL\"\n").unwrap();
    let message = read(&[("MARKETPULSE_CONFIG", path.to_str().unwrap())]).unwrap_err().to_string();
    assert!(message.contains("did you mean watchlist?"), "{message}");
    let message = read(&[("MARKETPULSE_CONFIG", "/nowhere.toml")]).unwrap_err().to_string();
    assert!(
        message.contains("MARKETPULSE_CONFIG") && message.contains("cannot be read"),
        "{message}"
    );
}

#[test]
fn unknown_variables_are_reported_not_refused() {
    let config = read(&[("MARKETPULSE_PORT", "tcp://10.0.0.1"), ("OTHER", "x")]).unwrap();
    assert_eq!(config.unused, ["MARKETPULSE_PORT"]);
}

#[test]
fn an_empty_variable_counts_as_unset() {
    assert_eq!(read(&[("DEFAULT_PERIOD", " ")]).unwrap().default_period, Period::Months(1));
}

#[test]
fn no_error_repeats_a_password() {
    let secret = "s3cret";
    let folder = tempfile::tempdir().unwrap();
    let file = |text: &str| {
        let path = folder.path().join(format!("{}.toml", text.len()));
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let check = |vars: &[(&str, &str)], words: &str| {
        let said = read(vars).unwrap_err().to_string();
        assert!(!said.contains(secret) && said.contains(words), "{said}");
    };
    check(&[("MARKETPULSE_YAHOO_URL", "ftp://me:s3cret@example.com")], "ftp://me:***@example.com");
    check(&[("MARKETPULSE_DATABASE_URL", "postgres://me:s3cret@db/x")], "postgres://me:***@db/x");
    check(
        &[("MARKETPULSE_CONFIG", &file("coingecko_kye = \"s3cret\"\n"))],
        "coingecko_kye: no such",
    );
    check(&[("MARKETPULSE_CONFIG", &file("debug = true\nkey = s3cret\n"))], "at line 2");
}

/// The key of the first upstream that wants one, with the settings that name it.
fn key_of(vars: &[(&str, &str)]) -> Result<Option<String>, String> {
    let upstream = keyed();
    let config = read(vars).map_err(|faults| faults.to_string())?;
    Ok(config.upstreams.access(upstream).key.map(|key| key.reveal().to_owned()))
}

fn keyed() -> &'static market::UpstreamFacts {
    providers::upstreams().find(|upstream| upstream.key.is_some()).unwrap()
}

#[test]
fn a_key_may_stand_in_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    std::fs::write(&path, "s3cret\n").unwrap();
    let setting = keyed().key.as_ref().unwrap();
    let path = path.to_str().unwrap();
    assert_eq!(key_of(&[]), Ok(None));
    assert_eq!(key_of(&[(setting.name, "s3cret")]), Ok(Some("s3cret".into())));
    assert_eq!(key_of(&[(setting.file, path)]), Ok(Some("s3cret".into())));
}

#[test]
fn a_key_that_cannot_be_read_stops_the_start_and_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let setting = keyed().key.as_ref().unwrap();
    let check = |name: &str, held: &str, vars: &[(&str, &str)], expected: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, held).unwrap();
        let vars = [&[(setting.file, path.to_str().unwrap())], vars].concat();
        let message = key_of(&vars).unwrap_err();
        assert!(message.contains(setting.file) && message.contains(expected), "{message}");
        assert!(!message.contains("s3cret"), "{message}");
    };
    check("empty", " \n", &[], "holds no secret");
    check("two", "s3cret\ns3cret\n", &[], "holds no secret");
    check("both", "s3cret", &[(setting.name, "s3cret")], "is set as well");
    let missing = key_of(&[(setting.file, "/there/is/none")]).unwrap_err();
    assert!(missing.contains("cannot be read"), "{missing}");
}

#[test]
fn half_a_key_stops_the_start() {
    let upstream = providers::upstreams().find(|it| it.key.as_ref().is_some_and(has_secret));
    let upstream = upstream.expect("one upstream has a key of two halves");
    let setting = upstream.key.as_ref().unwrap();
    let second = setting.secret.as_ref().unwrap();
    for (given, missing) in [(setting.name, second.name), (second.name, setting.name)] {
        let message = read(&[(given, "s3cret")]).unwrap_err().to_string();
        assert!(message.contains(missing) && message.contains(given), "{message}");
        assert!(!message.contains("s3cret"), "{message}");
    }
    let whole = read(&[(setting.name, "k3y"), (second.name, "s3cret")]).unwrap();
    let key = whole.upstreams.access(upstream).key.unwrap();
    assert_eq!((key.reveal(), key.reveal_secret()), ("k3y", "s3cret"));
    assert!(!format!("{key:?}").contains("s3cret"));
}

fn has_secret(key: &market::KeySetting) -> bool {
    key.secret.is_some()
}
