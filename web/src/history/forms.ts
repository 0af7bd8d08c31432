// The other forms of what is drawn: table, calls and picture. They are filled only while they are open.

import { copy } from "./copy";
import { isIntraday, withParams } from "./data";
import { extrasOf } from "./extras";
import { palette } from "./palette";
import type { Plot } from "./plot";
import type { Shown } from "./shown";

/** What fills them is loaded when the first is opened. */
const elsewhere = () => import("./elsewhere");

export class Forms {
  #isGone = false;

  constructor(private readonly shown: Shown) {
    const { parts } = shown;
    for (const sheet of ["#figures", "#call"]) parts.one(sheet).addEventListener("toggle", () => void this.fill());
  }

  /** Fills those that are open, and points the links to what is drawn. */
  async fill(): Promise<void> {
    const { parts, prices, interval } = this.shown;
    const { json, csv, aligned } = this.#addresses();
    for (const link of parts.all<HTMLAnchorElement>("[data-csv]")) link.href = csv;
    for (const link of parts.all<HTMLAnchorElement>("[data-json]")) link.href = withParams(json, { format: "json" });
    const isOpen = (sheet: string) => parts.one<HTMLDetailsElement>(sheet).open;
    if (!prices.head || !(isOpen("#figures") || isOpen("#call"))) return;
    const { fillTable, listCalls } = await elsewhere();
    if (this.#isGone) return;
    const title = isIntraday(interval) ? `Time (${prices.head.time_zone})` : "Date";
    if (isOpen("#figures")) fillTable(this.shown, title, extrasOf(prices.besides));
    const whole = (address: string) => location.origin + address;
    const addresses = { json: whole(json), csv: whole(csv), aligned: aligned && whole(aligned) };
    if (isOpen("#call")) listCalls(this.shown, addresses, copy);
  }

  /** Has the browser save what is drawn as a picture. */
  async savePicture(plot: Plot): Promise<void> {
    const { savePicture } = await elsewhere();
    if (this.#isGone) return;
    const last = this.shown.prices.bars.at(-1);
    const lines = this.shown.entries(last, last?.time).filter(({ isFault, value }) => !isFault && value);
    savePicture(this.shown, plot.picture(), lines, palette());
  }

  remove(): void {
    this.#isGone = true;
  }

  #addresses() {
    const { prices, choice } = this.shown;
    const json = withParams(prices.address, { indicators: choice.ind.join(",") });
    return { json, csv: withParams(json, { format: "csv" }), aligned: prices.alignedAddress() };
  }
}
