// What /marketpulse/latest says of an instrument, and how a card words it.
// pages/card.rs words the first state of the same card.

import { percent, price, shownDecimals, signed } from "./format";

export interface Quote {
  symbol: string;
  name: string;
  price: number | null;
  currency: string | null;
  change: number | null;
  change_percent: number | null;
  change_since: "previous_close" | "24h" | "previous_publication" | null;
  day_high: number | null;
  day_low: number | null;
  source: string | null;
  as_of: string | null;
  age_s: number | null;
  freshness: Freshness;
  market_state: "pre" | "open" | "post" | "closed" | null;
  simulated: boolean;
  price_decimals: number;
  disputed: Disputed | null;
  reason?: string | null;
  detail?: string | null;
}

export type Freshness = "fresh" | "stale" | "missing" | "simulated";

/** A live price of another source that differs from the one shown. */
export interface Disputed {
  source: string;
  price: number;
}

export interface Latest {
  timestamp: string;
  quotes: Record<string, Quote>;
}

/** The words of a card, by the `data-slot` they go into. */
export interface CardText {
  price: string;
  unit: string;
  arrow: string;
  change: string;
  since: string;
  market: string;
  range: string;
  source: string;
  badge: Freshness;
  note: string;
}

export type Direction = "up" | "down" | "level" | "none";

const SINCE = {
  previous_close: "since previous close",
  "24h": "in 24 h",
  previous_publication: "since previous publication",
};

const MARKET = {
  pre: "before the open",
  open: "market open",
  post: "after hours",
  closed: "market closed",
};

const ARROW = { up: "▲", down: "▼", level: "=", none: "" };

/** Which way the price went since the earlier one it is compared with. */
export function direction(quote: Quote): Direction {
  if (quote.price === null || quote.change === null) return "none";
  if (quote.change === 0) return "level";
  return quote.change > 0 ? "up" : "down";
}

/** Puts a quote into words. A price that is not there is said to be missing. */
export function cardText(quote: Quote): CardText {
  const there = quote.price !== null;
  return {
    price: quote.price === null ? "no value" : price(quote.price, quote.price_decimals),
    unit: there ? (quote.currency ?? "") : "",
    arrow: ARROW[direction(quote)],
    change: there ? changeText(quote) : "",
    since: there && quote.change !== null && quote.change_since ? SINCE[quote.change_since] : "",
    market: quote.market_state ? MARKET[quote.market_state] : "",
    range: rangeText(quote),
    source: quote.source ?? "–",
    badge: quote.freshness,
    note: noteText(quote),
  };
}

/** What speaks against the price; of simulated ones the page's banner speaks. */
function noteText(quote: Quote): string {
  const because = quote.freshness === "simulated" ? null : (quote.detail ?? quote.reason);
  return [because, disputedText(quote)].filter(Boolean).join("; ");
}

function disputedText({ disputed, price_decimals: decimals, currency }: Quote): string {
  if (!disputed) return "";
  const rival = price(disputed.price, decimals);
  return `disputed: ${disputed.source} says ${currency ? `${rival} ${currency}` : rival}`;
}

function changeText(quote: Quote): string {
  if (quote.price === null || quote.change === null) return "no earlier price known";
  const change = signed(quote.change, shownDecimals(quote.price, quote.price_decimals));
  return quote.change_percent === null ? change : `${change} (${percent(quote.change_percent)})`;
}

function rangeText({ day_low: low, day_high: high, price_decimals: decimals }: Quote): string {
  if (low === null || high === null) return "–";
  return `${price(low, decimals)} – ${price(high, decimals)}`;
}
