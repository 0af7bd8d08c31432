//! What each route takes. A handler names the struct of its route, and has its
//! parameters read.

use http::params;
use jiff::Timestamp;
use jiff::civil::Date;
use market::{Adjust, Bound, Currency, Interval, Period, Source, Symbol};
use query::records::Field;
use query::{Indicators, Order};
use table::Form;

use super::params as p;
use face::kinds::Shape;

params! {
    /// `GET /marketpulse/history`
    pub(crate) struct HistoryParams {
        symbol: Symbol = p::SYMBOL,
        period: Option<Period> = p::PERIOD,
        interval: Interval = p::INTERVAL,
        from: Option<Bound> = p::FROM,
        to: Option<Bound> = p::TO,
        known_at: Option<Timestamp> = p::AS_OF,
    }
}

params! {
    /// `GET /marketpulse/v1/instruments`
    pub(crate) struct InstrumentsParams {
        fields: Option<String> = p::FIELDS,
        form: Option<Form> = p::FORMAT,
    }
}

params! {
    /// `GET /marketpulse/v1/instruments/{symbol}`
    pub(crate) struct InstrumentParams {
        symbol: Symbol = p::SYMBOL_IN_PATH,
    }
}

params! {
    /// `GET /marketpulse/v1/search`
    pub(crate) struct SearchParams {
        text: String = p::TEXT,
        fields: Option<String> = p::FIELDS,
        form: Option<Form> = p::FORMAT,
    }
}

params! {
    /// `GET /marketpulse/v1/quotes`
    pub(crate) struct QuotesParams {
        symbols: Vec<Symbol> = p::SYMBOLS,
        known_at: Option<Timestamp> = p::AS_OF,
        fields: Option<String> = p::FIELDS,
        shape: Option<Shape> = p::QUOTE_FORMAT,
    }
}

params! {
    /// `GET /marketpulse/v1/quotes/{symbol}`
    pub(crate) struct QuoteParams {
        symbol: Symbol = p::SYMBOL_IN_PATH,
        known_at: Option<Timestamp> = p::AS_OF,
        fields: Option<String> = p::FIELDS,
        shape: Option<Shape> = p::QUOTE_FORMAT,
    }
}

params! {
    /// `GET /marketpulse/v1/value/{symbol}`
    pub(crate) struct ValueParams {
        symbol: Symbol = p::SYMBOL_IN_PATH,
        field: String = p::VALUE_FIELD,
        known_at: Option<Timestamp> = p::AS_OF,
    }
}

params! {
    /// `GET /marketpulse/v1/quotes/{symbol}/versions`
    pub(crate) struct QuoteVersionsParams {
        symbol: Symbol = p::SYMBOL_IN_PATH,
        date: Option<Date> = p::SHOWN_DATE,
        from: Option<Bound> = p::FROM,
        to: Option<Bound> = p::LAST,
        limit: Option<u32> = p::LIMIT,
        cursor: Option<u32> = p::VERSIONS_CURSOR,
        fields: Option<String> = p::FIELDS,
        form: Option<Form> = p::FORMAT,
    }
}

params! {
    /// `GET /marketpulse/v1/bars/{symbol}`
    pub(crate) struct BarsParams {
        symbol: Symbol = p::SYMBOL_IN_PATH,
        interval: Interval = p::INTERVAL,
        period: Option<Period> = p::PERIOD,
        from: Option<Bound> = p::FROM,
        to: Option<Bound> = p::TO,
        adjust: Adjust = p::ADJUST,
        indicators: Option<Indicators> = p::INDICATORS,
        limit: Option<u32> = p::LIMIT,
        cursor: Option<Timestamp> = p::CURSOR,
        order: Order = p::ORDER,
        known_at: Option<Timestamp> = p::AS_OF,
        source: Option<Source> = p::SOURCE,
        repair: p::Repair = p::REPAIR,
        fields: Option<String> = p::FIELDS,
        form: Option<Form> = p::FORMAT,
    }
}

params! {
    /// `GET /marketpulse/v1/bars`
    pub(crate) struct AlignedParams {
        symbols: Vec<Symbol> = p::ALIGNED,
        interval: Interval = p::INTERVAL,
        period: Option<Period> = p::PERIOD,
        from: Option<Bound> = p::FROM,
        to: Option<Bound> = p::TO,
        adjust: Adjust = p::ADJUST,
        field: Field = p::FIELD,
        order: Order = p::ORDER,
        known_at: Option<Timestamp> = p::AS_OF,
        source: Option<Source> = p::SOURCE,
        repair: p::Repair = p::REPAIR,
        form: Option<Form> = p::FORMAT,
    }
}

