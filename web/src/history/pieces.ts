// What is drawn, as series of the chart library. Needs no chart.

import type { Indicator } from "../api";
import type { AutoscaleInfo, SeriesType } from "lightweight-charts";
import type { Bar } from "./data";
import type { Palette } from "./palette";
import type { Beside, Map1 } from "./rebase";
import type { Scale, Type } from "./state";
import { indicatorName, standsApart } from "./words";

/** All that a chart shows. */
export interface Model {
  bars: readonly Bar[];
  type: Type;
  scale: Scale;
  volume: boolean;
  map: Map1;
  /** The close that a baseline divides at. */
  base: number;
  indicators: Indicator[];
  /** An indicator's figure at a bar. */
  figure: (column: string, bar: Bar) => number | null;
  beside: (Beside & { map: Map1 })[];
  /** Writes what the price axis shows. */
  axis: (value: number) => string;
  /** The least step of prices. */
  step: number;
}

/** A series: as long as key and pane are the same, only its data change. */
export interface Piece {
  key: string;
  pane: number;
  kind: SeriesType;
  options: Record<string, unknown>;
  data: Record<string, unknown>[];
  /** Levels that a line is read against; they are in sight with it. */
  guides?: number[];
  /** The name of the pane, written into it. */
  name?: string;
}

const QUIET = { priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false };

/** The series of a model, that of the prices first. Compared lines are named on the chart where there is room. */
export function pieces(model: Model, colours: Palette, isNamed = true): Piece[] {
  const shown = { ...model, axis: floored(model) };
  const volume = volumes(shown, colours);
  return [main(shown, colours), ...volume, ...lines(shown, colours, volume.length), ...besides(shown, colours, isNamed)];
}

/** The newest points of those series that a new bar changes. */
export function newest(model: Model, colours: Palette): Piece[] {
  const last = { ...model, bars: model.bars.slice(-1) };
  return [main(last, colours, drawnType(model)), ...volumes(last, colours)];
}

/** The axis has no labels below zero where no price is, though there is room for them. */
function floored({ bars, beside, map, axis, step }: Model): Model["axis"] {
  const isAbove = bars.every(({ low, close }) => (low ?? close) > 0 && close > 0);
  if (!isAbove || !beside.every(({ closes }) => closes.every((close) => close > 0))) return axis;
  const least = map(0) - step / 2;
  return (value) => (value < least ? "" : axis(value));
}

/** How the prices are drawn: as lines in a comparison, and where only closes are known. */
export function drawnType({ bars, type, beside }: Pick<Model, "bars" | "type" | "beside">): Type {
  if (beside.length) return "line";
  const needsRange = type === "candles" || type === "bars";
  return needsRange && !bars.some(({ open }) => open !== null) ? "line" : type;
}

function main(model: Model, colours: Palette, type = drawnType(model)): Piece {
  const { bars, map, axis, step } = model;
  const priceFormat = { type: "custom", formatter: axis, minMove: step };
  const base = { key: `main ${type}`, pane: 0 };
  const own = colours.series[0];
  const closes = bars.map(({ time, close }) => ({ time, value: map(close) }));
  const { up, down, upVeil, downVeil, upClear, downClear } = colours;
  switch (type) {
    case "candles":
    case "bars": {
      const sides = { upColor: up, downColor: down };
      const wicks = { borderVisible: false, wickUpColor: up, wickDownColor: down };
      const options = type === "candles" ? { ...sides, ...wicks } : { ...sides, thinBars: false };
      const kind = type === "candles" ? "Candlestick" : "Bar";
      return { ...base, kind, options: { ...options, priceFormat }, data: bars.map((bar) => ranged(bar, map)) };
    }
    case "line":
      return { ...base, kind: "Line", options: { color: own, lineWidth: 2, priceFormat }, data: closes };
    case "area": {
      const fill = { topColor: colours.accentVeil, bottomColor: colours.accentClear, relativeGradient: true };
      return { ...base, kind: "Area", options: { lineColor: own, lineWidth: 2, ...fill, priceFormat }, data: closes };
    }
    case "baseline": {
      const above = { topLineColor: up, topFillColor1: upVeil, topFillColor2: upClear };
      const below = { bottomLineColor: down, bottomFillColor1: downClear, bottomFillColor2: downVeil };
      const baseValue = { type: "price", price: map(model.base) };
      const options = { baseValue, lineWidth: 2, relativeGradient: true, priceFormat };
      return { ...base, kind: "Baseline", options: { ...options, ...above, ...below }, data: closes };
    }
  }
}

