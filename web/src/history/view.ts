// One figure of the history view: its prices, drawn and told in words.

import type { LiveBar } from "../live";
import type { Quote } from "../latest";
import { reason } from "./besides";
import { callsOf, showCalls } from "./calls";
import type { Drawable } from "./controls";
import { type Bar, daysBefore, isIntraday, withParams } from "./data";
import { entriesOf } from "./entries";
import { eventTexts, happenings } from "./events";
import { factsOf } from "./facts";
import { type Command, stepped } from "./keys";
import { type Entry, Key, Values } from "./legend";
import { timeOfDay, type Writer, writer } from "./locale";
import { palette } from "./palette";
import { framed, keep } from "./picture";
import type { Model } from "./pieces";
import type { Plot } from "./plot";
import { kindOf, modelOf } from "./model";
import { firstCommon } from "./rebase";
import { type Choice, drawnAs } from "./state";
import { Standing } from "./standing";
import { Stock } from "./stock";
import { cellsOf, extrasOf, fill, MOST_ROWS } from "./table";
import { barText, chartText, standsApart, when } from "./words";

const SPOKEN_AFTER_MS = 250;
/** So few bars left of what is in sight, and more are asked for. */
const NEAR_EDGE = 10;
/** The service gives an old answer at once and asks for a newer one meanwhile. */
const SOON_MS = 3_000;

/** What a view tells the page around it. */
export interface Around {
  /** An indicator or a symbol is to be taken out of the choice. */
  remove(id: string): void;
  /** What these prices can be drawn of. */
  offer(drawable: Drawable): void;
}

export class View {
  readonly symbol: string;
  readonly interval: string;
  readonly standing = new Standing(document);
  readonly #stock: Stock;
  readonly #writer: Writer;
  readonly #values: Values;
  readonly #key: Key;
  #plot: Plot | undefined;
  #model: Model | undefined;
  #base: number | undefined;
  readonly #days = writer(0, "1d", "UTC");
  /** Where the keyboard has gone. */
  #cursor: number | undefined;
  #pointed: number | undefined;
  readonly #queued = new Set<string>();
  #events = new Map<number, string>();
  #saying: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #isGone = false;

  constructor(
    private readonly figure: HTMLElement,
    private choice: Choice,
    private readonly around: Around,
  ) {
    const data = (name: string) => figure.dataset[name] ?? "";
    this.symbol = data("symbol");
    this.interval = data("interval");
    // A day ends later elsewhere: what reaches yesterday may still go on.
    const isOpen = !choice.to || choice.to >= daysBefore(new Date().toISOString().slice(0, 10), 1);
    this.#stock = new Stock(data("bars"), data("actions"), isOpen);
    this.#writer = writer(Number(data("decimals")), this.interval, data("timeZone"));
    this.#values = new Values(figure, this.#writer);
    this.#key = new Key(this.#one("[data-keyed]"), (id) => around.remove(id));
    this.#one<HTMLDetailsElement>("#figures").addEventListener("toggle", () => this.#fillTable());
  }

  get place(): HTMLElement {
    return this.#one("[data-chart-place]");
  }

  get plot(): Plot | undefined {
    return this.#plot;
  }

