// Figures about the stretch that was asked for.

import type { Bar } from "./data";
import type { Writer } from "./locale";
import { when } from "./when";

/**
 * Texts by the slots they go into, and the direction of the whole; `undefined`
 * without bars. The change of a single day is counted from `previous`, the close
 * before it, where that is known.
 */
export function factsOf(bars: readonly Bar[], writer: Writer, previous?: number) {
  const [first, last] = [bars[0], bars.at(-1)];
  if (!first || !last) return undefined;
  const { price } = writer;
  const closes = bars.map(({ close }) => close);
  const base = previous ?? first.close;
  const [direction, arrow] = last.close > base ? ["up", "▲"] : last.close < base ? ["down", "▼"] : ["level", "="];
  const slots: Record<string, string> = {
    last: price(last.close),
    "last-close": price(last.close),
    "last-when": when(last, writer) + (last.provisional ? ", so far" : ""),
    first: price(first.close),
    "first-when": when(first, writer),
    low: price(closes.reduce((a, b) => Math.min(a, b))),
    high: price(closes.reduce((a, b) => Math.max(a, b))),
    bars: writer.quantity(bars.length),
    change: changeText(base, last.close, writer),
    since: sinceText(previous),
    arrow,
  };
  return { slots, direction };
}

/** What a change is counted from. */
export function sinceText(previous: number | undefined): string {
  return previous === undefined ? "over the period" : "since previous close";
}

/** A change, also in per cent of where it began: `+2.00 (+0.03 %)`. */
export function changeText(from: number, to: number, writer: Writer): string {
  const part = from ? ` (${writer.percent(((to - from) / Math.abs(from)) * 100)})` : "";
  return writer.change(to - from, to) + part;
}