/** A bar whose open was not seen is drawn as its close. */
function ranged({ time, open, high, low, close }: Bar, map: Map1): Record<string, unknown> {
  const from = open ?? close;
  return {
    time,
    open: map(from),
    high: map(Math.max(high ?? from, from, close)),
    low: map(Math.min(low ?? from, from, close)),
    close: map(close),
  };
}

/** Volume, in a pane of its own below the prices because it has another scale. */
function volumes({ bars, volume: isShown, beside }: Model, { upVeil, downVeil }: Palette): Piece[] {
  const known = isShown && !beside.length ? bars.filter(({ volume }) => volume !== null) : [];
  if (!known.length) return [];
  const data = known.map(({ time, volume, open, close }) => ({
    time,
    value: volume,
    color: open === null || close >= open ? upVeil : downVeil,
  }));
  const options = { ...QUIET, priceFormat: { type: "volume" } };
  return [{ key: "volume", pane: 1, kind: "Histogram", options, data, name: "Volume" }];
}

function besides({ beside, axis, step }: Model, colours: Palette, isNamed: boolean): Piece[] {
  return beside.map(({ symbol, times, closes, map }, i) => ({
    key: `beside ${symbol}`,
    pane: 0,
    kind: "Line",
    options: {
      color: colours.series[i + 1],
      lineWidth: 2,
      // Lines differ by more than colour.
      lineStyle: [2, 1, 3, 4, 0][i],
      priceLineVisible: false,
      title: isNamed ? symbol : "",
      priceFormat: { type: "custom", formatter: axis, minMove: step },
    },
    data: times
      .map((time, at) => ({ time, value: map(closes[at] ?? Number.NaN) }))
      .filter(({ value }) => Number.isFinite(value)),
  }));
}

/** The lines of all indicators; those that are no prices get panes of their own. */
function lines(model: Model, colours: Palette, above: number): Piece[] {
  let panes = above;
  return model.indicators.flatMap((indicator, i) => {
    const pane = standsApart(indicator.name) ? (panes += 1) : 0;
    return linesOf(indicator, pane, model, colours, colours.series[seriesOf(model.beside.length, i)] ?? colours.muted);
  });
}

/** With candles, the colours that differ most from theirs come first. */
const AMONG_CANDLES = [3, 5, 4, 7, 6, 1, 2];

/** The colour of an indicator's line; colours repeat where there are more lines. */
export function seriesOf(beside: number, place: number): number {
  return beside ? 1 + ((beside + place) % 7) : (AMONG_CANDLES[place % 7] ?? 0);
}

function linesOf(indicator: Indicator, pane: number, model: Model, colours: Palette, own: string): Piece[] {
  const { bars, figure, map, step } = model;
  return indicator.columns.map((column, i) => {
    const shown = (value: number) => (pane ? value : map(value));
    const points = bars.flatMap((bar) => {
      const value = figure(column, bar);
      return value === null ? [] : [{ time: bar.time, value: shown(value) }];
    });
    const piece = { key: `${column} ${pane}`, pane };
    if (column.endsWith("_histogram")) {
      const data = points.map((point) => ({ ...point, color: point.value >= 0 ? colours.upVeil : colours.downVeil }));
      return { ...piece, kind: "Histogram", options: { ...QUIET, priceFormat: small(step) }, data };
    }
    const isMiddle = indicator.columns.length > 1 && i === 1;
    const style = { color: own, lineWidth: pane ? 2 : 1.5, lineStyle: isMiddle ? 2 : 0 };
    if (!pane) return { ...piece, kind: "Line", options: { ...QUIET, ...style }, data: points };
    const guides = i ? [] : guidesOf(indicator.name);
    const options = { ...QUIET, ...style, priceFormat: small(step), lastValueVisible: !i, autoscaleInfoProvider: holding(guides) };
    return { ...piece, kind: "Line", options, data: points, guides, ...(i ? {} : { name: indicatorName(indicator.name) }) };
  });
}

/** The levels that are read as strong and weak; for indicators of both signs, zero. */
function guidesOf(name: string): number[] {
  return name.startsWith("rsi") ? [30, 70] : [0];
}

/** Makes a scale include some levels, whatever values are in sight. */
function holding(levels: number[]) {
  return (own: () => AutoscaleInfo | null): AutoscaleInfo | null => {
    const info = own();
    const range = info?.priceRange;
    if (!range) return info;
    const priceRange = { minValue: Math.min(range.minValue, ...levels), maxValue: Math.max(range.maxValue, ...levels) };
    return { ...info, priceRange };
  };
}

function small(step: number) {
  return { type: "price", precision: Math.max(2, Math.round(-Math.log10(step))), minMove: Math.min(0.01, step) };
}
