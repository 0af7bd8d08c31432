// What a view shows at present: the prices, the choice, and what follows from
// both. Only the view changes it; the modules that describe and draw it read it.

import type { Bar } from "./data";
import { entriesOf } from "./entries";
import { eventTexts, type Happening, happenings } from "./events";
import type { Entry } from "./legend";
import { type Writer, writer } from "./locale";
import { kindOf, modelOf } from "./model";
import type { Parts } from "./parts";
import type { Model } from "./pieces";
import { firstCommon } from "./rebase";
import { type Choice, drawnAs, type Type } from "./state";
import { PriceData } from "./price-data";
import { when } from "./when";

export class Shown {
  readonly symbol: string;
  readonly interval: string;
  readonly prices: PriceData;
  readonly writer: Writer;
  /** Dividends and splits, oldest first. `events` has them in words, by the time of the bar. */
  happened: Happening[] = [];
  events = new Map<number, string>();
  readonly #decimals: number;
  #model: Model | undefined;
  #base: number | undefined;

  constructor(
    readonly parts: Parts,
    public choice: Choice,
  ) {
    this.symbol = parts.data("symbol");
    this.interval = parts.data("interval");
    this.#decimals = Number(parts.data("decimals"));
    this.prices = new PriceData(parts.data("bars"), parts.data("actions"), choice.to);
    this.writer = writer(this.#decimals, this.interval, parts.data("timeZone"));
  }

  /** What is drawn, as it was last arranged. */
  get model(): Model {
    return this.#model ?? this.arrange();
  }

  /** What the prices are drawn as. */
  get type(): Type {
    return drawnAs(this.choice.type, this.hasRange);
  }

  /** Whether any open, high and low is known. */
  get hasRange(): boolean {
    return this.prices.bars.some(({ open }) => open !== null);
  }

  get hasVolume(): boolean {
    return this.prices.bars.some(({ volume }) => volume !== null);
  }

  /** The bars of the stretch that was asked for. */
  get asked(): readonly Bar[] {
    return this.prices.bars.filter(({ time }) => time >= this.prices.start);
  }

  /** The close before the one day that is shown by itself; `undefined` where it is none or not known. */
  get previous(): number | undefined {
    const { figure } = this.parts;
    if (figure.dataset["oneDay"] === undefined) return undefined;
    const written = figure.dataset["previous"];
    return this.prices.previousClose() ?? (written === undefined ? undefined : Number(written));
  }

  /** Derives all that follows from the bars and the choice. */
  arrange(): Model {
    const { bars, start, besides } = this.prices;
    this.happened = happenings(besides.actions, bars, this.interval);
    this.events = eventTexts(this.happened, this.writer);
    this.#base = firstCommon([bars.map(({ time }) => time), ...besides.beside.map(({ times }) => times)], start);
    return this.goOn();
  }

  /** Derives what follows from a changed newest bar. */
  goOn(): Model {
    return (this.#model = modelOf(this.prices, this.choice, this.#base, this.writer, this.#decimals));
  }

  barAt(time: number | undefined): Bar | undefined {
    return this.prices.bars[this.prices.placeOf(time) ?? -1];
  }

  /** A bar's time in words; empty for none. */
  whenAt(time: number | undefined): string {
    const bar = this.barAt(time);
    return bar ? when(bar, this.writer) : "";
  }

  /** The lines of the key, with the values at a bar. */
  entries(bar: Bar | undefined, time: number | undefined): Entry[] {
    const { choice, symbol, model, writer } = this;
    return entriesOf({ choice, symbol, besides: this.prices.besides, model, writer, scale: this.scaleText() }, bar, time);
  }

  /** What is drawn instead of prices, in words; empty where prices are drawn. */
  scaleText(): string {
    const kind = kindOf(this.choice, this.prices.besides);
    const bar = this.barAt(this.#base);
    if (kind === "price") return "";
    if (!bar) return "There is no day on which all have a price, and nothing to compare.";
    const base = `${this.writer.price(bar.close)} on ${when(bar, this.writer)}`;
    return kind === "percent" ? `Per cent since ${base}.` : `100 is ${base}.`;
  }
}
