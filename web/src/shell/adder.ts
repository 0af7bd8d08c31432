// The field that adds an instrument: looks it up while it is typed.

import type { SearchHit, SearchResponse } from "../api";
import { Finder, type View } from "./finder";
import { readJson } from "../service/polling";

/** Lets the field `#add` of a form look instruments up. `add` is called with the one that is chosen. */
export function adder(form: HTMLFormElement, add: (symbol: string) => void): HTMLInputElement | null {
  const field = form.querySelector<HTMLInputElement>("#add");
  const list = form.querySelector<HTMLElement>("#add-hits");
  const said = form.querySelector<HTMLElement>("#add-said");
  if (!field || !list || !said) return null;
  let shown: SearchHit[] = [];

  const show = ({ hits, active, said: sentence }: View) => {
    if (hits !== shown) list.replaceChildren(...hits.map((hit, number) => option(hit, number, take)));
    shown = hits;
    for (const [number, hit] of [...list.children].entries()) hit.ariaSelected = String(number === active);
    const chosen = list.children[active];
    chosen?.scrollIntoView({ block: "nearest" });
    field.ariaExpanded = String(hits.length > 0);
    field.setAttribute("aria-activedescendant", chosen?.id ?? "");
    said.textContent = sentence;
  };
  const ask = (text: string) => readJson<SearchResponse>(`/marketpulse/v1/search?${new URLSearchParams({ q: text })}`);
  const finder = new Finder(ask, show, "adds");
  const clear = () => {
    field.value = "";
    finder.type("");
  };
  const take = (symbol: string) => {
    clear();
    field.focus();
    add(symbol);
  };

  field.addEventListener("input", () => finder.type(field.value));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] as 1 | -1 | undefined;
    if (!step) return;
    event.preventDefault();
    finder.move(step);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = field.value.trim();
    if (!typed) return field.focus();
    const hit = await finder.choose();
    if (field.value.trim() === typed) take(hit?.symbol ?? typed);
  });
  return field;
}

/** A hit. Its texts are a source's, so they are never taken for markup. */
function option(hit: SearchHit, number: number, take: (symbol: string) => void): HTMLElement {
  const element = document.createElement("div");
  element.className = "hit";
  element.id = `add-${number}`;
  element.role = "option";
  const where = [hit.kind, hit.exchange, hit.currency].filter(Boolean).join(" · ");
  element.append(part("b", hit.symbol), part("span", hit.name), part("span", where));
  // Before the field loses the focus, and with it the list.
  element.addEventListener("mousedown", (event) => event.preventDefault());
  element.addEventListener("click", () => take(hit.symbol));
  return element;
}

function part(name: string, text: string): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