params! {
    /// `GET /marketpulse/v1/actions/{symbol}`
    pub(crate) struct ActionsParams {
        symbol: Symbol = p::SYMBOL_IN_PATH,
        from: Option<Bound> = p::FROM,
        to: Option<Bound> = p::TO,
        known_at: Option<Timestamp> = p::AS_OF,
        fields: Option<String> = p::FIELDS,
        form: Option<Form> = p::FORMAT,
    }
}

params! {
    /// `GET /marketpulse/v1/bars/{symbol}/versions`
    pub(crate) struct BarVersionsParams {
        symbol: Symbol = p::SYMBOL_IN_PATH,
        interval: Interval = p::INTERVAL,
        date: Option<Date> = p::DATE,
        from: Option<Bound> = p::FROM,
        to: Option<Bound> = p::LAST,
        source: Option<Source> = p::SOURCE,
        fields: Option<String> = p::FIELDS,
        form: Option<Form> = p::FORMAT,
    }
}

params! {
    /// `GET /marketpulse/v1/actions/{symbol}/versions`
    pub(crate) struct ActionVersionsParams {
        symbol: Symbol = p::SYMBOL_IN_PATH,
        date: Option<Date> = p::DATE,
        from: Option<Bound> = p::FROM,
        to: Option<Bound> = p::LAST,
        fields: Option<String> = p::FIELDS,
        form: Option<Form> = p::FORMAT,
    }
}

params! {
    /// `GET /marketpulse/v1/changes`
    pub(crate) struct ChangesParams {
        since: Option<Timestamp> = p::SINCE,
        symbol: Option<Symbol> = p::CHANGED,
        limit: Option<u32> = p::LIMIT,
        cursor: Option<u32> = p::CHANGES_CURSOR,
        fields: Option<String> = p::FIELDS,
        form: Option<Form> = p::FORMAT,
    }
}

params! {
    /// `GET /marketpulse/v1/disputes`
    pub(crate) struct DisputesParams {
        symbol: Option<Symbol> = p::CHANGED,
        since: Option<Timestamp> = p::DISPUTED_SINCE,
        standing: p::Standing = p::STANDING,
        limit: Option<u32> = p::LIMIT,
        cursor: Option<u32> = p::DISPUTES_CURSOR,
        fields: Option<String> = p::FIELDS,
        form: Option<Form> = p::FORMAT,
    }
}

params! {
    /// `GET /marketpulse/v1/repairs`
    pub(crate) struct RepairsParams {
        symbol: Option<Symbol> = p::CHANGED,
        in_force: p::InForce = p::IN_FORCE,
        limit: Option<u32> = p::LIMIT,
        cursor: Option<u32> = p::REPAIRS_CURSOR,
        fields: Option<String> = p::FIELDS,
        form: Option<Form> = p::FORMAT,
    }
}

params! {
    /// `GET /marketpulse/v1/calendars`
    pub(crate) struct CalendarsParams {
        fields: Option<String> = p::FIELDS,
        form: Option<Form> = p::FORMAT,
    }
}

params! {
    /// `GET /marketpulse/v1/calendars/{mic}`
    pub(crate) struct CalendarParams {
        mic: String = p::MIC,
        from: Option<Bound> = p::SESSIONS_FROM,
        to: Option<Bound> = p::SESSIONS_TO,
        fields: Option<String> = p::FIELDS,
        form: Option<Form> = p::FORMAT,
    }
}

params! {
    /// `GET /marketpulse/v1/fx/{base}/{quote}`
    pub(crate) struct RateParams {
        base: Currency = p::BASE,
        quote: Currency = p::QUOTE,
        date: Option<Date> = p::RATE_DATE,
        source: Option<Source> = p::RATE_SOURCE,
        known_at: Option<Timestamp> = p::AS_OF,
        shape: Option<Shape> = p::RATE_FORMAT,
    }
}

params! {
    /// `GET /marketpulse/v1/fx/convert`
    pub(crate) struct ConvertParams {
        from: Currency = p::CONVERT_FROM,
        to: Currency = p::CONVERT_TO,
        amount: f64 = p::AMOUNT,
        date: Option<Date> = p::RATE_DATE,
        source: Option<Source> = p::RATE_SOURCE,
        known_at: Option<Timestamp> = p::AS_OF,
        shape: Option<Shape> = p::RATE_FORMAT,
    }
}

params! {
    /// `GET /marketpulse/stream`
    pub(crate) struct StreamParams {
        symbols: Option<Vec<String>> = p::FOLLOWED,
        bars: Option<Interval> = p::STREAM_BARS,
    }
}
