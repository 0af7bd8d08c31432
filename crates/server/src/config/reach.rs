//! Who may reach the service: under which names, and pages of which origins.

use std::path::{Path, PathBuf};

use access::{Closed, Networks, Secret};
use axum::http::uri::Authority;
use http::Origins;
use url::Url;

use super::reader::Reader;
use super::{said, truth};

/// Who may reach the service.
#[derive(Clone, Debug)]
pub struct Reach {
    /// `MARKETPULSE_PUBLIC`: it is meant that whoever reaches it may use it.
    pub public: bool,
    /// `MARKETPULSE_HOSTS` and `MARKETPULSE_MCP_HOSTS`: names under which it is reached.
    pub hosts: Vec<String>,
    /// `MARKETPULSE_ORIGINS`: the pages in browsers that may use it.
    pub origins: Origins,
    /// `MARKETPULSE_ACCESS`: whether a key is wanted.
    pub closed: Closed,
    /// `MARKETPULSE_KEYS`, or the file in `MARKETPULSE_DATA_DIR`: where keys are kept.
    pub keys: PathBuf,
    /// `MARKETPULSE_AUDIT_LOG`: where it is written who did or was refused what, if anywhere.
    pub audit: Option<PathBuf>,
    /// `MARKETPULSE_OPEN_TO`: who needs none.
    pub open_to: Networks,
    /// `MARKETPULSE_TRUSTED_PROXIES`: who is believed about whom it asks for.
    pub behind: Networks,
    /// `MARKETPULSE_KEY`, or what the file of `MARKETPULSE_KEY_FILE` holds: the key that
    /// `run` and `proxy` show.
    pub key: Option<Secret>,
}

impl Reach {
    pub(super) fn read(reader: &mut Reader<'_>, data_dir: &Path) -> Self {
        let names = ["MARKETPULSE_HOSTS", "MARKETPULSE_MCP_HOSTS"];
        Self {
            public: reader.parse("MARKETPULSE_PUBLIC", truth),
            hosts: names.map(|name| reader.parse(name, hosts)).concat(),
            origins: reader.parse("MARKETPULSE_ORIGINS", origins),
            closed: reader.parse("MARKETPULSE_ACCESS", closed),
            keys: reader.parse("MARKETPULSE_KEYS", |text| {
                Ok(if text.is_empty() { data_dir.join("keys.json") } else { text.into() })
            }),
            audit: reader.parse("MARKETPULSE_AUDIT_LOG", |text| {
                Ok((!text.is_empty()).then(|| PathBuf::from(text)))
            }),
            open_to: reader.parse("MARKETPULSE_OPEN_TO", |text| text.parse().map_err(said)),
            behind: reader.parse("MARKETPULSE_TRUSTED_PROXIES", |text| text.parse().map_err(said)),
            key: key(reader),
        }
    }
}

fn closed(text: &str) -> Result<Closed, String> {
    match text {
        "" => Ok(Closed::WithTheFirstKey),
        "keys" => Ok(Closed::Always),
        "open" => Ok(Closed::Never),
        _ => Err("use keys or open, or leave it empty".into()),
    }
}

/// A key of another service of this kind.
fn key(reader: &mut Reader<'_>) -> Option<Secret> {
    let [name, of_file] = ["MARKETPULSE_KEY", "MARKETPULSE_KEY_FILE"];
    let text = reader.secret(name, of_file)?;
    Secret::read(&text)
        .or_else(|| reader.unusable(name, "no key; use one that keys create has made"))
}

/// A name with a port that there is, or without any.
fn is_host(name: &str) -> bool {
    // What stands for several names.
    let name = name.strip_prefix("*.").unwrap_or(name);
    let has_odd_port =
        |it: &Authority| it.as_str().len() > it.host().len() && it.port_u16().is_none();
    let found = name.parse::<Authority>().ok();
    found.is_some_and(|it| !has_odd_port(&it) && !it.as_str().contains(['@', '*']))
}

/// Names of machines, each with a port or without.
fn hosts(text: &str) -> Result<Vec<String>, String> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    names
        .map(|name| match name {
            "*" => Ok(name.to_owned()),
            name if is_host(name) => Ok(name.to_owned()),
            _ => Err(format!(
                "{name:?} is no host; use names such as prices.example.net, nas.example.net:5000 or *.example.net"
            )),
        })
        .collect()
}

/// What a browser calls the origin of a page: a scheme, a name and perhaps a port.
fn is_origin(text: &str) -> bool {
    let read = text.parse::<Url>().ok();
    read.is_some_and(|url| url.origin().ascii_serialization().eq_ignore_ascii_case(text))
}

/// `none`, `*`, or the origins of pages.
fn origins(text: &str) -> Result<Origins, String> {
    match text {
        "" => return Ok(Origins::Usual),
        "*" => return Ok(Origins::All),
        "none" => return Ok(Origins::These(Vec::new())),
        _ => {}
    }
    let all = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
    let refused = |origin: &str| {
        format!(
            "{origin:?} is no origin; use those of pages such as https://charts.example.net, or * or none"
        )
    };
    let read = all.map(|it| is_origin(it).then(|| it.to_owned()).ok_or_else(|| refused(it)));
    read.collect::<Result<_, _>>().map(Origins::These)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_with_a_port_or_without_and_nothing_else() {
        let read = hosts("prices.example.net, nas:5000,*.corp.example ,").unwrap();
        assert_eq!(read, ["prices.example.net", "nas:5000", "*.corp.example"]);
        assert_eq!(hosts("*").unwrap(), ["*"]);
        assert_eq!(hosts("").unwrap(), Vec::<String>::new());
        for odd in ["http://a", "a/b", "me@a", "a:b", "a:99999", "a.*", "**.a", "a b"] {
            assert!(hosts(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn origins_are_read_as_browsers_name_them() {
        assert_eq!(origins("").unwrap(), Origins::Usual);
        assert_eq!(origins("*").unwrap(), Origins::All);
        assert_eq!(origins("none").unwrap(), Origins::These(Vec::new()));
        let read = origins("https://charts.example.net, http://nas:3000").unwrap();
        let these = ["https://charts.example.net", "http://nas:3000"].map(str::to_owned);
        assert_eq!(read, Origins::These(these.to_vec()));
        for odd in ["charts.example.net", "https://a/", "https://a/x", "null", "a,*"] {
            assert!(origins(odd).is_err(), "{odd}");
        }
    }
}
