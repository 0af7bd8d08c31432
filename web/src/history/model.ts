// What is to be drawn, derived from the prices and the choice.

import { type Besides, figureAt } from "./besides";
import type { Bar } from "./data";
import type { Writer } from "./locale";
import type { Model } from "./pieces";
import { type Beside, mapping } from "./rebase";
import type { Choice } from "./state";

/** As prices, in per cent since a first one, or with it as 100. */
export type Kind = "price" | "percent" | "index";

/** The prices and what is shown with them. */
interface Held {
  bars: readonly Bar[];
  besides: Besides;
  placeOf(time: number | undefined): number | undefined;
}

/** Several instruments can only be compared relative to a first price. */
export function kindOf(choice: Choice, besides: Besides): Kind {
  if (choice.scale === "percent") return "percent";
  return besides.beside.length ? "index" : "price";
}

/** `base` is the time of the price that the others are relative to. */
export function modelOf(held: Held, choice: Choice, base: number | undefined, writer: Writer, decimals: number): Model {
  const { bars, besides } = held;
  const kind = kindOf(choice, besides);
  const first = bars[held.placeOf(base) ?? -1]?.close ?? 0;
  const axis = { price: writer.price, percent: writer.percent, index: writer.figure }[kind];
  return {
    bars,
    type: choice.type,
    scale: choice.scale,
    volume: choice.volume,
    map: mapping(kind, first),
    base: first,
    indicators: besides.indicators,
    figure: (column, bar) => figureAt(besides, column, bar),
    beside: besides.beside.map((other) => ({ ...other, map: mapOf(other, kind, base) })),
    axis,
    step: kind === "price" ? 10 ** -decimals : 0.01,
  };
}

/** An instrument without a price at the base is not drawn. */
function mapOf({ times, closes }: Beside, kind: Kind, base: number | undefined) {
  const first = closes[times.indexOf(base ?? Number.NaN)];
  return first === undefined ? () => Number.NaN : mapping(kind, first);
}
