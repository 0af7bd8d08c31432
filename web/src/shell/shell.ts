// What every page has: search with `/`, help with `?`.

import type { SearchHit } from "../api";
import { Finder } from "./finder";
import { historyOf } from "./history-address";
import { describe, hitsAt, moveByArrows, search } from "./hits";
import { areOn, onKeys, turn } from "./keys";
import { themeSwitch } from "./theme";

const sheet = document.querySelector<HTMLDialogElement>("#search");
const help = document.querySelector<HTMLDialogElement>("#help");
const field = document.querySelector<HTMLInputElement>("#search-field");
const list = document.querySelector<HTMLElement>("#search-hits");
const said = document.querySelector<HTMLElement>("#search-said");

/** A hit as a link. */
function option(hit: SearchHit, number: number): HTMLElement {
  const link = describe(document.createElement("a"), hit, `hit-${number}`);
  link.tabIndex = -1;
  link.href = historyOf(hit.symbol);
  return link;
}

function openSearch(): void {
  if (help?.open) help.close();
  if (!sheet?.open) sheet?.showModal();
  field?.select();
}

function searchIn(field: HTMLInputElement, list: HTMLElement, said: HTMLElement): void {
  const finder = new Finder(search, hitsAt({ field, list, said }, option));
  field.addEventListener("input", () => finder.type(field.value));
  moveByArrows(field, finder);
  field.form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!field.value.trim()) return;
    const symbol = await finder.choose();
    if (symbol && sheet?.open) location.assign(historyOf(symbol));
  });
}

if (field && list && said) searchIn(field, list, said);

for (const dialog of [sheet, help]) {
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
