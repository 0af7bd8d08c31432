use async_trait::async_trait;
use market::{Instrument, Quote, QuoteSource, Source, SourceError};
use url::Url;

use super::facts::NAME;
use super::parse::{self, Rates};
use crate::http::{self, Ask, Client};

/// ExchangeRate-API's open access.
pub struct ErApi {
    client: Client,
    base: Url,
}

impl ErApi {
    /// Asks at `base`.
    pub fn new(client: Client, base: Url) -> Self {
        Self { client, base }
    }

    async fn rates(&self, base: &str) -> Result<Rates, SourceError> {
        let url = http::address(&self.base, &["v6", "latest", base], &[]);
        let reply = self.client.get(Ask { source: NAME, url, limit: http::BODY_LIMIT }).await?;
        parse::rates(&reply, base)
    }
}

#[async_trait]
impl QuoteSource for ErApi {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    /// One request for each base currency serves all its pairs. What cannot be
    /// asked for costs none: it goes along with the first that can.
    fn batches(&self, mut instruments: Vec<Instrument>) -> Vec<Vec<Instrument>> {
        instruments.sort_by(|a, b| base(a).cmp(&base(b)));
        let together = |a: &Instrument, b: &Instrument| base(a).is_none() || base(a) == base(b);
        instruments.chunk_by(together).map(<[Instrument]>::to_vec).collect()
    }

    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
        let rates = match batch.iter().find_map(base) {
            Some(base) => self.rates(base).await?,
            None => Rates::default(),
        };
        let received_at = self.client.now();
        Ok(batch.iter().map(|asked| parse::quote(&rates, asked, received_at)).collect())
    }
}

/// The currency to ask about; `None` for what cannot be asked for.
fn base(instrument: &Instrument) -> Option<&str> {
    parse::codes(instrument).ok().map(|(base, _)| base)
}
