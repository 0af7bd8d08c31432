// The bar that the pointer or the keyboard is at: its values, in sight and spoken.

import type { Bar } from "./data";
import { stepped } from "./keys";
import { Key, Values } from "./legend";
import { onceAFrame } from "./frame";
import type { Plot } from "./plot";
import type { Shown } from "./shown";
import { barText } from "./words";

const SPOKEN_AFTER_MS = 250;

export class Cursor {
  readonly #values: Values;
  readonly #key: Key;
  /** The bar that the keyboard has moved to. */
  #at: number | undefined;
  #pointed: number | undefined;
  #saying: ReturnType<typeof setTimeout> | undefined;
  readonly #soon = onceAFrame(() => this.show());

  constructor(
    private readonly shown: Shown,
    remove: (id: string) => void,
  ) {
    this.#values = new Values(shown.parts.figure, shown.writer);
    this.#key = new Key(shown.parts.one("[data-keyed]"), remove);
  }

  /** Shows the values of the bar pointed at, otherwise of the newest. */
  show(): void {
    const { prices, events } = this.shown;
    const time = this.#pointed ?? prices.bars.at(-1)?.time;
    const at = prices.placeOf(time);
    const bar = prices.bars[at ?? -1];
    if (bar && at !== undefined) this.#values.show(bar, prices.bars[at - 1], events.get(bar.time) ?? "");
    this.#key.show(this.shown.entries(bar, time));
  }

  /** Points at a time; at none with `undefined`. */
  point(time: number | undefined): void {
    this.#pointed = time;
    this.#soon.ask();
  }

  /** Moves by so many bars. Returns the new place among them. */
  step(by: number, plot: Plot): number {
    const { prices } = this.shown;
    const at = stepped(prices.placeOf(this.#at), by, prices.bars.length);
    this.pointAt(at, plot);
    return at;
  }

  /** Moves to a bar and announces it once the keys rest. */
  pointAt(at: number, plot: Plot): void {
    const bar = this.shown.prices.bars[at];
    if (!bar) return;
    this.#at = bar.time;
    plot.point(bar.time, this.shown.model.map(bar.close));
    this.point(bar.time);
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => this.#say(bar), SPOKEN_AFTER_MS);
  }

  leave(plot: Plot): void {
    this.#at = undefined;
    plot.unpoint();
    this.point(undefined);
  }

  remove(): void {
    clearTimeout(this.#saying);
    this.#soon.end();
  }

  #say(bar: Bar): void {
    const { parts, writer, events } = this.shown;
    const lines = this.shown.entries(bar, bar.time).filter(({ id, isFault }) => id && !isFault);
    const more = [...lines.map(({ name, value }) => `${name} ${value}`), events.get(bar.time) ?? ""];
    parts.one("[data-spoken]").textContent = barText(bar, writer, more);
  }
}
