// What every page has: search with `/`, help with `?`.

import type { SearchHit, SearchResponse } from "../api";
import { Finder, type View } from "./finder";
import { historyOf } from "./history-address";
import { areOn, onKeys, turn } from "./keys";
import { readJson } from "../service/polling";
import { themeSwitch } from "./theme";

const search = document.querySelector<HTMLDialogElement>("#search");
const help = document.querySelector<HTMLDialogElement>("#help");
const field = document.querySelector<HTMLInputElement>("#search-field");
const list = document.querySelector<HTMLElement>("#search-hits");
const said = document.querySelector<HTMLElement>("#search-said");

const finder = new Finder(
  (text) => readJson<SearchResponse>(`/marketpulse/v1/search?${new URLSearchParams({ q: text })}`),
  show,
);

function part(name: string, text: string): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

/** A hit as a link. Its texts are a source's, so they are never taken for markup. */
function option(hit: SearchHit, number: number): HTMLElement {
  const link = document.createElement("a");
  link.className = "hit";
  link.id = `hit-${number}`;
  link.role = "option";
  link.tabIndex = -1;
  link.href = historyOf(hit.symbol);
  const where = [hit.kind, hit.exchange, hit.currency].filter(Boolean).join(" · ");
  link.append(part("b", hit.symbol), part("span", hit.name), part("span", where));
  return link;
}

let shown: SearchHit[] = [];

function show({ hits, active, said: sentence }: View): void {
  if (!list || !field || !said) return;
  if (hits !== shown) list.replaceChildren(...hits.map(option));
  shown = hits;
  for (const [number, hit] of [...list.children].entries()) {
    hit.ariaSelected = String(number === active);
  }
  const chosen = list.children[active];
  chosen?.scrollIntoView({ block: "nearest" });
  field.ariaExpanded = String(hits.length > 0);
  field.setAttribute("aria-activedescendant", chosen?.id ?? "");
  said.textContent = sentence;
}

function openSearch(): void {
  if (help?.open) help.close();
  if (!search?.open) search?.showModal();
  field?.select();
}

async function go(): Promise<void> {
  const typed = field?.value.trim();
  if (!typed) return;
  const symbol = await finder.choose();
  if (symbol && search?.open) location.assign(historyOf(symbol));
}

field?.addEventListener("input", () => finder.type(field.value));
field?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] as 1 | -1 | undefined;
  if (!step) return;
  event.preventDefault();
  finder.move(step);
});
field?.form?.addEventListener("submit", (event) => {
  event.preventDefault();
  void go();
});

for (const dialog of [search, help]) {
  let isBeside = false;
  // What is pressed beside the sheet has the dialog itself as its target. So has what is pressed in the
  // sheet and let go beside it, such as a text that is selected: that closes nothing.
  dialog?.addEventListener("pointerdown", ({ target }) => (isBeside = target === dialog));
  dialog?.addEventListener("click", ({ target }) => {
    if ((target === dialog && isBeside) || (target as Element).closest("[data-close]")) dialog.close();
  });
}

document.querySelector("#search-open")?.addEventListener("click", openSearch);
document.querySelector("#help-open")?.addEventListener("click", () => help?.showModal());
onKeys({ "/": openSearch, "?": () => help?.showModal() });
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
  if (event.altKey || event.shiftKey) return;
  event.preventDefault();
  openSearch();
});

const single = document.querySelector<HTMLInputElement>("#single-keys");
if (single) single.checked = areOn();
single?.addEventListener("change", () => turn(single.checked));

themeSwitch();

// Examples are ready to paste: they name the service by the address its reader uses.
for (const place of document.querySelectorAll("[data-origin]")) place.textContent = location.origin;
