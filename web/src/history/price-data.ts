// The prices behind a chart: asks for them, keeps them up to date, and fetches earlier ones.
// Two sources are never mixed in one series.

import type { BarsResponse, LiveBar, Quote } from "../api";
import { Refusal } from "../service/polling";
import { alignedAddress, type Besides, besides, NONE, reason } from "./besides";
import { ask, type Bar, barsOf, between, daysBefore, isIntraday, secondsOf, withParams } from "./data";
import { dayOf, isNewer, type BarSeries, withBar, withQuote } from "./extend-bar";

/** Before any price that anybody publishes. */
const LONG_AGO = "1900-01-01";

/** Whether there may be more before the first bar, and what is said about it. */
export interface Edge {
  more: boolean;
  said: string;
}

export class PriceData {
  head: BarsResponse | undefined;
  /** The beginning of the stretch that was asked for. */
  start = 0;
  edge: Edge = { more: true, said: "" };
  besides: Besides = NONE;
  /** The newest price, where it is not part of the bars. */
  apart: Quote | undefined;
  #bars: Bar[] = [];
  #places = new Map<number, number>();
  #chosen: [names: string[], compared: string[]] = [[], []];
  #newest: { bar?: LiveBar; quote?: Quote } = {};
  #isReaching = false;
  #asking = 0;

  /** `to` is the last date of the stretch; empty where it goes on to the present. */
  constructor(
    readonly address: string,
    private readonly actionsAddress: string,
    private readonly to: string,
  ) {}

  /** Oldest first. */
  get bars(): readonly Bar[] {
    return this.#bars;
  }

  /** Which bar stands at a time of the chart. */
  placeOf(time: number | undefined): number | undefined {
    return time === undefined ? undefined : this.#places.get(time);
  }

