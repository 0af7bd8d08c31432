// Draws what the history view shows, with lightweight-charts.

import { createChart, type IChartApi, type IPriceLine, type LogicalRange, LineStyle, type Time } from "lightweight-charts";
import { type Mark, Marks, thinned } from "./marks";
import { THEMED } from "../shell/theme";
import { palette } from "./palette";
import { Panes } from "./panes";
import { type Model, newest, pieces } from "./pieces";
import { options, themed } from "./theme";

export type { Mark } from "./marks";

/** What a chart reports of what its reader does to it. */
export interface PlotEvents {
  /** The time under the pointer; `undefined` for none. */
  pointed(time: number | undefined): void;
  /** The reader moved the chart; `before` bars lie left of what is in sight. */
  moved(before: number): void;
}

/** Below this width, in sizes of the type, there is no room for the names of lines among them. */
const NAMED_FROM = 40;

export class Plot {
  readonly #chart: IChartApi;
  readonly #panes: Panes;
  readonly #over = new AbortController();
  #colours = palette();
  #model: Model | undefined;
  #times: number[] = [];
  #places = new Map<number, number>();
  #happened: Mark[] = [];
  #marks: Marks | undefined;
  /** The width of a bar that the marks were thinned for, in pixels. */
  #spacing = 0;
  #live: { price: number; title: string } | undefined;
  #liveLine: IPriceLine | undefined;
  #isReaders = false;
  /** The time from which on all bars are to be in sight; `undefined` where the reader chose another range. */
  #fitted: number | undefined;
  #isNamed = true;

  /** `label` writes the time under the crosshair. */
  constructor(
    readonly place: HTMLElement,
    label: (time: number) => string,
    isIntraday: boolean,
    events: PlotEvents,
  ) {
    this.#chart = createChart(place, options(label, isIntraday, this.#colours));
    this.#panes = new Panes(this.#chart);
    this.#watch(events);
  }

  /** Whether its reader has moved it. */
  get isMoved(): boolean {
    return this.#isReaders;
  }

