use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use market::{Instrument, Quote, QuoteSource, Source, SourceError};
use url::Url;

use super::parse::{self, Rates, Refusal};
use crate::http::{self, Ask, Client};

const NAME: &str = "er_api";

/// ExchangeRate-API's open access.
pub struct ErApi {
    client: Client,
    base: Url,
}

impl ErApi {
    /// Asks at `base`, by default [`super::BASE_URL`].
    pub fn new(client: Client, base: Url) -> Self {
        Self { client, base }
    }

    async fn rates(&self, code: &str) -> Result<Rates, Refusal> {
        let url = http::address(&self.base, &["v6", "latest", code], &[]);
        let ask = Ask { source: NAME, url, limit: http::BODY_LIMIT };
        let reply = self.client.get(ask).await.map_err(Refusal::Other)?;
        parse::rates(&reply, code)
    }
}

#[async_trait]
impl QuoteSource for ErApi {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    /// One request for each base currency serves all its pairs.
    async fn quotes(&self, instruments: &[Instrument]) -> Vec<Result<Quote, SourceError>> {
        let bases: BTreeSet<&str> = instruments
            .iter()
            .filter_map(|instrument| parse::codes(instrument).ok())
            .map(|(base, _)| base)
            .collect();
        let mut tables = BTreeMap::new();
        for base in bases {
            tables.insert(base, self.rates(base).await);
        }
        let received_at = self.client.now();
        let quote = |instrument: &Instrument| {
            let (base, _) = parse::codes(instrument)?;
            match &tables[base] {
                Ok(rates) => parse::quote(rates, instrument, received_at),
                Err(refusal) => Err(refusal.clone().about(instrument)),
            }
        };
        instruments.iter().map(quote).collect()
    }
}
