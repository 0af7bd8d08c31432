// Dividends and splits, at the bars within which they happened.

import type { Action } from "../api";
import { type Bar, isIntraday } from "./data";
import type { Writer } from "./locale";
import { endOf } from "./extend-bar";
import type { Mark } from "./plot";
import { actionText } from "./words";

export type Happening = Mark & { action: Action };

/** What happened in the stretch of these bars, oldest first. */
export function happenings(actions: Action[], bars: readonly Bar[], interval: string): Happening[] {
  const found = actions.flatMap((action) => {
    const time = timeOf(action.ex_date, bars, interval);
    return time === undefined ? [] : [{ time, kind: action.kind, action }];
  });
  return found.sort((a, b) => a.time - b.time);
}

/** The events in words, by the time of their bar. */
export function eventTexts(happened: Happening[], writer: Writer): Map<number, string> {
  const texts = new Map<number, string>();
  for (const { time, action } of happened) {
    texts.set(time, [texts.get(time), actionText(action, writer)].filter(Boolean).join("; "));
  }
  return texts;
}

/** The first bar on a day or after it; among longer bars the one that contains the day. */
function timeOf(date: string, bars: readonly Bar[], interval: string): number | undefined {
  const [first, last] = [bars[0], bars.at(-1)];
  if (!first || !last || date < first.date || date >= endOf(last.date, interval)) return undefined;
  const isShort = isIntraday(interval) || interval === "1d";
  if (isShort) return bars.find((bar) => bar.date >= date)?.time;
  return bars.findLast((bar) => bar.date <= date)?.time;
}