  /** Shows a model; what is in sight stays so, unless all of it is to be. */
  show(model: Model, fit: boolean): void {
    const before = this.#range();
    const first = this.#times[0];
    this.#model = model;
    this.#draw();
    if (fit || !before) return this.fit();
    if (this.#fitted !== undefined && !this.#isReaders) return this.fitFrom(this.#fitted);
    const added = this.#places.get(first ?? Number.NaN) ?? 0;
    if (added > 0) this.#see(before.from + added, before.to + added);
  }

  /** Draws only the newest bar anew. */
  go(model: Model): void {
    const bar = model.bars.at(-1);
    if (!bar || !this.#times.length) return;
    this.#model = model;
    if (!this.#panes.go(newest(model, this.#colours))) return this.#draw();
    if (bar.time > (this.#times.at(-1) ?? 0)) this.#places.set(bar.time, this.#times.push(bar.time) - 1);
  }

  /** What happened, oldest first. */
  mark(happened: Mark[]): void {
    this.#happened = happened;
    this.#drawMarks();
  }

  /** A price that is not part of the bars; `undefined` for none. */
  beside(live: { price: number; title: string } | undefined): void {
    this.#live = live;
    this.#drawLive();
  }

  /** Brings all of it in sight. */
  fit(): void {
    this.fitFrom(Number.NEGATIVE_INFINITY);
  }

  /** Brings in sight what lies from one time to the end, and leaves it so until the reader moves the chart. */
  fitFrom(time: number): void {
    const from = Math.max(this.#times.findIndex((at) => at >= time), 0);
    this.#isReaders = false;
    this.#see(from - 0.5, this.#times.length - 0.5 + this.#room(this.#times.length - from));
    this.#fitted = time;
  }

  /** Shows more or fewer bars around a point, 0 being the left edge and 1 the right. */
  zoom(factor: number, around = 1): void {
    const range = this.#range();
    if (!range) return;
    const at = range.from + (range.to - range.from) * around;
    const [from, to] = [at - (at - range.from) * factor, at + (range.to - at) * factor];
    if (to - from >= 4) this.#see(from, to);
  }

  /** Moves by a part of what is in sight. */
  pan(part: number): void {
    const range = this.#range();
    if (!range) return;
    const by = (range.to - range.from) * part;
    this.#see(range.from + by, range.to + by);
  }

  /** Puts the crosshair on a bar, and the bar in sight. */
  point(time: number, price: number): void {
    const [range, main, at] = [this.#range(), this.#panes.main, this.#places.get(time)];
    if (!range || !main || at === undefined) return;
    const by = at < range.from ? at - range.from - 2 : at > range.to ? at - range.to + 2 : 0;
    if (by) this.#see(range.from + by, range.to + by);
    this.#chart.setCrosshairPosition(price, time as Time, main);
  }

  /** Takes the crosshair away. */
  unpoint(): void {
    this.#chart.clearCrosshairPosition();
  }

  /** The first and the last time in sight. */
  inSight(): [number, number] | undefined {
    const range = this.#chart.timeScale().getVisibleRange();
    return range ? [range.from as number, range.to as number] : undefined;
  }

  picture(): HTMLCanvasElement {
    return this.#chart.takeScreenshot(true, false);
  }

  remove(): void {
    this.#over.abort();
    this.#chart.remove();
  }

  #range(): LogicalRange | null {
    return this.#times.length ? this.#chart.timeScale().getVisibleLogicalRange() : null;
  }

  #see(from: number, to: number): void {
    this.#fitted = undefined;
    this.#chart.timeScale().setVisibleLogicalRange({ from, to });
  }

  #watch(events: PlotEvents): void {
    const { signal } = this.#over;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#repaint(), { signal });
    addEventListener(THEMED, () => this.#repaint(), { signal });
    // Some ranges the chart takes by itself; those are not the reader's choice.
    for (const done of ["pointerdown", "wheel", "keydown"]) {
      this.place.addEventListener(done, () => (this.#isReaders = true), { signal, passive: true, capture: true });
    }
    this.#chart.subscribeCrosshairMove(({ time }) => events.pointed(time as number | undefined));
    this.#chart.timeScale().subscribeSizeChange(() => this.#resized());
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range) this.#respace();
      if (range && this.#isReaders) events.moved(range.from);
    });
  }

  /** How many bars' width the names of lines need, so that they do not cover the newest bars. */
  #room(bars: number): number {
    const names = this.#isNamed ? (this.#model?.beside ?? []) : [];
    if (!names.length) return 0;
    const { fontSize } = this.#colours;
    const px = fontSize * (1.5 + 0.65 * Math.max(...names.map(({ symbol }) => symbol.length)));
    return (bars * px) / (this.place.clientWidth - px);
  }

  #isWide(): boolean {
    return this.place.clientWidth >= NAMED_FROM * this.#colours.fontSize;
  }

  #draw(): void {
    if (!this.#model) return;
    const { bars, beside, scale } = this.#model;
    this.#isNamed = this.#isWide();
    this.#panes.show(pieces(this.#model, this.#colours, this.#isNamed), scale === "log", this.#colours);
    const times = new Set(bars.map(({ time }) => time));
    for (const { times: others } of beside) for (const time of others) times.add(time);
    this.#times = [...times].sort((a, b) => a - b);
    this.#places = new Map(this.#times.map((time, i) => [time, i]));
    this.#drawMarks();
    this.#drawLive();
  }

  #resized(): void {
    if (this.#isNamed !== this.#isWide()) this.#draw();
    this.#respace();
  }

  /** Thins the marks anew once bars are wider or narrower; they stay where a chart is only moved. */
  #respace(): void {
    const range = this.#range();
    if (!range) return;
    const spacing = this.#chart.timeScale().width() / (range.to - range.from);
    if (Math.abs(spacing / this.#spacing - 1) < 0.01) return;
    this.#spacing = spacing;
    this.#drawMarks();
  }

  #drawMarks(): void {
    const { main } = this.#panes;
    if (!main || !this.#spacing) return;
    if (this.#marks?.series !== main) this.#marks = this.#happened.length ? new Marks(main) : undefined;
    const at = (time: number) => ((this.#places.get(time) ?? 0) * this.#spacing) / this.#colours.fontSize;
    this.#marks?.show(thinned(this.#happened, at), this.#colours);
  }

  #drawLive(): void {
    const { main } = this.#panes;
    if (this.#liveLine) main?.removePriceLine(this.#liveLine);
    this.#liveLine = undefined;
    if (!main || !this.#model || !this.#live) return;
    const { price, title } = this.#live;
    const color = this.#colours.series[0] ?? "";
    this.#liveLine = main.createPriceLine({ price: this.#model.map(price), title, color, lineStyle: LineStyle.Dashed, lineWidth: 1 });
  }

  #repaint(): void {
    this.#colours = palette();
    this.#chart.applyOptions(themed(this.#colours));
    this.#draw();
  }
}
