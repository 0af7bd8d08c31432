use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

/// Addresses, by the networks that they are in. None unless some are named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

/// A text names no network.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no network; use addresses such as 10.0.0.0/8, 192.0.2.7 or fd00::/8, separated by commas"
)]
pub struct NotANetwork(String);

impl Networks {
    /// Whether an address is in one of them. One of the old kind is the same in the new
    /// spelling (RFC 4291, section 2.5.5.2).
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl FromStr for Networks {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let named = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let read = |name: &str| {
            let address = || name.parse::<IpAddr>().ok().map(IpNet::from);
            name.parse().ok().or_else(address).ok_or_else(|| NotANetwork(name.to_owned()))
        };
        named.map(read).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_in_the_networks_that_are_named() {
        let networks: Networks = "10.0.0.0/8, 192.0.2.7,fd00::/8".parse().unwrap();
        for inside in ["10.1.2.3", "192.0.2.7", "fd12::1", "::ffff:10.0.0.1"] {
            assert!(networks.contain(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["11.0.0.1", "192.0.2.8", "fe80::1", "::1"] {
            assert!(!networks.contain(outside.parse().unwrap()), "{outside}");
        }
        assert_eq!("".parse::<Networks>(), Ok(Networks::default()));
        assert!("10.0.0.0/33".parse::<Networks>().is_err() && "nas".parse::<Networks>().is_err());
    }
}
