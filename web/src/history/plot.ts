// Draws what the history view shows, with lightweight-charts.

import {
  AreaSeries,
  BarSeries,
  BaselineSeries,
  CandlestickSeries,
  ColorType,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type LogicalRange,
  LineSeries,
  LineStyle,
  PriceScaleMode,
  type SeriesMarker,
  type SeriesType,
  type Time,
} from "lightweight-charts";
import { palette } from "./palette";
import { type Model, type Piece, pieces } from "./pieces";

/** Something that happened, at a bar. */
export interface Mark {
  time: number;
  kind: string;
}

/** What a chart tells of what is done to it. */
export interface Told {
  /** The time under the pointer; `undefined` for none. */
  pointed(time: number | undefined): void;
  /** The reader has moved it: how many bars lie left of what is in sight. */
  moved(before: number): void;
}

type Series = ISeriesApi<SeriesType>;

const KINDS = {
  Candlestick: CandlestickSeries,
  Bar: BarSeries,
  Line: LineSeries,
  Area: AreaSeries,
  Baseline: BaselineSeries,
  Histogram: HistogramSeries,
};
const MOST_LETTERS = 40;
const GUIDE = { title: "", color: "#8884", lineStyle: LineStyle.Dotted, lineWidth: 1, axisLabelVisible: false } as const;

export class Plot {
  readonly #chart: IChartApi;
  readonly #over = new AbortController();
  readonly #drawn = new Map<string, { piece: Piece; series: Series }>();
  #model: Model | undefined;
  #times: number[] = [];
  #marks: Mark[] = [];
  #marking: ISeriesMarkersPluginApi<Time> | undefined;
  #live: { price: number; title: string } | undefined;
  #liveLine: IPriceLine | undefined;
  #isReaders = false;

  /** `label` writes the time under the crosshair. */
  constructor(
    readonly place: HTMLElement,
    label: (time: number) => string,
    isIntraday: boolean,
    told: Told,
  ) {
    this.#chart = createChart(place, options(label, isIntraday));
    const { signal } = this.#over;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#repaint(), { signal });
    // A range that the chart takes by itself is none that its reader chose.
    for (const done of ["pointerdown", "wheel", "keydown"]) {
      place.addEventListener(done, () => (this.#isReaders = true), { signal, passive: true, capture: true });
    }
    this.#chart.subscribeCrosshairMove(({ time }) => told.pointed(time as number | undefined));
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range && this.#isReaders) told.moved(range.from);
    });
    this.#repaint();
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
    const added = first === undefined ? 0 : this.#times.indexOf(first);
    if (added > 0) this.#see(before.from + added, before.to + added);
  }

