// Asks the data API for bars, and reads its columns.

import type { BarsResponse, Column } from "../api";
import { readJson } from "../service/polling";
import { readable } from "./state";
import { zoneOffset } from "./zone";

/** A bar; only its close is always known. */
export interface Bar {
  /** Its place on the chart: seconds, on the exchange's own clock. */
  time: number;
  /** Trading date at the exchange. */
  date: string;
  /** RFC 3339, UTC. */
  openTime: string;
  open: number | null;
  high: number | null;
  low: number | null;
  close: number;
  volume: number | null;
  provisional: boolean;
}

/** An address with some parameters set; empty ones are removed. */
export function withParams(address: string, params: Record<string, string>): string {
  const [path = "", query = ""] = address.split("?");
  const given = new URLSearchParams(query);
  for (const [name, value] of Object.entries(params)) {
    if (value) given.set(name, value);
    else given.delete(name);
  }
  return `${path}?${readable(given)}`;
}

/** The same question over other dates, both included. */
export function between(address: string, from: string, to: string): string {
  return withParams(address, { period: "", from, to });
}

/** Asks in columns, which are read fastest. */
export function ask<T>(address: string): Promise<T> {
  return readJson<T>(withParams(address, { format: "columns" }));
}

/** The bars of an answer, oldest first. */
export function barsOf({ columns, interval, time_zone }: BarsResponse): Bar[] {
  const timeOf = clockOf(interval, time_zone);
  const column = (name: string) => (columns[name] ?? []) as Column;
  const [open, high, low, close, volume] = ["open", "high", "low", "close", "volume"].map(column);
  const bars: Bar[] = [];
  for (const [i, date] of columns.date.entries()) {
    const openTime = columns.open_time[i] ?? "";
    const last = close?.[i];
    if (last == null) continue;
    bars.push({
      // When clocks are put back an hour comes twice; no bar of it is lost.
      time: Math.max(timeOf(date, openTime), (bars.at(-1)?.time ?? -Infinity) + 1),
      date,
      openTime,
      open: open?.[i] ?? null,
      high: high?.[i] ?? null,
      low: low?.[i] ?? null,
      close: last,
      volume: volume?.[i] ?? null,
      provisional: columns["provisional"]?.[i] === true,
    });
  }
  return bars;
}

/**
 * Where a bar stands on a chart.
 *
 * The chart library knows only UTC, so instants are moved by the zone's offset to
 * read as the exchange's own time. Bars of a day and longer stand at their date.
 */
export function clockOf(interval: string, timeZone: string): (date: string, openTime: string) => number {
  if (!isIntraday(interval)) return (date) => Date.parse(date) / 1_000;
  const offset = offsetIn(timeZone);
  return (_, openTime) => {
    const seconds = Date.parse(openTime) / 1_000;
    return seconds + offset(seconds);
  };
}

const offsets = new Map<string, (seconds: number) => number>();

/** How far a zone is ahead of UTC, in seconds, at an instant in seconds; each zone is looked up once. */
export function offsetIn(timeZone: string): (seconds: number) => number {
  const known = offsets.get(timeZone) ?? (timeZone === "UTC" ? () => 0 : zoneOffset(timeZone));
  offsets.set(timeZone, known);
  return known;
}

const UNITS: Record<string, number> = { m: 60, h: 3_600, d: 86_400, wk: 604_800, mo: 2_678_400 };

/** How long an interval is, in seconds; a month counts as 31 days. */
export function secondsOf(interval: string): number {
  const [, count = "1", unit = "d"] = /^(\d+)(\D+)$/.exec(interval) ?? [];
  return Number(count) * (UNITS[unit] ?? 86_400);
}

/** Whether bars are shorter than a day. */
export function isIntraday(interval: string): boolean {
  return secondsOf(interval) < 86_400;
}

/** A date so many days earlier. */
export function daysBefore(date: string, days: number): string {
  return new Date(Date.parse(date) - days * 86_400_000).toISOString().slice(0, 10);
}