  /** Asks and draws; later again, to be up to date. Throws where the prices cannot be had. */
  async load(): Promise<void> {
    // The library is most of the page's bytes: it comes while the service is asked.
    const library = import("./plot");
    if (!this.#plot) this.#note("Loading…");
    const isNew = await this.#stock.load();
    this.#tellStanding();
    const { Plot } = await library;
    if (this.#isGone) return;
    this.#plot ??= this.#made(Plot);
    // Prices are not kept waiting for what is computed from them.
    if (isNew) this.#draw(true);
    await this.#loadBesides();
  }

  /** Shows the same prices drawn otherwise. */
  async restyle(choice: Choice): Promise<void> {
    this.choice = choice;
    this.#draw(false);
    await this.#loadBesides();
  }

  /** Goes on with what was heard. */
  hear(heard: { bar?: LiveBar; quote?: Quote }): void {
    const count = this.#stock.bars.length;
    const isOther = this.#stock.hear(heard);
    if (!this.#plot) return;
    this.#showApart();
    if (!isOther) return;
    if (this.#stock.bars.length !== count) return this.#draw(false);
    this.#plot.go(this.#modelNow());
    this.#tell();
  }

  /** Says why there is nothing to see; what was drawn before stays. */
  fail(why: unknown): void {
    if (this.#plot) return this.standing.failed(reason(why));
    this.#note(`${reason(why)} The figures stand below.`);
  }

  /** Does what a key asks. */
  obey(command: Command): void {
    const { bars } = this.#stock;
    if (!this.#plot || !bars.length) return;
    if (command.do === "step") this.#step(command.by);
    if (command.do === "end") this.#pointAt(command.of === "first" ? 0 : bars.length - 1);
    if (command.do === "pan") this.#plot.pan(command.part);
    if (command.do === "zoom") this.zoom(command.factor);
    if (command.do === "all") this.fit();
    if (command.do === "leave") this.#leave();
  }

  zoom(factor: number, around = 1): void {
    this.#plot?.zoom(factor, around);
    this.#showRange();
  }

  /** Back to the stretch that was asked for. */
  fit(): void {
    this.#plot?.fitFrom(this.#stock.start);
    this.#one("[data-keep]").hidden = true;
  }

  /** The first and the last day in sight. */
  range(): [string, string] | undefined {
    const dates = this.#plot?.inSight()?.map((time) => new Date(time * 1_000).toISOString().slice(0, 10));
    return dates?.length === 2 ? (dates as [string, string]) : undefined;
  }

  /** Has the browser keep what is drawn as a picture. */
  keepPicture(): void {
    if (!this.#plot) return;
    const { name = "", words = "", source = "" } = this.figure.dataset;
    const last = this.#stock.bars.at(-1);
    const scale = this.#scaleText();
    const to = last ? `, to ${when(last, this.#writer)}` : "";
    const simulated = this.#stock.head?.simulated ? "simulated prices · " : "";
    const about = `${simulated}${words} · source: ${source}${to}${scale && ` · ${scale}`}`;
    const lines = this.#entries(last, last?.time).filter(({ isFault, value }) => !isFault && value);
    keep(framed(this.#plot.picture(), `${name} (${this.symbol})`, about, lines, palette()), `${this.symbol} ${last?.date ?? ""}`);
  }

  remove(): void {
    this.#isGone = true;
    clearTimeout(this.#saying);
    clearTimeout(this.#again);
    this.#plot?.remove();
  }

  /** Goes back before the first bar. */
  async reachBack(): Promise<void> {
    const reaching = this.#stock.earlier();
    this.#showEdge();
    const hasMore = await reaching;
    if (this.#isGone) return;
    if (hasMore) this.#draw(false);
    this.#showEdge();
    if (hasMore) await this.#loadBesides();
  }

  #tellStanding(): void {
    const { head, bars } = this.#stock;
    if (!head || this.#isGone) return;
    this.standing.told(head);
    this.around.offer({ range: bars.some(({ open }) => open !== null), volume: bars.some(({ volume }) => volume !== null) });
    if (head.freshness !== "stale") this.#again = undefined;
    else this.#again ??= setTimeout(() => void this.load().catch((why: unknown) => this.fail(why)), SOON_MS);
  }

  async #loadBesides(): Promise<void> {
    const isChosen = await this.#stock.choose(this.choice.ind, this.choice.compare);
    if (isChosen && !this.#isGone) this.#draw(false);
  }

  #made(Drawing: typeof Plot): Plot {
    const label = (time: number) => {
      const bar = this.#barAt(time);
      return bar ? when(bar, this.#writer) : "";
    };
    const plot = new Drawing(this.place, label, isIntraday(this.interval), {
      pointed: (time) => this.#point(time),
      moved: (before) => this.#moved(before),
    });
    this.place.tabIndex = 0;
    this.place.setAttribute("role", "application");
    this.place.setAttribute("aria-roledescription", "chart");
    return plot;
  }

  #draw(fit: boolean): void {
    const { bars, start } = this.#stock;
    if (!this.#plot) return;
    const { actions, actionsCurrency, beside } = this.#stock.besides;
    const happened = happenings(actions, bars, this.interval);
    this.#events = eventTexts(happened, actionsCurrency, this.#writer);
    this.#base = firstCommon([bars.map(({ time }) => time), ...beside.map(({ times }) => times)], start);
    const apart = this.choice.ind.filter(standsApart).length;
    this.#one(".stage").dataset["panes"] = String(apart);
    this.#plot.show(this.#modelNow(), false);
    if (fit) this.#plot.fitFrom(start);
    // Among several lines a mark would belong to none.
    this.#plot.mark(this.choice.compare.length ? [] : happened);
    this.#note(bars.length ? "" : "No prices in this stretch.");
    this.#showApart();
    this.#tell();
    this.#showCalls();
    this.#fillTable();
    this.figure.dataset["drawn"] = String(bars.length);
  }

  #modelNow(): Model {
    const decimals = Number(this.figure.dataset["decimals"]);
    return (this.#model = modelOf(this.#stock, this.choice, this.#base, this.#writer, decimals));
  }

  #barAt(time: number | undefined): Bar | undefined {
    return this.#stock.bars[this.#stock.placeOf(time) ?? -1];
  }

  #step(by: number): void {
    const at = stepped(this.#stock.placeOf(this.#cursor), by, this.#stock.bars.length);
    this.#pointAt(at);
    if (by < 0 && at < NEAR_EDGE) void this.reachBack();
  }

  #pointAt(at: number): void {
    const bar = this.#stock.bars[at];
    if (!bar) return;
    this.#cursor = bar.time;
    this.#plot?.point(bar.time, this.#model?.map(bar.close) ?? bar.close);
    this.#point(bar.time);
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => this.#say(bar), SPOKEN_AFTER_MS);
  }

  #say(bar: Bar): void {
    const lines = this.#entries(bar, bar.time).filter(({ id, isFault }) => id && !isFault);
    const more = [...lines.map(({ name, value }) => `${name} ${value}`), this.#events.get(bar.time) ?? ""];
    this.#one("[data-spoken]").textContent = barText(bar, this.#writer, more);
  }

  #leave(): void {
    this.#cursor = undefined;
    this.#plot?.unpoint();
    this.#point(undefined);
  }

  #point(time: number | undefined): void {
    this.#pointed = time;
    this.#once("values", () => this.#showValues());
  }

  /** Once a frame is enough. */
  #once(name: string, show: () => void): void {
    if (this.#queued.has(name)) return;
    this.#queued.add(name);
    requestAnimationFrame(() => {
      this.#queued.delete(name);
      if (!this.#isGone) show();
    });
  }

  #showValues(): void {
    const { bars } = this.#stock;
    const time = this.#pointed ?? bars.at(-1)?.time;
    const at = this.#stock.placeOf(time);
    const bar = bars[at ?? -1];
    if (bar && at !== undefined) this.#values.show(bar, bars[at - 1], this.#events.get(bar.time) ?? "");
    this.#key.show(this.#entries(bar, time));
  }

  /** The lines of the key, with the values at a bar. */
  #entries(bar: Bar | undefined, time: number | undefined): Entry[] {
    const { choice, symbol } = this;
    const { besides } = this.#stock;
    const model = this.#model ?? this.#modelNow();
    return entriesOf({ choice, symbol, besides, model, writer: this.#writer, scale: this.#scaleText() }, bar, time);
  }

  /** What is drawn instead of prices; empty for prices. */
  #scaleText(): string {
    const kind = kindOf(this.choice, this.#stock.besides);
    const bar = this.#barAt(this.#base);
    if (kind === "price") return "";
    if (!bar) return "There is no day on which all have a price, and nothing to compare.";
    const base = `${this.#writer.price(bar.close)} on ${when(bar, this.#writer)}`;
    return kind === "percent" ? `Per cent since ${base}.` : `100 is ${base}.`;
  }

  #moved(before: number): void {
    this.#once("range", () => this.#plot?.isMoved && this.#showRange());
    if (before < NEAR_EDGE && this.#stock.edge.more) void this.reachBack();
  }

  #showRange(): void {
    const button = this.#one("[data-keep]");
    const range = this.range();
    if (!range) return;
    button.hidden = false;
    const day = (date: string) => this.#days.when(date, "");
    button.textContent = `Keep ${day(range[0])} to ${day(range[1])}`;
  }

  #showEdge(): void {
    this.#one("[data-edge]").textContent = this.#stock.edge.said;
  }

  /** A price that is newer than the bars and no part of them. */
  #showApart(): void {
    const { apart, head } = this.#stock;
    const price = apart?.price ?? undefined;
    this.#plot?.beside(price === undefined ? undefined : { price, title: apart?.source ?? "" });
    const isOther = apart?.source !== head?.source;
    const at = apart?.as_of ? timeOfDay(new Date(apart.as_of)) : "";
    const apartText = `Newest price ${this.#writer.price(price)} ${apart?.currency ?? ""} from ${apart?.source}, at ${at}`;
    const why = isOther ? `; these bars are from ${head?.source}, and the two are not mixed.` : ", later than these bars.";
    this.#one("[data-slot=beside]").textContent = price === undefined ? "" : apartText + why;
  }

  /** Figures and words about the stretch that was asked for. */
  #tell(): void {
    const { start, head } = this.#stock;
    const bars = this.#stock.bars.filter(({ time }) => time >= start);
    const { name = "", words = "" } = this.figure.dataset;
    const hasRange = bars.some(({ open }) => open !== null);
    const told = chartText(`${name}, ${words}`, { ...this.choice, type: drawnAs(this.choice.type, hasRange) }, bars, head?.currency ?? "", this.#writer);
    this.#put(this.#one("#told"), told);
    const facts = factsOf(bars, this.#writer);
    for (const [slot, text] of Object.entries(facts?.slots ?? {})) this.#put(this.#one(`[data-slot="${slot}"]`), text);
    if (facts) this.#one(".change").dataset["direction"] = facts.direction;
    this.#showValues();
  }

  #showCalls(): void {
    const indicators = this.choice.ind.join(",");
    const own = withParams(this.#stock.address, { indicators });
    const aligned = this.#stock.alignedAddress();
    const whole = (address: string) => location.origin + address;
    showCalls(this.#one("[data-calls]"), callsOf(whole(own), aligned && whole(aligned)));
    for (const link of this.#all<HTMLAnchorElement>("[data-csv]")) link.href = withParams(own, { format: "csv" });
    for (const link of this.#all<HTMLAnchorElement>("[data-json]")) link.href = withParams(own, { format: "json" });
  }

  #fillTable(): void {
    const { bars, besides, head } = this.#stock;
    if (!head || !this.#one<HTMLDetailsElement>("#figures").open) return;
    const title = isIntraday(this.interval) ? `Time (${head.time_zone})` : "Date";
    const cells = cellsOf(bars, extrasOf(besides), this.#events, this.#writer, title);
    fill(this.#one<HTMLTableElement>("[data-table]"), cells);
    const shown = Math.min(bars.length, MOST_ROWS);
    this.#put(this.#one("[data-cut]"), bars.length > shown ? `, the newest ${shown} of ${this.#writer.quantity(bars.length)}` : "");
  }

  #note(text: string): void {
    this.#put(this.#one("[data-chart-note]"), text);
  }

  #put(place: HTMLElement, text: string): void {
    if (place.textContent !== text) place.textContent = text;
  }

  /** A part of the page that stands around the figure. */
  #one<T extends HTMLElement = HTMLElement>(selector: string): T {
    const found = this.figure.querySelector<T>(selector) ?? document.querySelector<T>(`#result ${selector}`);
    if (!found) throw new Error(`the page has no ${selector}`);
    return found;
  }

  #all<T extends HTMLElement>(selector: string): T[] {
    return [...document.querySelectorAll<T>(`#result ${selector}`)];
  }
}
