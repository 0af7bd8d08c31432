// Figures about the stretch that was asked for.

import type { Bar } from "./data";
import type { Writer } from "./locale";
import { when } from "./words";

/** Texts by the slots they go into, and the direction of the whole; `undefined` without bars. */
export function factsOf(bars: readonly Bar[], writer: Writer) {
  const [first, last] = [bars[0], bars.at(-1)];
  if (!first || !last) return undefined;
  const { price } = writer;
  const closes = bars.map(({ close }) => close);
  const [direction, arrow] = last.close > first.close ? ["up", "▲"] : last.close < first.close ? ["down", "▼"] : ["level", "="];
  const slots: Record<string, string> = {
    last: price(last.close),
    "last-close": price(last.close),
    "last-when": when(last, writer) + (last.provisional ? ", so far" : ""),
    first: price(first.close),
    "first-when": when(first, writer),
    low: price(closes.reduce((a, b) => Math.min(a, b))),
    high: price(closes.reduce((a, b) => Math.max(a, b))),
    bars: writer.quantity(bars.length),
    change: changeText(first.close, last.close, writer),
    arrow,
  };
  return { slots, direction };
}

/** A change, also in per cent of where it began: `+2.00 (+0.03 %)`. */
export function changeText(from: number, to: number, writer: Writer): string {
  const part = from ? ` (${writer.percent(((to - from) / Math.abs(from)) * 100)})` : "";
  return writer.change(to - from, to) + part;
}
