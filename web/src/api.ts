// Names for those parts of the service's answers that scripts read. The answers
// themselves are in api.gen.ts, made from the service's own documents.

import type {
  Actions,
  AlignedBarsInColumns,
  BarMessage,
  BarsInColumns,
  ErrorMessage,
  Latest,
  QuoteMessage,
  Quotes,
  Search,
  SnapshotMessage,
  SourceMessage,
  StateMessage,
} from "./api.gen";

export type { Latest } from "./api.gen";

type BarColumns = BarsInColumns["columns"];
/** What is said once about all bars. */
type AboutBars = Pick<
  BarsInColumns,
  "symbol" | "name" | "interval" | "currency" | "time_zone" | "source" | "received_at" | "freshness" | "simulated" | "indicators" | "disputed" | "second_source"
>;

/** Figures by bar; `null` where one is not known. */
export type Column = (number | null)[];

/** What `/marketpulse/v1/bars/{symbol}` answers in columns. */
export type BarsResponse = AboutBars & {
  columns: BarColumns & Required<Pick<BarColumns, "date" | "open_time" | "close">>;
};
/** The same, asked for dates and closes alone. */
export type ClosesResponse = Pick<AboutBars, "currency" | "source" | "received_at" | "freshness" | "simulated"> & {
  columns: Required<Pick<BarColumns, "date" | "close">>;
};
/** What `/marketpulse/v1/bars` answers for several symbols: a column of closes for each. */
export type AlignedBarsResponse = Pick<AlignedBarsInColumns, "series" | "problems" | "columns">;

/** How far a value can be relied on. */
export type Freshness = BarsResponse["freshness"];
/** An indicator that was asked for, and which columns hold its figures. */
export type Indicator = NonNullable<BarsInColumns["indicators"]>[number];
/** A dividend, split or capital gain. */
export type Action = Required<Actions["actions"][number]>;
/** What `/marketpulse/v1/actions/{symbol}` answers. */
export type ActionsResponse = Pick<Actions, "source"> & { actions: Action[] };

type FoundInstrument = Required<Search["instruments"][number]>;
/** An instrument that a search found. */
export type SearchHit = Pick<FoundInstrument, "symbol" | "name" | "kind" | "exchange" | "currency">;
/** What `/marketpulse/v1/search` answers. */
export type SearchResponse = Pick<Search, "upstream"> & { instruments: SearchHit[] };

type FullQuote = Latest["quotes"][string];
type Differing = NonNullable<FullQuote["disputed"]>;
type Rejected = NonNullable<FullQuote["quarantined"]>;

/** What scripts read of a quote, wherever it is from. */
export type Quote = Pick<
  FullQuote,
  | "symbol"
  | "name"
  | "price"
  | "currency"
  | "change"
  | "change_percent"
  | "change_since"
  | "day_high"
  | "day_low"
  | "source"
  | "as_of"
  | "received_at"
  | "freshness"
  | "market_state"
  | "simulated"
  | "price_decimals"
  | "reason"
  | "detail"
> & {
  /** A live price of another source that differs from the one shown. */
  disputed: Pick<Differing, "source" | "price"> | null;
  /** A newer price that was rejected. */
  quarantined: Pick<Rejected, "source"> | null;
};

/** A quote as `/marketpulse/v1/quotes` answers it: what stands beside the price is flat. */
export type QuoteRow = Required<Quotes["quotes"][number]>;
/** What `/marketpulse/v1/quotes` answers. */
export type QuotesResponse = Pick<Quotes, "timestamp"> & { quotes: QuoteRow[] };

/** How a source is at present. */
export type SourceState = SnapshotMessage["sources"][number];
/** A bar that is forming from streamed prices. */
export type LiveBar = NonNullable<SnapshotMessage["bars"]>[number];

/** An event of the stream. Its id is read apart from it. */
export type LiveEvent =
  | (Pick<SnapshotMessage, "type" | "timestamp" | "sources" | "bars"> & { quotes: Quote[] })
  | (Pick<QuoteMessage, "type"> & Quote)
  | Omit<StateMessage, "id">
  | Omit<BarMessage, "id">
  | Omit<SourceMessage, "id">
  | Omit<ErrorMessage, "id">;
