// What is shown with the prices: dividends and splits, indicators, and other
// instruments to compare. Where one of them cannot be had, the rest is shown.

import type { Action, ActionsResponse, AlignedBarsResponse, BarsResponse, Column, Indicator } from "../api";
import { readJson, Refusal } from "../service/polling";
import { ask, type Bar, between, clockOf, daysBefore, isIntraday, secondsOf, withParams } from "./data";
import type { Beside } from "./rebase";

export interface Besides {
  actions: Action[];
  indicators: Indicator[];
  /** The indicators' figures, by row; {@link figureAt} finds the one of a bar. */
  columns: Record<string, Column>;
  rows: Map<string, number>;
  beside: Beside[];
  /** Why something chosen is not there, by its name. */
  faults: Map<string, string>;
}

export const NONE: Besides = {
  actions: [],
  indicators: [],
  columns: {},
  rows: new Map(),
  beside: [],
  faults: new Map(),
};

/** What a symbol looks like; only such texts are sent to the service, which knows the rest. */
const SYMBOL = /^[\p{L}\d.\-=^/&_]{1,32}$/u;
/** A trading day at its shortest, for counting bars. */
const DAY_SECONDS = 6.5 * 3_600;

/** Asks for all that is chosen. */
export async function besides(
  address: string,
  actionsAddress: string,
  head: BarsResponse,
  bars: readonly Bar[],
  names: string[],
  compared: string[],
): Promise<Besides> {
  const [events, computed, others] = await Promise.all([
    readJson<ActionsResponse>(actionsAddress).catch(() => undefined),
    computedFrom(address, head, bars, names),
    setBeside(address, head, bars, compared),
  ]);
  return {
    actions: events?.actions ?? [],
    ...computed,
    ...others,
    faults: new Map([...computed.faults, ...others.faults]),
  };
}

/** The address of the comparison; `undefined` where nothing is compared. */
export function alignedAddress(address: string, head: BarsResponse, bars: readonly Bar[], compared: string[]): string | undefined {
  const [first, last] = [bars[0], bars.at(-1)];
  const others = compared.filter((symbol) => SYMBOL.test(symbol));
  if (!others.length || !first || !last) return undefined;
  const all = `/marketpulse/v1/bars?${address.split("?")[1] ?? ""}`;
  return withParams(between(all, first.date, last.date), { symbols: [head.symbol, ...others].join(",") });
}

type Computed = Pick<Besides, "indicators" | "columns" | "rows" | "faults">;

/** Asks for indicators from some bars earlier, so that the first bars in sight have figures. */
async function computedFrom(address: string, head: BarsResponse, bars: readonly Bar[], names: string[]): Promise<Computed> {
  const [first, last] = [bars[0], bars.at(-1)];
  const faults = new Map<string, string>();
  const nothing = { indicators: [], columns: {}, rows: new Map<string, number>(), faults };
  if (!names.length || !first || !last) return nothing;
  const question = withParams(address, { indicators: names.join(",") });
  const early = daysBefore(first.date, warmUpDays(head.interval, names));
  const response = await ask<BarsResponse>(between(question, early, last.date))
    // Intervals of less than a day reach back only some days.
    .catch(() => ask<BarsResponse>(between(question, first.date, last.date)))
    .catch((why: unknown) => reason(why));
  if (typeof response === "string" || response.source !== head.source) {
    const fault = typeof response === "string" ? response : `Computed from ${response.source}, not from ${head.source}.`;
    for (const name of names) faults.set(name, fault);
    return nothing;
  }
  const columns = response.columns as unknown as Record<string, Column>;
  return { indicators: response.indicators ?? [], columns, rows: rowsOf(response), faults };
}

/** Which row of an answer is about which bar. */
export function rowsOf({ interval, columns }: Pick<BarsResponse, "interval" | "columns">): Map<string, number> {
  const names = isIntraday(interval) ? columns.open_time : columns.date;
  return new Map(names.map((name, row) => [name, row]));
}

/** An indicator's figure at a bar; `null` where it has none. */
export function figureAt({ columns, rows }: Pick<Besides, "columns" | "rows">, column: string, bar: Bar): number | null {
  return columns[column]?.[rows.get(bar.openTime) ?? rows.get(bar.date) ?? -1] ?? null;
}

/** How many days before the first bar the indicators need, and some more: exponential averages need the most. */
export function warmUpDays(interval: string, names: string[]): number {
  const most = Math.max(...names.map((name) => {
    const [kind = "", ...numbers] = name.split(":");
    const isSlow = kind === "ema" || kind === "rsi" || kind === "macd";
    const own = kind === "bollinger" ? numbers.slice(0, 1) : numbers;
    return own.reduce((sum, number) => sum + (Number(number) || 0), 0) * (isSlow ? 4 : 1);
  }));
  const seconds = secondsOf(interval);
  const days = seconds < 86_400 ? (most * seconds) / DAY_SECONDS : (most * seconds) / 86_400;
  return Math.ceil(days * (seconds <= 86_400 ? 1.5 : 1)) + 5;
}

async function setBeside(
  address: string,
  head: BarsResponse,
  bars: readonly Bar[],
  compared: string[],
): Promise<Pick<Besides, "beside" | "faults">> {
  const faults = new Map<string, string>();
  for (const symbol of compared.filter((symbol) => !SYMBOL.test(symbol))) {
    faults.set(symbol, "Not a symbol: letters, digits and . - = ^ / & _ can be part of one.");
  }
  const aligned = alignedAddress(address, head, bars, compared);
  if (!aligned) return { beside: [], faults };
  const response = await ask<AlignedBarsResponse>(aligned).catch((why: unknown) => reason(why));
  if (typeof response === "string") {
    for (const symbol of compared) faults.set(symbol, faults.get(symbol) ?? response);
    return { beside: [], faults };
  }
  for (const { symbol, detail } of response.problems) faults.set(symbol, sentence(detail));
  const others = response.series.filter(({ symbol }) => symbol !== head.symbol);
  return { beside: others.map((other) => lineOf(other, response, head)), faults };
}

function lineOf(
  { symbol, name, currency, source }: AlignedBarsResponse["series"][number],
  { columns }: AlignedBarsResponse,
  head: BarsResponse,
): Beside {
  const timeOf = clockOf(head.interval, head.time_zone);
  const line: Beside = { symbol, name, currency, source, times: [], closes: [] };
  const closes = (columns[symbol] ?? []) as Column;
  for (const [i, close] of closes.entries()) {
    const time = timeOf(columns.date?.[i] ?? "", columns.open_time?.[i] ?? "");
    // When clocks are put back an hour comes twice; the first one counts.
    if (close === null || time <= (line.times.at(-1) ?? -Infinity)) continue;
    line.times.push(time);
    line.closes.push(close);
  }
  return line;
}

/** A reason written as a sentence. */
export function sentence(text: string): string {
  return text.replace(/^./, (first) => first.toUpperCase()).replace(/([^.!?])$/, "$1.");
}

/** Why something cannot be had, as far as it is known. */
export function reason(why: unknown): string {
  if (why instanceof Refusal) return sentence(why.message);
  const isLate = why instanceof DOMException && why.name === "TimeoutError";
  return isLate ? "The service took too long to answer." : "The request did not come through.";
}
