// The figures behind the chart as a table: the newest rows, in the reader's
// own way of writing.

import type { Bar } from "./data";
import type { Writer } from "./locale";

export const MOST_ROWS = 250;

/** A column in addition to the bars' own. */
export interface Extra {
  title: string;
  at: (bar: Bar) => number | null;
}

/** The heads of the columns, and the cells of each row, newest first. Needs no page. */
export function cellsOf(bars: readonly Bar[], extras: Extra[], events: Map<number, string>, writer: Writer, whenTitle: string) {
  const has = (name: "open" | "volume") => bars.some((bar) => bar[name] !== null);
  const [hasRange, hasVolume, hasEvents] = [has("open"), has("volume"), events.size > 0];
  const heads = [
    whenTitle,
    ...(hasRange ? ["Open", "High", "Low"] : []),
    "Close",
    ...(hasVolume ? ["Volume"] : []),
    ...extras.map(({ title }) => title),
    ...(hasEvents ? ["Event"] : []),
  ];
  const price = (value: number | null) => (value === null ? "" : writer.price(value));
  const row = (bar: Bar) => [
    writer.when(bar.date, bar.openTime) + (bar.provisional ? " so far" : ""),
    ...(hasRange ? [price(bar.open), price(bar.high), price(bar.low)] : []),
    price(bar.close),
    ...(hasVolume ? [bar.volume === null ? "" : writer.quantity(bar.volume)] : []),
    ...extras.map(({ at }) => at(bar)).map((value) => (value === null ? "" : writer.figure(value))),
    ...(hasEvents ? [events.get(bar.time) ?? ""] : []),
  ];
  return { heads, rows: bars.slice(-MOST_ROWS).map(row).reverse() };
}

/** Writes cells into a table, its caption left as it is. */
export function fill(table: HTMLTableElement, { heads, rows }: { heads: string[]; rows: string[][] }): void {
  const head = document.createElement("tr");
  for (const title of heads) head.append(scoped("col", title));
  const body = rows.map(([first = "", ...cells]) => {
    const row = document.createElement("tr");
    row.append(scoped("row", first), ...cells.map((text) => cell("td", text)));
    return row;
  });
  table.tHead?.replaceChildren(head);
  table.tBodies[0]?.replaceChildren(...body);
}

function scoped(scope: string, text: string): HTMLElement {
  const head = cell("th", text);
  head.setAttribute("scope", scope);
  return head;
}

function cell(name: string, text: string): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
