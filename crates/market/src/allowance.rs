use crate::Source;

/// How much we may ask of an upstream, and on what terms.
///
/// The figures are our own choice within what its terms allow.
#[derive(Clone, Debug, PartialEq)]
pub struct Allowance {
    /// The upstream.
    pub source: Source,
    /// Requests in any one hour, in the long run.
    pub per_hour: f64,
    /// Requests that may follow one another without a pause.
    pub burst: f64,
    /// Its terms in our words.
    pub terms: String,
    /// Where its terms are published.
    pub terms_url: String,
}
