// A card in words. crates/server/src/pages/card.rs has the same for its first state.

import type { Quote } from "../api";
import { percent, price, shownDecimals, signed } from "../locale/format";
import type { Base } from "./sparkline";

/** The words of a card, by the `data-slot` they go into. */
export interface CardText {
  /** Empty where the name says the same. */
  symbol: string;
  name: string;
  price: string;
  unit: string;
  arrow: string;
  change: string;
  moved: string;
  percent: string;
  since: string;
  market: string;
  range: string;
  low: string;
  high: string;
  source: string;
  asOf: string;
  badge: string;
  doubt: string;
  note: string;
}

export type Direction = "up" | "down" | "level" | "none";

/** The words for what a change is counted from. */
const SINCE: Record<string, string> = {
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

/** Which way the price moved from the one it is compared with. */
export function direction(quote: Quote): Direction {
  if (quote.price === null || quote.change === null) return "none";
  if (quote.change === 0) return "level";
  return quote.change > 0 ? "up" : "down";
}

/** What a quote's change is counted from; `null` where there is none. */
export function baseOf(quote: Quote): Base | null {
  const trend = direction(quote);
  if (trend === "none" || quote.price === null || quote.change === null) return null;
  return { price: quote.price - quote.change, since: SINCE[quote.change_since ?? ""] ?? "since an earlier price", trend };
}

/** The price as a tab says it, with what speaks against it; empty where there is none. */
export function tabText(quote: Quote, isLive: boolean): string {
  if (quote.price === null) return "";
  const isOld = quote.freshness === "stale" || (!isLive && quote.freshness === "fresh");
  const doubt = isOld ? ` (${isLive ? "stale" : "last known"})` : "";
  return `${price(quote.price, quote.price_decimals)} ${quote.currency ?? ""}`.trimEnd() + `${doubt} · ${quote.name}`;
}

/** Puts a quote into words; an unknown price is said to be missing. */
export function cardText(quote: Quote): CardText {
  const there = quote.price !== null;
  return {
    symbol: quote.symbol === quote.name ? "" : quote.symbol,
    name: quote.name,
    price: quote.price === null ? "no value" : price(quote.price, quote.price_decimals),
    unit: there ? (quote.currency ?? "") : "",
    arrow: ARROW[direction(quote)],
    change: there ? changeText(quote) : "",
    moved: movedText(quote),
    percent: there && quote.change_percent !== null ? percent(quote.change_percent) : "",
    since: there && quote.change !== null && quote.change_since ? (SINCE[quote.change_since] ?? "") : "",
    market: quote.market_state ? MARKET[quote.market_state] : "",
    range: rangeText(quote),
    low: sideText(quote.day_low, quote),
    high: sideText(quote.day_high, quote),
    source: quote.source ?? "–",
    asOf: quote.as_of ?? "not said",
    badge: isPending(quote) ? "asking" : quote.freshness,
    doubt: doubtText(quote),
    note: noteText(quote),
  };
}

/** The reasons to distrust a price. That prices are simulated is said by the page's banner. */
function noteText(quote: Quote): string {
  const because = quote.freshness === "simulated" ? null : (quote.detail ?? quote.reason);
  return [because, disputedText(quote)].filter(Boolean).join("; ");
}

function disputedText({ disputed, price_decimals: decimals, currency }: Quote): string {
  if (!disputed) return "";
  const rival = price(disputed.price, decimals);
  return `disputed: ${disputed.source} says ${currency ? `${rival} ${currency}` : rival}`;
}

/** Whether a source has been asked and has not answered yet. */
export function isPending({ price: now, reason }: Quote): boolean {
  return now === null && reason === "pending";
}

/** A word for the reason to distrust the price that is shown. */
function doubtText({ disputed, quarantined }: Quote): string {
  if (disputed) return "disputed";
  return quarantined ? "newer one held back" : "";
}

function movedText({ price: now, change, price_decimals: decimals }: Quote): string {
  return now === null || change === null ? "" : signed(change, shownDecimals(now, decimals));
}

function changeText(quote: Quote): string {
  const change = movedText(quote);
  if (!change) return "no earlier price known";
  return quote.change_percent === null ? change : `${change} (${percent(quote.change_percent)})`;
}

function sideText(side: number | null, { price_decimals: decimals }: Quote): string {
  return side === null ? "–" : price(side, decimals);
}

/** Where the price stands in the day's range, `62.5%` of the way up; `null` where it is in none. */
export function mark({ price: now, day_low: low, day_high: high }: Quote): string | null {
  if (now === null || low === null || high === null) return null;
  const share = ((now - low) / (high - low)) * 100;
  return share >= 0 && share <= 100 ? `${share.toFixed(1)}%` : null;
}

function rangeText({ day_low: low, day_high: high, price_decimals: decimals }: Quote): string {
  if (low === null || high === null) return "–";
  return `${price(low, decimals)} – ${price(high, decimals)}`;
}
