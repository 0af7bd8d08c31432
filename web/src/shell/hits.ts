// What a search has found, as a list of options below the field that was typed into.

import type { SearchHit, SearchResponse } from "../api";
import type { Finder, View } from "./finder";
import { readJson } from "../service/polling";

/** Where a search shows what it found. */
export interface Places {
  field: HTMLInputElement;
  list: HTMLElement;
  said: HTMLElement;
}

/** Looks instruments up at the service. */
export function search(text: string): Promise<SearchResponse> {
  return readJson<SearchResponse>(`/marketpulse/v1/search?${new URLSearchParams({ q: text })}`);
}

/** Shows what a search has found, and which hit is marked. `option` makes the element of a hit. */
export function hitsAt({ field, list, said }: Places, option: (hit: SearchHit, number: number) => HTMLElement) {
  let shown: SearchHit[] = [];
  return ({ hits, active, said: sentence }: View): void => {
    if (hits !== shown) list.replaceChildren(...hits.map(option));
    shown = hits;
    for (const [number, hit] of [...list.children].entries()) hit.ariaSelected = String(number === active);
    const chosen = list.children[active];
    chosen?.scrollIntoView({ block: "nearest" });
    field.ariaExpanded = String(hits.length > 0);
    field.setAttribute("aria-activedescendant", chosen?.id ?? "");
    said.textContent = sentence;
  };
}

/** Makes an element the option of a hit. Its texts are a source's, so they are never taken for markup. */
export function describe<Option extends HTMLElement>(option: Option, hit: SearchHit, id: string): Option {
  option.className = "hit";
  option.id = id;
  option.role = "option";
  const where = [hit.kind, hit.exchange, hit.currency].filter(Boolean).join(" · ");
  option.append(part("b", hit.symbol), part("span", hit.name), part("span", where));
  return option;
}

function part(name: string, text: string): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

/** Has the arrow keys move the mark from hit to hit. */
export function moveByArrows(field: HTMLInputElement, finder: Finder): void {
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] as 1 | -1 | undefined;
    if (!step) return;
    event.preventDefault();
    finder.move(step);
  });
}
