// The line of the day. Only of bars that a source gave, and of live prices after
// them: where there are none there is no line.

import { price } from "../locale/format";
import { readJson, Refusal } from "../service/polling";

/** When, in milliseconds, and at which price. */
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
/** What is further apart belongs to two days. */
const SAME_DAY_MS = 12 * 3_600_000;
/** As fine as so small a line can show; what is not offered so fine is asked for coarser. */
const STEPS = [
  { interval: "15m", stepMs: 900_000 },
  { interval: "1h", stepMs: 3_600_000 },
];

interface Columns {
  columns: Record<string, (string | number | null)[]>;
}

/** The lines of these instruments' last days, in few questions; none of those of which no source has bars. */
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
 * It never stands between two bars: so near to the one before it that would look
 * like a leap. `null` where the price is of another day than the line, which is
 * then to be asked for anew.
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

/** How the line is drawn, how high the earlier close lies, and where the line ends against it or its own begin. */
export interface Drawing {
  path: string;
  base: number | null;
  trend: Trend;
}

/** Draws a line of at least two points into {@link WIDTH} by {@link HEIGHT}; an earlier close stands in it as well. */
export function drawing({ points }: Line, previous: number | null): Drawing | null {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || last[0] === first[0]) return null;
  const values = points.map(([, value]) => value);
  if (previous !== null) values.push(previous);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (time: number) => ((time - first[0]) / (last[0] - first[0])) * WIDTH;
  const room = HEIGHT - 2 * MARGIN;
  const y = (value: number) => (high === low ? HEIGHT / 2 : MARGIN + ((high - value) / (high - low)) * room);
  const step = ([time, value]: Point, at: number) => {
    const before = points[at - 1];
    const isNew = before === undefined || time - before[0] > GAP_MS;
    return `${isNew ? "M" : "L"}${round(x(time))} ${round(y(value))}`;
  };
  const base = previous === null ? null : round(y(previous));
  return { path: points.map(step).join(""), base, trend: trendOf(last[1], previous ?? first[1]) };
}

function trendOf(now: number, before: number): Trend {
  if (now === before) return "level";
  return now > before ? "up" : "down";
}

const TREND = { up: "risen", down: "fallen", level: "unchanged" };

/** The line for those who do not see it, or not its colours. */
export function lineText({ points }: Line, previous: number | null, decimals: number): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return "No line of the day: no source has bars of it.";
  const values = points.map(([, value]) => value);
  const say = (value: number) => price(value, decimals);
  const trend = TREND[trendOf(last[1], previous ?? first[1])];
  const since = previous === null ? "its begin" : "the previous close";
  return `Line of the day: from ${say(first[1])} to ${say(last[1])}, lowest ${say(Math.min(...values))}, highest ${say(Math.max(...values))}; ${trend} since ${since}.`;
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
