// The history view. The page works as a plain form; this draws its chart and
// turns pages without reloading, by fetching the same page and taking its parts.

import { addressOf } from "./address";
import { type Chart, chartIn } from "./chart";
import { readJson } from "./polling";
import type { History } from "./series";

/** The parts that differ from one choice to the next. */
const PARTS = ["#result", "#simulated"];
const FIELDS = ["symbol", "period", "interval"] as const;

const form = document.querySelector<HTMLFormElement>("#choice");
const progress = document.querySelector<HTMLElement>("#progress");
let chart: Chart | undefined;
let turning = new AbortController();

function say(text: string): void {
  if (progress) progress.textContent = text;
}

async function draw(): Promise<void> {
  const figure = document.querySelector<HTMLElement>("figure[data-src]");
  if (!figure) return;
  const note = figure.querySelector<HTMLElement>("[data-chart-note]");
  const source = figure.dataset["src"] ?? "";
  try {
    const history = await readJson<History>(source);
    // The reader may have gone on to another choice meanwhile.
    if (!figure.isConnected) return;
    chart = chartIn(figure);
    chart.draw(history);
  } catch {
    if (note) note.textContent = "The chart cannot be drawn; the figures stand below.";
  }
}

function takeParts(page: Document): void {
  chart?.remove();
  chart = undefined;
  for (const part of PARTS) {
    const fresh = page.querySelector(part);
    if (fresh) document.querySelector(part)?.replaceWith(document.adoptNode(fresh));
  }
  document.title = page.title;
}

function takeFields(page: Document): void {
  for (const name of FIELDS) {
    const fresh = page.querySelector<HTMLInputElement>(`#choice [name="${name}"]`);
    const field = document.querySelector<HTMLInputElement>(`#choice [name="${name}"]`);
    if (!fresh || !field) continue;
    const value = fresh.value;
    // A period or interval that only the address named is an option of its own.
    if (field instanceof HTMLSelectElement) field.replaceChildren(...fresh.children);
    field.value = value;
  }
}

/** Shows the view at an address. An error's page has the same parts, so its status does not matter. */
async function turnTo(address: string): Promise<void> {
  turning.abort();
  turning = new AbortController();
  const { signal } = turning;
  say("Loading…");
  try {
    const answer = await fetch(address, { headers: { accept: "text/html" }, signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector("#result")) throw new Error("not a history view");
    takeParts(page);
    takeFields(page);
    say(document.querySelector("#result h2")?.textContent ?? "");
    await draw();
  } catch {
    // Superseded by a later choice: that one speaks. Otherwise the browser tells why.
    if (!signal.aborted) location.assign(address);
  }
}

function submit(): void {
  if (!form) return;
  const given = new FormData(form);
  const text = (name: string) => String(given.get(name) ?? "");
  const address = addressOf({
    symbol: text("symbol"),
    period: text("period"),
    interval: text("interval"),
  });
  if (address !== location.pathname + location.search) history.pushState(null, "", address);
  void turnTo(address);
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
form?.addEventListener("change", (event) => {
  // A symbol is finished when its reader says so; a picked period is.
  if (event.target instanceof HTMLSelectElement) submit();
});
window.addEventListener("popstate", () => void turnTo(location.pathname + location.search));
void draw();
