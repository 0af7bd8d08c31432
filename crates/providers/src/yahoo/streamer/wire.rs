use std::borrow::Cow;

use prost::Message;
use serde::Deserialize;

/// What version 2 of the streamer wraps a price in.
#[derive(Deserialize)]
pub(super) struct Envelope<'a> {
    /// `pricing` for a price. Left out by imitations of the streamer.
    #[serde(rename = "type")]
    pub(super) kind: Option<Cow<'a, str>>,
    /// The price in base64.
    pub(super) message: Option<Cow<'a, str>>,
}

/// A price, as far as we read it; other fields are skipped. Numbers that are
/// zero are not sent.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Pricing {
    #[prost(string, tag = "1")]
    pub(super) id: String,
    #[prost(float, optional, tag = "2")]
    pub(super) price: Option<f32>,
    /// Milliseconds since 1970.
    #[prost(sint64, optional, tag = "3")]
    pub(super) time: Option<i64>,
    #[prost(string, optional, tag = "4")]
    pub(super) currency: Option<String>,
    /// 0 before the open (which makes it look absent), 1 in the session, 2 after
    /// the close.
    #[prost(int32, tag = "7")]
    pub(super) market_hours: i32,
    #[prost(sint64, optional, tag = "9")]
    pub(super) day_volume: Option<i64>,
    #[prost(float, optional, tag = "10")]
    pub(super) day_high: Option<f32>,
    #[prost(float, optional, tag = "11")]
    pub(super) day_low: Option<f32>,
    #[prost(float, optional, tag = "12")]
    pub(super) change: Option<f32>,
    #[prost(float, optional, tag = "16")]
    pub(super) previous_close: Option<f32>,
}
