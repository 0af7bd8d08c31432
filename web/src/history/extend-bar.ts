// Extends the newest bar by what the stream says: only by what is of the same
// source, and only where it lies within that bar or begins the next.

import type { LiveBar, Quote } from "../api";
import { type Bar, clockOf, isIntraday, secondsOf } from "./data";

/** The series that the bars on show belong to. */
export interface BarSeries {
  interval: string;
  source: string;
  timeZone: string;
  /** The last date that is asked for; empty where the present is. */
  to: string;
}

/**
 * The newest bar once a forming bar is taken into account: the same bar extended,
 * or the next one. `null` where the forming bar is older or of another source. One
 * whose beginning the stream did not see has only a close, and extends by that.
 */
export function withBar(last: Bar, live: LiveBar, series: BarSeries): Bar | null {
  if (live.source !== series.source || live.interval !== series.interval) return null;
  if (series.to && live.date > series.to) return null;
  const isSame = isIntraday(series.interval) ? live.open_time === last.openTime : live.date === last.date;
  if (isSame) {
    if (!last.provisional) return null;
    const { open, high, low, volume, close, provisional } = live;
    const known = open === null ? {} : { open, high, low, volume: volume ?? last.volume };
    return { ...reached({ ...last, ...known }, close), provisional };
  }
  const time = clockOf(series.interval, series.timeZone)(live.date, live.open_time);
  if (time <= last.time) return null;
  const { date, open_time: openTime, open, high, low, close, volume, provisional } = live;
  return { time, date, openTime, open, high, low, close, volume, provisional };
}

/** The newest bar extended by a price; `null` where the price is of another source or time. */
export function withQuote(last: Bar, quote: Quote, series: BarSeries): Bar | null {
  if (quote.source !== series.source || quote.price === null || !quote.as_of || !last.provisional) return null;
  return isWithin(last, quote.as_of, series) ? reached(last, quote.price) : null;
}

/** Whether a price differs from a bar's close and is later than the bar's beginning. */
export function isNewer(quote: Quote, bar: Bar, series: BarSeries): boolean {
  if (quote.price === null || !quote.as_of) return false;
  if (quote.source === series.source && quote.price === bar.close) return false;
  return Date.parse(quote.as_of) > Date.parse(bar.openTime);
}

/** Whether an instant lies within a bar. */
function isWithin(bar: Bar, instant: string, { interval, timeZone }: BarSeries): boolean {
  if (isIntraday(interval)) {
    const since = (Date.parse(instant) - Date.parse(bar.openTime)) / 1_000;
    return since >= 0 && since < secondsOf(interval);
  }
  const date = dayOf(instant, timeZone);
  return date >= bar.date && date < endOf(bar.date, interval);
}

/** The date of an instant by the clock of a zone. */
export function dayOf(instant: string, timeZone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(new Date(instant));
}

/** The first date after a bar; of one shorter than a day the next. */
export function endOf(date: string, interval: string): string {
  const end = new Date(date);
  if (interval.endsWith("mo")) end.setUTCMonth(end.getUTCMonth() + Number.parseInt(interval, 10));
  else end.setUTCDate(end.getUTCDate() + Math.max(1, secondsOf(interval) / 86_400));
  return end.toISOString().slice(0, 10);
}

/** A bar with a price as its close, its high and low extended to it. */
function reached(bar: Bar, close: number): Bar {
  const high = bar.high === null ? null : Math.max(bar.high, close);
  const low = bar.low === null ? null : Math.min(bar.low, close);
  return { ...bar, high, low, close };
}