  /** Asks for the stretch, or asks again to be up to date. Returns whether the bars are others rather than a continuation. */
  async load(answer: Promise<BarsResponse> = ask<BarsResponse>(this.address)): Promise<boolean> {
    const known = this.#newest.bar;
    const response = await answer;
    // The service's answer includes what it streams: it is no older than what was received before.
    if (known === this.#newest.bar) delete this.#newest.bar;
    const bars = barsOf(response);
    const isNew = !this.#continues(response, bars);
    const first = bars[0]?.time ?? 0;
    this.start = first;
    if (isNew) this.edge = { more: true, said: "" };
    const earlier = isNew ? [] : this.bars.filter(({ time }) => time < first);
    this.head = response;
    if (isNew) this.besides = NONE;
    this.#hold([...earlier, ...bars]);
    this.#putNewest();
    return isNew;
  }

  /** Asks for what is shown with the prices. Returns whether the answer is still what is chosen. */
  async choose(names: string[], compared: string[]): Promise<boolean> {
    this.#chosen = [names, compared];
    const turn = (this.#asking += 1);
    if (!this.head) return false;
    const found = await besides(this.address, this.actionsAddress, this.head, this.bars, names, compared);
    if (turn !== this.#asking) return false;
    this.besides = found;
    return true;
  }

  /** Fetches bars before the first. Returns whether there were any. */
  async earlier(): Promise<boolean> {
    const [first, head] = [this.bars[0], this.head];
    if (!first || !head || !this.edge.more || this.#isReaching) return false;
    this.#isReaching = true;
    this.edge = { more: true, said: "Loading earlier prices…" };
    try {
      const bars = await this.#before(first, head);
      this.edge = bars.length ? { more: true, said: "" } : { more: false, said: "There are no earlier prices." };
      this.#hold([...bars, ...this.bars]);
      return bars.length > 0;
    } catch (why) {
      const isFinal = why instanceof Refusal;
      this.edge = { more: !isFinal, said: isFinal ? reason(why) : "Earlier prices cannot be had just now." };
      return false;
    } finally {
      this.#isReaching = false;
    }
  }

  /**
   * Brings the newest bar up to date with the stream. Returns whether that changed any bar.
   *
   * Each tick sends its price first and then its bar. A price without a bar, or
   * another than its bar's close, is newer than any bar: bars may have ceased to come.
   */
  receive(update: { bar?: LiveBar; quote?: Quote }): boolean {
    const { bar, quote } = update;
    const isBehind = bar && quote && bar.close !== quote.price;
    this.#newest = quote ? { quote, ...(bar && !isBehind && { bar }) } : { ...this.#newest, ...update };
    return this.#putNewest();
  }

  /** The close before the day of the newest bar, as the bars' own source tells it with its price. */
  previousClose(): number | undefined {
    const [{ quote }, last, head] = [this.#newest, this.bars.at(-1), this.head];
    if (!quote || !last || !head || quote.source !== head.source || quote.currency !== head.currency) return undefined;
    if (quote.change_since !== "previous_close" || quote.price === null || quote.change === null) return undefined;
    const isSameDay = quote.as_of !== null && dayOf(quote.as_of, head.time_zone) === last.date;
    return isSameDay ? quote.price - quote.change : undefined;
  }

  /** The address of the comparison; `undefined` where nothing is compared. */
  alignedAddress(): string | undefined {
    return this.head && alignedAddress(this.address, this.head, this.bars, this.#chosen[1]);
  }

  /** Whether new bars continue those that are held. A split would have changed all of them. */
  #continues(response: BarsResponse, bars: Bar[]): boolean {
    if (response.source !== this.head?.source) return false;
    const held = new Map(this.bars.map((bar) => [bar.time, bar]));
    const isOther = ({ time, close }: Bar) => {
      const same = held.get(time);
      return same && !same.provisional && same.close !== close;
    };
    return bars.some(({ time }) => held.has(time)) && !bars.some(isOther);
  }

  #putNewest(): boolean {
    const { bar, quote } = this.#newest;
    const [last, head] = [this.bars.at(-1), this.head];
    if (!last || !head || !this.#isOpen()) return false;
    const series: BarSeries = { interval: head.interval, source: head.source, timeZone: head.time_zone, to: this.to };
    const isOld = quote?.received_at && Date.parse(quote.received_at) <= Date.parse(head.received_at);
    const next = (bar && withBar(last, bar, series)) ?? (quote && !isOld ? withQuote(last, quote, series) : null);
    const newest = next ?? last;
    this.apart = quote && !next && isNewer(quote, newest, series) ? quote : undefined;
    if (!next) return false;
    if (next.time === last.time) this.#bars[this.#bars.length - 1] = next;
    else this.#hold([...this.#bars, next]);
    return true;
  }

  /** Whether the stretch reaches the present. In some zones yesterday is not over yet. */
  #isOpen(): boolean {
    return !this.to || this.to >= daysBefore(new Date().toISOString().slice(0, 10), 1);
  }

  #hold(bars: Bar[]): void {
    this.#bars = bars;
    this.#places = new Map(bars.map(({ time }, at) => [time, at]));
  }

  async #before(first: Bar, head: BarsResponse): Promise<Bar[]> {
    const near = await this.#reach(daysBefore(first.date, reachDays(head.interval, this.bars)), first, head);
    // Nothing found may be a long gap and not the beginning.
    return near.length || isIntraday(head.interval) ? near : this.#reach(LONG_AGO, first, head);
  }

  async #reach(from: string, first: Bar, head: BarsResponse): Promise<Bar[]> {
    const found = await this.#askBefore(from, first, "");
    if (found.source === head.source || !found.bars.length) return found.bars;
    const own = await this.#askBefore(from, first, head.source).catch(() => undefined);
    if (own?.source === head.source) return own.bars;
    throw new Refusal(`earlier prices are from ${found.source}, these from ${head.source}; they are not drawn as one`);
  }

  async #askBefore(from: string, first: Bar, source: string): Promise<{ source: string; bars: Bar[] }> {
    const response = await ask<BarsResponse>(withParams(between(this.address, from, first.date), { source }));
    return { source: response.source, bars: barsOf(response).filter(({ time }) => time < first.time) };
  }
}

/** How many days to go back at once: as many as are held already, and at least enough to be worth a request. */
export function reachDays(interval: string, bars: readonly Bar[]): number {
  const [first, last] = [bars[0], bars.at(-1)];
  const held = first && last ? (last.time - first.time) / 86_400 : 0;
  const seconds = secondsOf(interval);
  if (seconds < 300) return 3;
  if (seconds < 3_600) return 14;
  if (seconds < 86_400) return 60;
  return Math.ceil(Math.max(held, seconds <= 86_400 ? 366 : 1_830));
}
