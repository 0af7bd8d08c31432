use market::{Allowance, Redistribution, UpstreamFacts};

/// So many requests in an hour, and at once.
pub const fn allowance(per_hour: f64, burst: f64) -> Allowance {
    let redistribution = Redistribution::Private;
    Allowance { per_hour, burst, terms: "", terms_url: "", redistribution }
}

/// An upstream that is nothing but a name and what it allows.
pub const fn upstream_facts(name: &'static str, allowance: Allowance) -> UpstreamFacts {
    UpstreamFacts {
        name,
        label: name,
        gives: "",
        address: "",
        address_setting: "",
        address_about: "",
        key: None,
        allowance,
        probe: "EUR/USD",
    }
}
