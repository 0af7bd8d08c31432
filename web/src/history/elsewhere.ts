// The prices in other forms than a chart: as a table, as calls, as a picture.
// Loaded when the first of them is opened. It shares no module with the page, so
// that it is a file by itself; the page hands it what it writes.

import { type Addresses, callsOf, showCalls } from "./calls";
import type { Palette } from "./palette";
import { download, framed, type Named } from "./picture";
import type { Shown } from "./shown";
import { cellsOf, type Extra, fill, MOST_ROWS } from "./table";

/** Writes the figures into their table. */
export function fillTable({ parts, prices, events, writer }: Shown, title: string, extras: Extra[]): void {
  const { bars } = prices;
  fill(parts.one<HTMLTableElement>("[data-table]"), cellsOf(bars, extras, events, writer, title));
  const shown = Math.min(bars.length, MOST_ROWS);
  parts.put("[data-cut]", bars.length > shown ? `, the newest ${shown} of ${writer.quantity(bars.length)}` : "");
}

/** Lists the calls that give what is drawn. */
export function listCalls({ parts }: Shown, addresses: Addresses, copy: (text: string) => Promise<boolean>): void {
  showCalls(parts.one("[data-calls]"), callsOf(addresses), copy);
}

/** Has the browser save what is drawn as a picture. */
export function savePicture(shown: Shown, chart: HTMLCanvasElement, lines: Named[], colours: Palette): void {
  const { parts, prices, symbol } = shown;
  const last = prices.bars.at(-1);
  const scale = shown.scaleText();
  const to = last ? `, to ${shown.whenAt(last.time)}` : "";
  const simulated = prices.head?.simulated ? "simulated prices · " : "";
  const about = `${simulated}${parts.data("words")} · source: ${prices.head?.source}${to}${scale && ` · ${scale}`}`;
  const title = `${parts.data("name")} (${symbol})`;
  download(framed(chart, title, about, lines, colours), `${symbol} ${last?.date ?? ""}`);
}