  /** Goes on with the newest bar alone. */
  go(model: Model): void {
    const bar = model.bars.at(-1);
    const main = this.#main();
    if (!bar || !main) return;
    this.#model = model;
    const all = pieces({ ...model, bars: [bar], indicators: [], beside: [] }, palette());
    for (const { key, data } of all) {
      const series = key.startsWith("main") ? main : this.#drawn.get(key)?.series;
      const [point] = data;
      if (point && series) series.update(point as never);
    }
    if (bar.time > (this.#times.at(-1) ?? 0)) this.#times.push(bar.time);
  }

  mark(marks: Mark[]): void {
    this.#marks = marks;
    this.#drawMarks();
  }

  /** A price that is not part of the bars; `undefined` for none. */
  beside(live: { price: number; title: string } | undefined): void {
    this.#live = live;
    this.#drawLive();
  }

  /** Brings all of it in sight. */
  fit(): void {
    this.#isReaders = false;
    this.#see(-0.5, this.#times.length - 0.5);
  }

  /** Brings in sight what lies from one time to the end. */
  fitFrom(time: number): void {
    const from = this.#times.findIndex((at) => at >= time);
    this.#isReaders = false;
    this.#see(Math.max(from, 0) - 0.5, this.#times.length - 0.5);
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
    const [range, main] = [this.#range(), this.#main()];
    if (!range || !main) return;
    const at = this.#times.indexOf(time);
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
    this.#chart.timeScale().setVisibleLogicalRange({ from, to });
  }

  #main(): Series | undefined {
    return [...this.#drawn.values()].find(({ piece }) => piece.key.startsWith("main"))?.series;
  }

  #draw(): void {
    if (!this.#model) return;
    const wanted = pieces(this.#model, palette());
    const kept = new Set(wanted.map(({ key }) => key));
    for (const [key, { series }] of this.#drawn) {
      if (kept.has(key)) continue;
      if (key.startsWith("main")) this.#forgetMain();
      this.#chart.removeSeries(series);
      this.#drawn.delete(key);
    }
    for (const piece of wanted) this.#put(piece);
    const times = new Set(this.#model.bars.map(({ time }) => time));
    for (const { times: others } of this.#model.beside) for (const time of others) times.add(time);
    this.#times = [...times].sort((a, b) => a - b);
    this.#arrange();
    this.#drawMarks();
    this.#drawLive();
  }

  #put(piece: Piece): void {
    const known = this.#drawn.get(piece.key);
    const kind = KINDS[piece.kind as keyof typeof KINDS];
    const series = known?.series ?? (this.#chart.addSeries(kind, {}, piece.pane) as Series);
    series.applyOptions(piece.options as never);
    series.setData(piece.data as never[]);
    if (!known) for (const price of piece.guides ?? []) series.createPriceLine({ price, ...GUIDE });
    this.#drawn.set(piece.key, { piece, series });
  }

  /** The prices get most of the height, and the volume its foot. */
  #arrange(): void {
    const isLog = this.#model?.scale === "log";
    const mode = isLog ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal;
    const volume = this.#drawn.get("volume")?.series;
    volume?.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    const margins = { top: 0.08, bottom: volume ? 0.22 : 0.08 };
    this.#main()?.priceScale().applyOptions({ mode, scaleMargins: margins });
    for (const [i, pane] of this.#chart.panes().entries()) pane.setStretchFactor(i ? 1 : 3);
  }

  #forgetMain(): void {
    this.#marking?.detach();
    this.#marking = undefined;
    this.#liveLine = undefined;
  }

  #drawMarks(): void {
    const main = this.#main();
    if (!main) return;
    const colours = palette();
    const dividends = this.#marks.filter(({ kind }) => kind !== "split");
    const hasLetters = dividends.length <= MOST_LETTERS;
    const marks = this.#marks.map(({ time, kind }): SeriesMarker<Time> => {
      const isSplit = kind === "split";
      const text = isSplit ? "S" : hasLetters ? "D" : "";
      const shape = isSplit ? "square" : "circle";
      return { time: time as Time, position: "belowBar", shape, color: colours.muted, text, size: isSplit ? 1 : hasLetters ? 0.6 : 0.3 };
    });
    this.#marking ??= createSeriesMarkers(main, []);
    this.#marking.setMarkers(marks);
  }

  #drawLive(): void {
    const [main, model] = [this.#main(), this.#model];
    if (this.#liveLine) main?.removePriceLine(this.#liveLine);
    this.#liveLine = undefined;
    if (!main || !model || !this.#live) return;
    const { price, title } = this.#live;
    const color = palette().series[0] ?? "";
    this.#liveLine = main.createPriceLine({ price: model.map(price), title, color, lineStyle: LineStyle.Dashed, lineWidth: 1 });
  }

  #repaint(): void {
    const { surface, muted, faint, line, tag, fontFamily } = palette();
    const hair = { color: muted, labelBackgroundColor: tag };
    this.#chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: surface },
        textColor: muted,
        fontFamily,
        panes: { separatorColor: line, separatorHoverColor: faint },
      },
      grid: { vertLines: { color: faint }, horzLines: { color: faint } },
      crosshair: { vertLine: hair, horzLine: hair },
    });
    this.#draw();
  }
}

function options(label: (time: number) => string, timeVisible: boolean) {
  return {
    autoSize: true,
    layout: {
      // The library's own logo brings a style element, which the page's content
      // security policy forbids; the attribution stands below the page instead.
      attributionLogo: false,
      fontSize: 12,
    },
    localization: { timeFormatter: (time: Time) => label(time as number) },
    rightPriceScale: { borderVisible: false, entireTextOnly: true },
    timeScale: {
      borderVisible: false,
      timeVisible,
      secondsVisible: false,
      minBarSpacing: 0.05,
      // A narrower window must not push the newest prices out of sight.
      lockVisibleTimeRangeOnResize: true,
    },
    // A chart must not catch the gesture that scrolls the page.
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
    handleScale: { mouseWheel: false },
  };
}
