// The key to the lines of a chart, with their values at a bar.

import { type Besides, figureAt, sentence } from "./besides";
import type { Bar } from "./data";
import type { Entry } from "./legend";
import { NOTHING, type Writer } from "./locale";
import { type Model, seriesOf } from "./pieces";
import type { Choice } from "./state";
import { indicatorName } from "./words";

/** What the key is derived from. */
export interface Keyed {
  symbol: string;
  choice: Choice;
  model: Model;
  besides: Besides;
  writer: Writer;
  /** What the scale says, where it is not that of prices. */
  scale: string;
}

/** The lines of the key: the prices where they are drawn relative to a first one, what is compared, and indicators. */
export function entriesOf(keyed: Keyed, bar: Bar | undefined, time: number | undefined): Entry[] {
  const { symbol, choice, model, scale } = keyed;
  const value = bar ? model.axis(model.map(bar.close)) : NOTHING;
  const own = scale ? [{ id: "", name: symbol, colour: 0, about: scale, value }] : [];
  const others = choice.compare.map((asked) => besideEntry(asked, time, keyed));
  return [...own, ...others, ...choice.ind.map((name) => indicatorEntry(name, bar, keyed))];
}

/** The service may spell a symbol in another way than it was asked for. */
function besideEntry(asked: string, time: number | undefined, { model, besides }: Keyed): Entry {
  const isSame = (symbol: string) => symbol.toUpperCase() === asked.toUpperCase();
  const at = model.beside.findIndex(({ symbol }) => isSame(symbol));
  const line = model.beside[at];
  const entry = { id: asked, name: asked, colour: at + 1, value: "" };
  if (!line) return missing(entry, [...besides.faults].find(([symbol]) => isSame(symbol))?.[1]);
  const close = line.closes[line.times.indexOf(time ?? Number.NaN)];
  const about = [line.name, line.currency, `source: ${line.source}`].filter(Boolean).join(", ");
  return { ...entry, about, value: close === undefined ? NOTHING : model.axis(line.map(close)) };
}

function indicatorEntry(id: string, bar: Bar | undefined, { besides, writer, model }: Keyed): Entry {
  const place = besides.indicators.findIndex(({ name }) => name === id);
  const found = besides.indicators[place];
  const entry = { id, name: indicatorName(id), colour: seriesOf(model.beside.length, place), value: "" };
  if (!found) return missing(entry, besides.faults.get(id));
  const figures = found.columns.map((column) => writer.figure(bar && figureAt(besides, column, bar)));
  return { ...entry, about: sentence(found.formula), value: figures.join(" · ") };
}

function missing(entry: Omit<Entry, "about">, fault: string | undefined): Entry {
  return { ...entry, colour: 0, about: fault ?? "Loading…", isFault: fault !== undefined };
}
