// One figure of the history view: asks for its prices, draws them and keeps them up to date.

import type { LiveBar, Quote } from "../api";
import { reason } from "./besides";
import type { Drawable } from "./controls";
import { Cursor } from "./cursor";
import { isIntraday } from "./data";
import { bars as barsAt, library } from "./early";
import { Forms } from "./forms";
import { onceAFrame } from "./frame";
import type { Command } from "./keys";
import { Parts } from "./parts";
import type { Plot } from "./plot";
import { Shown } from "./shown";
import { Standing } from "./standing";
import type { Choice } from "./state";
import { Captions } from "./captions";
import { standsApart } from "./words";

/** Earlier prices are asked for when so few bars are left before the first in sight. */
const NEAR_EDGE = 10;
/** The service answers with stale prices at once and fetches newer ones meanwhile. */
const SOON_MS = 3_000;

/** What a view asks of the page around it. */
export interface Around {
  /** An indicator or a symbol is to be taken out of the choice. */
  remove(id: string): void;
  /** How these prices can be drawn. */
  offer(drawable: Drawable): void;
  /** What is known of the prices' standing may have changed. */
  stood(): void;
}

export class View {
  readonly standing = new Standing(document, () => this.#stood());
  readonly #parts: Parts;
  readonly #shown: Shown;
  readonly #cursor: Cursor;
  readonly #captions: Captions;
  readonly #forms: Forms;
  #plot: Plot | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #isGone = false;
  readonly #rangeSoon = onceAFrame(() => this.#plot?.isMoved && this.#showRange());

  constructor(
    figure: HTMLElement,
    choice: Choice,
    private readonly around: Around,
  ) {
    this.#parts = new Parts(figure);
    this.#shown = new Shown(this.#parts, choice);
    this.#cursor = new Cursor(this.#shown, (id) => around.remove(id));
    this.#captions = new Captions(this.#shown);
    this.#forms = new Forms(this.#shown);
  }

  get symbol(): string {
    return this.#shown.symbol;
  }

  get interval(): string {
    return this.#shown.interval;
  }

  get place(): HTMLElement {
    return this.#parts.one("[data-chart-place]");
  }

  get plot(): Plot | undefined {
    return this.#plot;
  }

  /** Asks and draws; later again, to be up to date. Throws where the prices cannot be had. */
  async load(): Promise<void> {
    const drawing = library();
    if (!this.#plot) this.#captions.note("Loading…");
    const { prices } = this.#shown;
    const { start } = prices;
    const isNew = await prices.load(barsAt(prices.address));
    this.#showStanding();
    const { Plot } = await drawing;
    if (this.#isGone) return;
    this.#plot ??= this.#newPlot(Plot);
    // Prices do not wait for what is computed from them.
    if (isNew || (prices.start !== start && !this.#plot.isMoved)) this.#draw(true);
    await this.#loadBesides();
  }

  /** Draws the same prices in another way. */
  async restyle(choice: Choice): Promise<void> {
    this.#shown.choice = choice;
    this.#draw(false);
    await this.#loadBesides();
  }

  /** Brings the prices up to date with what the stream said. */
  receive(update: { bar?: LiveBar; quote?: Quote }): void {
    const { prices } = this.#shown;
    const count = prices.bars.length;
    const isOther = prices.receive(update);
    if (!this.#plot) return;
    this.#captions.apart(this.#plot);
    if (!isOther) return this.#captions.describe();
    if (prices.bars.length !== count) return this.#draw(false);
    this.#plot.go(this.#shown.goOn());
    this.#describe();
  }

  /** Says why there is nothing to see; what was drawn before stays. */
  fail(why: unknown): void {
    if (this.#plot) return this.standing.failed(reason(why));
    this.#captions.note(`${reason(why)} The figures stand below.`);
  }

  /** Carries out a key's command. */
  obey(command: Command): void {
    const count = this.#shown.prices.bars.length;
    const plot = this.#plot;
    if (!plot || !count) return;
    if (command.do === "step") this.#step(command.by, plot);
    if (command.do === "end") this.#cursor.pointAt(command.of === "first" ? 0 : count - 1, plot);
    if (command.do === "pan") plot.pan(command.part);
    if (command.do === "zoom") this.zoom(command.factor);
    if (command.do === "all") this.fit();
    if (command.do === "leave") this.#cursor.leave(plot);
  }

  zoom(factor: number, around = 1): void {
    this.#plot?.zoom(factor, around);
    this.#showRange();
  }

  /** Back to the stretch that was asked for. */
  fit(): void {
    this.#plot?.fitFrom(this.#shown.prices.start);
    this.#captions.range(undefined);
  }

  /** The first and the last day in sight. */
  range(): [string, string] | undefined {
    const dates = this.#plot?.inSight()?.map((time) => new Date(time * 1_000).toISOString().slice(0, 10));
    return dates?.length === 2 ? (dates as [string, string]) : undefined;
  }

  /** Has the browser save what is drawn as a picture. */
  async savePicture(): Promise<void> {
    if (this.#plot) await this.#forms.savePicture(this.#plot);
  }

  remove(): void {
    this.#isGone = true;
    clearTimeout(this.#again);
    this.#cursor.remove();
    this.#forms.remove();
    this.#rangeSoon.end();
    this.#plot?.remove();
  }

  /** Goes back before the first bar. */
  async reachBack(): Promise<void> {
    const reaching = this.#shown.prices.earlier();
    this.#captions.edge();
    const hasMore = await reaching;
    if (this.#isGone) return;
    if (hasMore) this.#draw(false);
    this.#captions.edge();
    if (hasMore) await this.#loadBesides();
  }

  async #loadBesides(): Promise<void> {
    const { prices, choice } = this.#shown;
    const isChosen = await prices.choose(choice.ind, choice.compare);
    if (isChosen && !this.#isGone) this.#draw(false);
  }

  #newPlot(Drawing: typeof Plot): Plot {
    const { place } = this;
    const plot = new Drawing(place, (time) => this.#shown.whenAt(time), isIntraday(this.interval), {
      pointed: (time) => this.#cursor.point(time),
      moved: (before) => this.#moved(before),
    });
    place.tabIndex = 0;
    place.setAttribute("role", "application");
    place.setAttribute("aria-roledescription", "chart");
    return plot;
  }

  #draw(fit: boolean): void {
    if (!this.#plot) return;
    const model = this.#shown.arrange();
    const { prices, choice, happened } = this.#shown;
    this.#parts.one(".stage").dataset["panes"] = String(choice.ind.filter(standsApart).length);
    this.#plot.show(model, false);
    if (fit) this.#plot.fitFrom(prices.start);
    // Among several lines a mark would belong to none.
    this.#plot.mark(choice.compare.length ? [] : happened);
    this.#captions.note(prices.bars.length ? "" : "No prices in this stretch.");
    this.#captions.apart(this.#plot);
    this.#describe();
    void this.#forms.fill();
    this.#parts.figure.dataset["drawn"] = String(prices.bars.length);
  }

  #step(by: number, plot: Plot): void {
    const at = this.#cursor.step(by, plot);
    if (by < 0 && at < NEAR_EDGE) void this.reachBack();
  }

  #moved(before: number): void {
    this.#rangeSoon.ask();
    if (before < NEAR_EDGE && this.#shown.prices.edge.more) void this.reachBack();
  }

  #describe(): void {
    this.#captions.describe();
    this.#cursor.show();
  }

  #stood(): void {
    if (this.#plot) this.#captions.title();
    this.around.stood();
  }

  #showRange(): void {
    const range = this.range();
    if (range) this.#captions.range(range);
  }

  /** Shows how far the prices can be relied on; stale ones are soon asked for again. */
  #showStanding(): void {
    const { head } = this.#shown.prices;
    if (!head || this.#isGone) return;
    this.standing.received(head);
    this.#captions.origin();
    const { hasRange, hasVolume } = this.#shown;
    this.around.offer({ range: hasRange, volume: hasVolume });
    const values = this.#parts.one(".values");
    values.toggleAttribute("data-closes", !hasRange);
    values.toggleAttribute("data-volumeless", !hasVolume);
    if (head.freshness !== "stale" || head.disputed) this.#again = undefined;
    else this.#again ??= setTimeout(() => void this.load().catch((why: unknown) => this.fail(why)), SOON_MS);
  }
}
