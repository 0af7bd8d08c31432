// The line of the day: bars of a source, and live prices after them. Without
// bars there is no line.

import { price } from "../locale/format";
import { readJson, Refusal } from "../service/polling";

/** A time in milliseconds, and the price then. */
export type Point = [time: number, value: number];

/** The closes of a day's bars, each at the time its bar begins. */
export interface Line {
  /** How long a bar is, in milliseconds. */
  stepMs: number;
  points: Point[];
}

/** Whether a line ends higher than what it is compared with. */
export type Trend = "up" | "down" | "level";

export const WIDTH = 100;
export const HEIGHT = 40;
/** Room for the line's own thickness. */
const MARGIN = 2;
/** A stretch without prices is a gap in the line and not a price. */
const GAP_MS = 3_600_000;
/** Points that are further apart belong to two days. */
const SAME_DAY_MS = 12 * 3_600_000;
/** The finest that so small a line can show, and the next coarser for what is not offered so fine. */
const STEPS = [
  { interval: "15m", stepMs: 900_000 },
  { interval: "1h", stepMs: 3_600_000 },
];

interface Columns {
  columns: Record<string, (string | number | null)[]>;
}

/** The lines of the last day of these instruments, in few requests. One that no source has bars of has no line. */
export async function daysOf(symbols: string[]): Promise<Map<string, Line>> {
  const found = new Map<string, Line>();
  for (const step of STEPS) {
    const missing = symbols.filter((symbol) => !found.has(symbol));
    if (missing.length) for (const [symbol, line] of await linesOf(missing, step)) found.set(symbol, line);
  }
  return found;
}

async function linesOf(symbols: string[], { interval, stepMs }: (typeof STEPS)[number]): Promise<[string, Line][]> {
  const query = new URLSearchParams({ symbols: symbols.join(","), interval, period: "1d", format: "columns" });
  try {
    const { columns } = await readJson<Columns>(`/marketpulse/v1/bars?${query}`);
    const lines = symbols.map((symbol): [string, Line] => [symbol, { stepMs, points: pointsOf(columns, symbol) }]);
    return lines.filter(([, { points }]) => points.length > 1);
  } catch (why) {
    if (!(why instanceof Refusal)) throw why;
    return [];
  }
}

function pointsOf({ open_time: times = [], ...closes }: Columns["columns"], symbol: string): Point[] {
  return times.flatMap((time, at) => {
    const value = closes[symbol]?.[at];
    return typeof time === "string" && typeof value === "number" ? [[Date.parse(time), value] as Point] : [];
  });
}

/**
 * A day's line with a live price as the close of its newest bar, or of the next.
 *
 * It is never put between two bars: so near to the one before, it would look like
 * a jump. `null` where the price is of another day than the line; the line must
 * then be asked for again.
 */
export function extended(line: Line, [time, value]: Point): Line | null {
  const { stepMs, points } = line;
  const last = points.at(-1);
  if (!last || time <= last[0]) return line;
  if (time - last[0] > SAME_DAY_MS) return null;
  const at = time - ((time - last[0]) % stepMs);
  const before = at === last[0] ? points.slice(0, -1) : points;
  return { stepMs, points: [...before, [at, value]] };
}

/** The line's path, the height of the earlier price, and which way it is said to have gone. */
export interface Drawing {
  path: string;
  base: number | null;
  trend: Trend;
}

/** The price that a card's change is counted from, and in words since when. */
export interface Base {
  price: number;
  since: string;
  /** Which way the card says the price went from there. */
  trend: Trend;
}

/**
 * Draws a line of at least two points, {@link WIDTH} by {@link HEIGHT}, so that the earlier price is in sight as well.
 *
 * The card's change decides on its colour: a line of the day ends higher than it began on many a day
 * whose price is lower than the close before.
 */
export function drawing({ points }: Line, base: Base | null): Drawing | null {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || last[0] === first[0]) return null;
  const values = points.map(([, value]) => value);
  if (base) values.push(base.price);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (time: number) => ((time - first[0]) / (last[0] - first[0])) * WIDTH;
  const room = HEIGHT - 2 * MARGIN;
  const y = (value: number) => (high === low ? HEIGHT / 2 : MARGIN + ((high - value) / (high - low)) * room);
  const step = ([time, value]: Point, at: number) => {
    const before = points[at - 1];
    const isNew = before === undefined || time - before[0] > GAP_MS;
    return `${isNew ? "M" : "L"}${round(x(time))} ${round(y(value))}`;
  };
  const trend = base?.trend ?? trendOf(last[1], first[1]);
  return { path: points.map(step).join(""), base: base && round(y(base.price)), trend };
}

function trendOf(now: number, before: number): Trend {
  if (now === before) return "level";
  return now > before ? "up" : "down";
}

const TREND = { up: "risen", down: "fallen", level: "unchanged" };

/** The line in words, for those who do not see it or its colours. */
export function lineText({ points }: Line, base: Base | null, decimals: number): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return "No line of the day: no source has bars of it.";
  const values = points.map(([, value]) => value);
  const say = (value: number) => price(value, decimals);
  const trend = TREND[base?.trend ?? trendOf(last[1], first[1])];
  return `Line of the day: from ${say(first[1])} to ${say(last[1])}, lowest ${say(Math.min(...values))}, highest ${say(Math.max(...values))}; ${trend} ${base?.since ?? "since its begin"}.`;
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
