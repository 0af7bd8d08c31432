// What stands above the chart: the values of one bar, and a key to its lines.

import type { Bar } from "./data";
import { changeText } from "./facts";
import { NOTHING, type Writer } from "./locale";
import { when } from "./when";

/** A line of the key. */
export interface Entry {
  /** What it is removed by; empty where it cannot be removed. */
  id: string;
  name: string;
  /** Which of the page's colours it has. */
  colour: number;
  value: string;
  /** How it is computed, or why it is not there. */
  about: string;
  isFault?: boolean;
}

/** Shows the values of a bar, and its change since the one before. */
export class Values {
  readonly #slots = new Map<string, HTMLElement>();

  constructor(
    figure: HTMLElement,
    private readonly writer: Writer,
  ) {
    for (const slot of figure.querySelectorAll<HTMLElement>("[data-value]")) {
      this.#slots.set(slot.dataset["value"] ?? "", slot);
    }
  }

  show(bar: Bar, before: Bar | undefined, event: string): void {
    const { writer } = this;
    this.#say("when", when(bar, writer) + (bar.provisional ? ", so far" : ""));
    for (const name of ["open", "high", "low", "close"] as const) this.#say(name, writer.price(bar[name]));
    this.#say("volume", writer.short(bar.volume));
    this.#say("event", event);
    this.#showChange(bar, before);
  }

  #showChange(bar: Bar, before: Bar | undefined): void {
    const change = before ? bar.close - before.close : 0;
    const direction = change > 0 ? "up" : change < 0 ? "down" : "level";
    this.#say("change", before ? changeText(before.close, bar.close, this.writer) : NOTHING);
    this.#slots.get("change")?.parentElement?.setAttribute("data-direction", direction);
  }

  #say(name: string, text: string): void {
    const slot = this.#slots.get(name);
    if (slot && slot.textContent !== text) slot.textContent = text;
  }
}

/** The key to the lines, each with its value, its formula and a way to take it out. */
export class Key {
  #shown = "";
  #values: HTMLElement[] = [];

  constructor(
    private readonly list: HTMLElement,
    private readonly remove: (id: string) => void,
  ) {}

  show(entries: Entry[]): void {
    const shown = JSON.stringify(entries.map(({ value: _, ...rest }) => rest));
    if (shown !== this.#shown) this.#build(entries);
    this.#shown = shown;
    for (const [i, { value }] of entries.entries()) {
      const slot = this.#values[i];
      if (slot && slot.textContent !== value) slot.textContent = value;
    }
  }

  #build(entries: Entry[]): void {
    this.list.replaceChildren(...entries.map((entry) => this.#item(entry)));
    this.#values = [...this.list.querySelectorAll<HTMLElement>(".value")];
  }

  #item({ id, name, colour, about, isFault }: Entry): HTMLElement {
    const item = document.createElement("li");
    item.className = isFault ? "fault" : "";
    item.dataset["series"] = String(colour);
    const parts = [part("span", "swatch", ""), part("span", "named", name), part("span", "value", "")];
    item.append(...parts, part("span", "formula", about));
    if (id) item.append(this.#remover(id, name));
    return item;
  }

  #remover(id: string, name: string): HTMLElement {
    const button = part("button", "quiet remove", "×") as HTMLButtonElement;
    button.type = "button";
    button.ariaLabel = `Take ${name} out`;
    button.addEventListener("click", () => this.remove(id));
    return button;
  }
}

/** An element with a text, which is never taken for markup. */
export function part(name: string, kind: string, text: string): HTMLElement {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  element.textContent = text;
  return element;
}
