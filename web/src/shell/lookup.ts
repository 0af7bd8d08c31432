// A field that looks an instrument up while its name is typed.

import type { SearchHit } from "../api";
import { Finder } from "./finder";
import { describe, hitsAt, moveByArrows, search } from "./hits";

/** Lets the field `#add` of a form look instruments up. `add` is called with the one that is chosen. */
export function adder(form: HTMLFormElement, add: (symbol: string) => void): HTMLInputElement | null {
  const take = (symbol: string, field: HTMLInputElement) => {
    field.value = "";
    // Once more would have a phone scroll back to the field, away from what was added.
    if (document.activeElement !== field) field.focus();
    add(symbol);
  };
  return lookup(form, "add", { enter: "adds", at: () => "", take });
}

/** Lets the field `#symbol` of a form look instruments up. `show` is called once it holds the one to show; `at` is on show. */
export function picker(form: HTMLFormElement, at: () => string, show: () => void): void {
  const take = (symbol: string, field: HTMLInputElement) => {
    field.value = symbol;
    show();
  };
  // Symbols are suggested to who has no search.
  lookup(form, "symbol", { enter: "shows", at, take })?.removeAttribute("list");
}

interface Use {
  /** What Enter does with a symbol, for what is said below the field. */
  enter: "adds" | "shows";
  /** What the field holds before anything is typed. */
  at: () => string;
  /** Takes the symbol that was chosen. */
  take: (symbol: string, field: HTMLInputElement) => void;
}

function lookup(form: HTMLFormElement, name: string, { enter, at, take: taken }: Use): HTMLInputElement | null {
  const field = form.querySelector<HTMLInputElement>(`#${name}`);
  const list = form.querySelector<HTMLElement>(`#${name}-hits`);
  const said = form.querySelector<HTMLElement>(`#${name}-said`);
  if (!field || !list || !said) return null;
  const show = hitsAt({ field, list, said }, (hit, number) => option(hit, `${name}-${number}`, take));
  const finder = new Finder(search, show, enter);
  const take = (symbol: string) => {
    finder.type("");
    taken(symbol, field);
  };
  const leave = () => {
    finder.type("");
    field.value = at();
  };

  // Wherever the list is pressed, the field would lose the focus, and with it the list.
  list.parentElement?.addEventListener("mousedown", (event) => event.preventDefault());
  field.addEventListener("input", () => finder.type(field.value));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
  });
  moveByArrows(field, finder);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = field.value.trim();
    if (!typed) return field.focus();
    const symbol = await finder.choose();
    if (field.value.trim() !== typed) return;
    if (symbol === null) field.focus();
    else take(symbol || typed);
  });
  return field;
}

function option(hit: SearchHit, id: string, take: (symbol: string) => void): HTMLElement {
  const element = describe(document.createElement("div"), hit, id);
  element.addEventListener("click", () => take(hit.symbol));
  return element;
}
