// What is drawn, as series of the chart library: pure of any chart.

import type { SeriesType } from "lightweight-charts";
import type { Bar, Indicator } from "./data";
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
  /** Levels that a line is read against. */
  guides?: number[];
}

const QUIET = { priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false };

/** What a model is drawn with; the prices' own series comes first. */
export function pieces(model: Model, colours: Palette): Piece[] {
  const isCompared = model.beside.length > 0;
  const volume = model.volume && !isCompared ? [volumePiece(model, colours)] : [];
  return [main(model, colours), ...volume.flat(), ...lines(model, colours), ...besides(model, colours)];
}

/** What the prices are drawn as: lines where others are beside, and where nothing but closes is known. */
export function drawnType({ bars, type, beside }: Pick<Model, "bars" | "type" | "beside">): Type {
  if (beside.length) return "line";
  const needsRange = type === "candles" || type === "bars";
  return needsRange && !bars.some(({ open }) => open !== null) ? "line" : type;
}

function main(model: Model, colours: Palette): Piece {
  const { bars, map, axis, step } = model;
  const type = drawnType(model);
  const priceFormat = { type: "custom", formatter: axis, minMove: step };
  const base = { key: `main ${type}`, pane: 0 };
  const own = colours.series[0];
  const closes = bars.map(({ time, close }) => ({ time, value: map(close) }));
  const { up, down, upVeil, downVeil } = colours;
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
      const fill = { topColor: colours.accentVeil, bottomColor: colours.accentClear };
      return { ...base, kind: "Area", options: { lineColor: own, lineWidth: 2, ...fill, priceFormat }, data: closes };
    }
    case "baseline": {
      const above = { topLineColor: up, topFillColor1: upVeil, topFillColor2: colours.accentClear };
      const below = { bottomLineColor: down, bottomFillColor1: colours.accentClear, bottomFillColor2: downVeil };
      const baseValue = { type: "price", price: map(model.base) };
      return { ...base, kind: "Baseline", options: { baseValue, lineWidth: 2, ...above, ...below, priceFormat }, data: closes };
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

function volumePiece({ bars }: Model, { upVeil, downVeil }: Palette): Piece[] {
  const known = bars.filter(({ volume }) => volume !== null);
  if (!known.length) return [];
  const data = known.map(({ time, volume, open, close }) => ({
    time,
    value: volume,
    color: open === null || close >= open ? upVeil : downVeil,
  }));
  const options = { ...QUIET, priceScaleId: "volume", priceFormat: { type: "volume" } };
  return [{ key: "volume", pane: 0, kind: "Histogram", options, data }];
}

function besides({ beside, axis, step }: Model, colours: Palette): Piece[] {
  return beside.map(({ symbol, times, closes, map }, i) => ({
    key: `beside ${symbol}`,
    pane: 0,
    kind: "Line",
    options: {
      color: colours.series[i + 1],
      lineWidth: 2,
      // Lines are told apart without colour, too.
      lineStyle: [2, 1, 3, 4, 0][i],
      priceLineVisible: false,
      title: symbol,
      priceFormat: { type: "custom", formatter: axis, minMove: step },
    },
    data: times
      .map((time, at) => ({ time, value: map(closes[at] ?? Number.NaN) }))
      .filter(({ value }) => Number.isFinite(value)),
  }));
}

/** The lines of all indicators; those that are no prices get panes of their own. */
function lines(model: Model, colours: Palette): Piece[] {
  const first = model.beside.length + 1;
  let panes = 0;
  return model.indicators.flatMap((indicator, i) => {
    const pane = standsApart(indicator.name) ? (panes += 1) : 0;
    return linesOf(indicator, pane, model, colours, colours.series[seriesOf(first + i)] ?? colours.muted);
  });
}

/** Which colour a line has; where there are more lines than colours, they come again. */
export function seriesOf(place: number): number {
  return place === 0 ? 0 : 1 + ((place - 1) % 7);
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
    const title = pane && i === 0 ? { title: indicatorName(indicator.name), lastValueVisible: true } : {};
    const format = pane ? { priceFormat: small(step) } : {};
    const style = { color: own, lineWidth: pane ? 2 : 1.5, lineStyle: isMiddle ? 2 : 0 };
    const guides = indicator.name.startsWith("rsi") ? [30, 70] : [];
    return { ...piece, kind: "Line", options: { ...QUIET, ...style, ...title, ...format }, data: points, guides };
  });
}

function small(step: number) {
  return { type: "price", precision: Math.max(2, Math.round(-Math.log10(step))), minMove: Math.min(0.01, step) };
}
