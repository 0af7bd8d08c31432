// The texts around the chart.

import { moment } from "../locale/format";
import { factsOf } from "./facts";
import { timeOfDay, writer } from "./locale";
import type { Plot } from "./plot";
import type { Shown } from "./shown";
import { chartText } from "./words";

export class Captions {
  readonly #days = writer(0, "1d", "UTC");

  constructor(private readonly shown: Shown) {}

  /** In place of a chart. */
  note(text: string): void {
    this.shown.parts.put("[data-chart-note]", text);
  }

  /** Figures and words about the stretch that was asked for. */
  describe(): void {
    const { parts, choice, type, asked, writer, prices, previous } = this.shown;
    const subject = `${parts.data("name")}, ${parts.data("words")}`;
    parts.put("#chart-text", chartText(subject, { ...choice, type }, asked, prices.head?.currency ?? "", writer, previous));
    const facts = factsOf(asked, writer, previous);
    if (!facts) return;
    for (const [slot, text] of Object.entries(facts.slots)) parts.put(`[data-slot="${slot}"]`, text);
    parts.one(".change").dataset["direction"] = facts.direction;
    this.title();
  }

  /** The tab says the price first, with what speaks against it. */
  title(): void {
    const { parts, asked, writer, prices } = this.shown;
    const last = asked.at(-1);
    if (!last) return;
    const price = `${writer.price(last.close)} ${prices.head?.currency ?? ""}`.trimEnd();
    const badge = document.querySelector(".subject .badge")?.textContent ?? "";
    const doubt = badge === "stale" || badge === "last known" ? ` (${badge})` : "";
    document.title = `${price}${doubt} · ${parts.data("name")}, ${parts.data("span")} · MarketPulse`;
  }

  /** The bars' source, and when they were received. Newer bars may be from another source than the page's first ones. */
  origin(): void {
    const { parts, prices } = this.shown;
    const received = parts.one<HTMLTimeElement>("[data-slot=received]");
    if (!prices.head || Date.parse(received.dateTime) === Date.parse(prices.head.received_at)) return;
    parts.put("[data-slot=source]", prices.head.source);
    for (const compared of parts.all("[data-slot=second]")) compared.textContent = prices.head.second_source?.detail ?? "";
    received.dateTime = prices.head.received_at;
    received.textContent = moment(new Date(prices.head.received_at), new Date());
  }

  /** A price that is newer than the bars and no part of them. */
  apart(plot: Plot | undefined): void {
    const { apart, head } = this.shown.prices;
    const { parts, writer } = this.shown;
    const price = apart?.price ?? undefined;
    plot?.beside(price === undefined ? undefined : { price, title: apart?.source ?? "" });
    const at = apart?.as_of ? timeOfDay(new Date(apart.as_of)) : "";
    const text = `Newest price ${writer.price(price)} ${apart?.currency ?? ""} from ${apart?.source}, at ${at}`;
    const isOther = apart?.source !== head?.source;
    const why = isOther ? `; these bars are from ${head?.source}, and the two are not mixed.` : ", later than these bars.";
    parts.put("[data-slot=beside]", price === undefined ? "" : text + why);
  }

  /** Offers to choose the days in sight; nothing where `undefined`. */
  range(days: [string, string] | undefined): void {
    const button = this.shown.parts.one("[data-save-range]");
    button.hidden = !days;
    const day = (date: string) => this.#days.when(date, "");
    if (days) button.textContent = `Keep ${day(days[0])} to ${day(days[1])}`;
  }

  /** Whether there is more before the first bar. */
  edge(): void {
    this.shown.parts.put("[data-edge]", this.shown.prices.edge.said);
  }
}
