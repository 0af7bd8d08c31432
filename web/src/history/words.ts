// What is said about a chart in words.

import type { Action } from "../api";
import type { Bar } from "./data";
import { changeText, sinceText } from "./facts";
import { type Writer } from "./locale";
import type { Choice } from "./state";
import { when } from "./when";

const NAMES: Record<string, string> = {
  sma: "SMA",
  ema: "EMA",
  bollinger: "Bollinger",
  rsi: "RSI",
  macd: "MACD",
  roc: "Rate of change",
};

/** `macd:12:26:9` reads `MACD 12, 26, 9`. */
export function indicatorName(name: string): string {
  const [kind = "", ...numbers] = name.split(":");
  return `${NAMES[kind] ?? kind} ${numbers.join(", ")}`.trim();
}

/** Whether an indicator is no price, and needs a scale of its own. */
export function standsApart(name: string): boolean {
  return /^(rsi|macd|roc)(:|$)/.test(name);
}

/** Dividends and splits in words: `Dividend 0.25 USD`, `Split 4 for 1`. */
export function actionText(action: Action, writer: Writer): string {
  const { kind, amount, numerator, denominator, currency } = action;
  const name = kind.replace(/_/g, " ").replace(/^./, (first) => first.toUpperCase());
  if (numerator !== null && denominator !== null) return `${name} ${numerator} for ${denominator}`;
  return amount === null ? name : [name, writer.amount(amount), currency].filter(Boolean).join(" ");
}

/** A chart in words, for screen readers: what it shows, its last value, and the change over the stretch or since `previous`. */
export function chartText(
  subject: string,
  choice: Choice,
  bars: readonly Bar[],
  unit: string,
  writer: Writer,
  previous?: number,
): string {
  const [first, last] = [bars[0], bars.at(-1)];
  if (!first || !last) return `${subject}: no prices in this stretch.`;
  const closes = bars.map(({ close }) => close);
  const [low, high] = closes.reduce(([a, b], close) => [Math.min(a, close), Math.max(b, close)], [Infinity, -Infinity]);
  const scale = { linear: "", log: ", logarithmic", percent: ", in per cent" }[choice.scale];
  return [
    `${subject}, ${choice.compare.length ? "lines" : choice.type}${scale}, from ${when(first, writer)} to ${when(last, writer)}.`,
    `Last ${writer.price(last.close)} ${unit}`.trimEnd() + `${last.provisional ? " so far" : ""}.`,
    `Change ${sinceText(previous)} ${changeText(previous ?? first.close, last.close, writer)}.`,
    `Closes between ${writer.price(low)} and ${writer.price(high)}.`,
    choice.ind.length ? `With ${choice.ind.map(indicatorName).join("; ")}.` : "",
    choice.compare.length ? `Compared with ${choice.compare.join(", ")}.` : "",
  ]
    .filter(Boolean)
    .join(" ");
}

/** One bar in a sentence, for readers who step through them by keyboard. */
export function barText(bar: Bar, writer: Writer, more: string[]): string {
  const part = (name: string, value: number | null) => (value === null ? "" : `${name} ${writer.price(value)}`);
  const volume = bar.volume === null ? "" : `volume ${writer.short(bar.volume)}`;
  const parts = [part("open", bar.open), part("high", bar.high), part("low", bar.low), part("close", bar.close)];
  return `${when(bar, writer)}: ${[...parts, volume, ...more].filter(Boolean).join(", ")}`;
}
