// Bars and quotes for tests.

import type { BarsResponse, Quote } from "../api";
import type { Bar } from "./data";

/** A daily bar of a date. */
export function daily(date: string, close: number, more: Partial<Bar> = {}): Bar {
  const whole = { open: close, high: close + 1, low: close - 1, volume: 100, provisional: false };
  return { time: Date.parse(date) / 1_000, date, openTime: `${date}T08:00:00Z`, close, ...whole, ...more };
}

/** A response with daily closes; `more` changes its other fields. */
export function response(closes: Record<string, number>, more: Partial<BarsResponse> = {}): BarsResponse {
  const dates = Object.keys(closes);
  const columns = { date: dates, open_time: dates.map((date) => `${date}T08:00:00Z`), close: Object.values(closes) };
  const head = { symbol: "CAC40", name: "CAC 40", interval: "1d", currency: "EUR", time_zone: "Europe/Paris" };
  return { ...head, source: "yahoo", received_at: "", freshness: "fresh", simulated: false, columns, ...more };
}

/** A quote with a price of an instant. */
export function quoted(price: number, asOf: string, source = "yahoo"): Quote {
  return {
    symbol: "CAC40",
    name: "CAC 40",
    price,
    currency: "EUR",
    change: null,
    change_percent: null,
    change_since: null,
    day_high: null,
    day_low: null,
    source,
    as_of: asOf,
    received_at: asOf,
    freshness: "fresh",
    market_state: "open",
    simulated: false,
    price_decimals: 2,
    disputed: null,
    quarantined: null,
  };
}
