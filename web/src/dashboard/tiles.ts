// The cards or rows that the service rendered. What changes about them is written
// here, as text, and only where the text differs.

import type { Quote } from "../api";
import { age } from "../locale/format";
import { baseOf, cardText, direction, isPending, mark } from "./card";
import { drawing, type Line, lineText } from "./sparkline";

const SVG = "http://www.w3.org/2000/svg";
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** One instrument as it is shown. */
export class Tile {
  readonly symbol: string;
  readonly slots = new Map<string, Element>();
  #price: number | null;

  constructor(readonly element: HTMLElement) {
    this.symbol = element.dataset["symbol"] ?? "";
    for (const slot of element.querySelectorAll<HTMLElement>("[data-slot]")) {
      this.slots.set(slot.dataset["slot"] ?? "", slot);
    }
    const shown = this.slots.get("price")?.getAttribute("value");
    this.#price = shown ? Number(shown) : null;
  }

  get name(): string {
    return this.slots.get("name")?.textContent ?? this.symbol;
  }

  /** Shows a quote; `isLive` is false while the service cannot be reached. */
  show(quote: Quote, isLive: boolean, error: string | undefined): void {
    const isOutdated = !isLive && quote.freshness === "fresh";
    for (const [name, text] of Object.entries(cardText(quote))) this.#say(name, text);
    if (isOutdated) this.#say("badge", "last known");
    if (error && quote.price === null && !this.element.querySelector(".near")) this.#say("note", error);
    set(this.element, "data-direction", direction(quote));
    set(this.element, "data-freshness", isOutdated ? "stale" : quote.freshness);
    set(this.element, "data-state", isPending(quote) ? "loading" : null);
    set(this.slots.get("price"), "value", quote.price === null ? null : String(quote.price));
    set(this.slots.get("age"), "datetime", quote.as_of);
    this.#showMark(mark(quote));
    this.#hint(quote.price);
  }

  /** Says how old the price is. */
  tick(quote: Quote | undefined, ageOf: (asOf: string) => number): void {
    if (!quote) return;
    const nothing = quote.price === null ? "–" : "unknown";
    this.#say("age", quote.as_of ? age(Math.max(0, ageOf(quote.as_of))) : nothing);
  }

  /** Draws the day's line; `undefined` where it has not been asked for yet. */
  draw(line: Line | undefined, quote: Quote | undefined): void {
    const place = this.element.querySelector(".spark");
    if (!place || !line) return;
    const base = quote ? baseOf(quote) : null;
    const drawn = drawing(line, base);
    path(place, "base", drawn && drawn.base !== null ? `M0 ${drawn.base}H100` : null);
    path(place, "line", drawn ? drawn.path : null);
    set(place, "data-trend", drawn ? drawn.trend : null);
    const words = this.element.querySelector("[data-spark]");
    if (words) say(words, lineText(line, base, quote?.price_decimals ?? 2));
  }

  #say(name: string, text: string): void {
    const slot = this.slots.get(name);
    if (slot) say(slot, text);
  }

  #showMark(place: string | null): void {
    const slot = this.slots.get("mark");
    if (place) set(slot, "cx", place);
    set(slot, "r", place ? "5" : null);
  }

  /** Lets the price light up for a moment where it has moved. */
  #hint(price: number | null): void {
    const before = this.#price;
    this.#price = price;
    if (before === null || price === null || before === price || still.matches) return;
    const ground = price > before ? "var(--up-ground)" : "var(--down-ground)";
    this.slots.get("price")?.animate({ backgroundColor: [ground, "transparent"] }, 900);
  }
}

export function say(place: Element, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}

function set(place: Element | undefined, name: string, value: string | null): void {
  if (!place || place.getAttribute(name) === value) return;
  if (value === null) place.removeAttribute(name);
  else place.setAttribute(name, value);
}

function path(place: Element, name: string, course: string | null): void {
  let element = place.querySelector(`.${name}`);
  if (course === null) return element?.remove();
  if (!element) {
    element = document.createElementNS(SVG, "path");
    element.setAttribute("class", name);
    place.append(element);
  }
  set(element, "d", course);
}
