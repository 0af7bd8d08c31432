// The series on a chart, in their panes: each stays as long as its piece does.

import {
  AreaSeries,
  BarSeries,
  BaselineSeries,
  CandlestickSeries,
  createTextWatermark,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type ITextWatermarkPluginApi,
  LineSeries,
  LineStyle,
  PriceScaleMode,
  type SeriesType,
  type Time,
} from "lightweight-charts";
import type { Palette } from "./palette";
import type { Piece } from "./pieces";

export type Series = ISeriesApi<SeriesType>;

interface Drawn {
  piece: Piece;
  series: Series;
  caption: ITextWatermarkPluginApi<Time> | undefined;
  /** Whether the series got newer points since its piece was shown. */
  isAhead: boolean;
}

const KINDS = {
  Candlestick: CandlestickSeries,
  Bar: BarSeries,
  Line: LineSeries,
  Area: AreaSeries,
  Baseline: BaselineSeries,
  Histogram: HistogramSeries,
};
/** How much of the height a pane has beside others. */
const SHARE = { prices: 12, volume: 3, other: 5 };
/** The room above and below, as parts of a pane's height. */
const MARGINS = {
  prices: { top: 0.08, bottom: 0.08 },
  volume: { top: 0.24, bottom: 0 },
  other: { top: 0.18, bottom: 0.1 },
};
const GUIDE = { title: "", lineStyle: LineStyle.Dotted, lineWidth: 1, axisLabelVisible: false } as const;

export class Panes {
  readonly #drawn = new Map<string, Drawn>();

  constructor(private readonly chart: IChartApi) {
    // While one kind of drawing replaces another, their pane is empty for a moment.
    chart.panes()[0]?.setPreserveEmptyPane(true);
  }

  /** What the prices are drawn as. */
  get main(): Series | undefined {
    return [...this.#drawn.values()].find(({ piece }) => piece.key.startsWith("main"))?.series;
  }

  /** Draws only the newest points. Returns whether there was a series for each. */
  go(newest: Piece[]): boolean {
    for (const { key, data } of newest) {
      const [point] = data;
      const drawn = this.#drawn.get(key);
      if (!drawn) return false;
      if (!point) continue;
      drawn.series.update(point as never);
      drawn.isAhead = true;
    }
    return true;
  }

  show(pieces: Piece[], isLog: boolean, colours: Palette): void {
    const keys = new Set(pieces.map(({ key }) => key));
    for (const [key, { series }] of this.#drawn) {
      if (keys.has(key)) continue;
      this.chart.removeSeries(series);
      this.#drawn.delete(key);
    }
    for (const piece of pieces) this.#put(piece, colours);
    this.#arrange(isLog);
  }

  #put(piece: Piece, colours: Palette): void {
    const known = this.#drawn.get(piece.key);
    const series = known?.series ?? this.#added(piece, colours);
    if (known) series.applyOptions(piece.options);
    // For each series that gets data the library sorts all of them again, so the same data is not set twice.
    if (!known || known.isAhead || !isSame(known.piece.data, piece.data)) series.setData(piece.data as never[]);
    const caption = known?.caption ?? (piece.name ? createTextWatermark(series.getPane(), {}) : undefined);
    caption?.applyOptions(captioned(piece.name ?? "", colours));
    if (piece.guides) for (const line of series.priceLines()) line.applyOptions({ color: colours.edge });
    this.#drawn.set(piece.key, { piece, series, caption, isAhead: false });
  }

  #added({ kind, options, pane, guides = [] }: Piece, { edge: color }: Palette): Series {
    const series = this.chart.addSeries(KINDS[kind as keyof typeof KINDS], options, pane) as Series;
    for (const price of guides) series.createPriceLine({ price, color, ...GUIDE });
    return series;
  }

  /** Options go to every pane; one that is added later gets those of the panes before it. */
  #arrange(isLog: boolean): void {
    const volume = this.#drawn.get("volume")?.piece.pane;
    for (const [i, pane] of this.chart.panes().entries()) {
      const kind = i === 0 ? "prices" : i === volume ? "volume" : "other";
      const mode = isLog && i === 0 ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal;
      pane.priceScale("right").applyOptions({ mode, scaleMargins: MARGINS[kind] });
      pane.setStretchFactor(SHARE[kind]);
    }
  }
}

/** At the left and behind the lines, where it covers none of the newest. */
function captioned(text: string, { muted: color, fontFamily, fontSize }: Palette) {
  const above = { text: " ", fontSize: fontSize / 3 };
  return { horzAlign: "left" as const, vertAlign: "top" as const, lines: [above, { text, color, fontFamily, fontSize }] };
}

type Points = Piece["data"];

function isSame(before: Points, after: Points): boolean {
  if (before.length !== after.length) return false;
  return before.every((point, i) => Object.entries(point).every(([name, value]) => value === after[i]?.[name]));
}
