// The dashboard: prices that move by themselves, and the CAC 40's month.

import { type Chart, chartIn } from "./chart";
import { age, clock } from "./format";
import { cardText, direction, type Latest, type Quote } from "./latest";
import { poll, readJson, Refusal } from "./polling";
import type { History } from "./series";

const PRICES_EVERY_MS = 5_000;
const CHART_EVERY_MS = 60_000;

const cards = new Map<string, HTMLElement>();
for (const card of document.querySelectorAll<HTMLElement>("[data-symbol]")) {
  cards.set(card.dataset["symbol"] ?? "", card);
}
const connection = document.querySelector<HTMLElement>("#connection");
const banner = document.querySelector<HTMLElement>("#simulated");
/** When each shown price was true, on this browser's own running clock. */
const bornAt = new Map<HTMLElement, number>();
let lastUpdate = new Date();
let simulatedChart = false;

function slot(card: HTMLElement, name: string): HTMLElement | null {
  return card.querySelector<HTMLElement>(`[data-slot="${name}"]`);
}

function say(place: HTMLElement | null, text: string): void {
  if (place && place.textContent !== text) place.textContent = text;
}

function show(card: HTMLElement, quote: Quote): void {
  for (const [name, text] of Object.entries(cardText(quote))) say(slot(card, name), text);
  const figure = slot(card, "price");
  const before = figure?.getAttribute("value");
  if (quote.price === null) figure?.removeAttribute("value");
  else figure?.setAttribute("value", String(quote.price));
  card.dataset["direction"] = direction(quote);
  card.dataset["freshness"] = quote.freshness;
  if (before && quote.price !== null) hint(card, quote.price - Number(before));
  keepAge(card, quote);
}

/** Lets the price light up for a moment, unless the reader prefers stillness (see site.css). */
function hint(card: HTMLElement, step: number): void {
  delete card.dataset["moved"];
  if (step === 0) return;
  void card.offsetWidth; // A reflow starts the animation anew.
  card.dataset["moved"] = step > 0 ? "up" : "down";
}

function keepAge(card: HTMLElement, quote: Quote): void {
  const place = slot(card, "age");
  if (!place) return;
  if (quote.as_of) place.setAttribute("datetime", quote.as_of);
  if (quote.age_s === null) {
    bornAt.delete(place);
    say(place, quote.price === null ? "–" : "unknown");
  } else {
    bornAt.set(place, performance.now() / 1000 - quote.age_s);
  }
}

function tickAges(): void {
  const now = performance.now() / 1000;
  for (const [place, born] of bornAt) say(place, age(now - born));
}

async function refreshPrices(): Promise<void> {
  const latest = await readJson<Latest>("/marketpulse/latest");
  const quotes = Object.values(latest.quotes);
  for (const quote of quotes) {
    const card = cards.get(quote.symbol);
    if (card) show(card, quote);
  }
  tickAges();
  lastUpdate = new Date();
  connected(`Live, updated ${clock(lastUpdate)}`);
  if (banner) banner.hidden = !(simulatedChart || quotes.some((quote) => quote.simulated));
}

function connected(words: string): void {
  connection?.setAttribute("data-state", "live");
  say(connection, words);
}

function lost(): void {
  connection?.setAttribute("data-state", "lost");
  say(connection, `Connection lost, last update ${clock(lastUpdate)}; retrying`);
}

function refreshChart(figure: HTMLElement): void {
  const note = figure.querySelector<HTMLElement>("[data-chart-note]");
  const source = figure.dataset["src"] ?? "";
  let chart: Chart | undefined;
  const draw = async () => {
    const history = await readJson<History>(source);
    simulatedChart = history.simulated;
    chart ??= chartIn(figure);
    chart.draw(history);
    say(note, history.history.length ? "" : "No prices in this stretch.");
  };
  const failed = (why: unknown) => {
    if (chart) return;
    if (why instanceof Refusal) say(note, why.message.replace(/^./, (first) => first.toUpperCase()));
    else say(note, "The chart cannot be had just now; retrying.");
  };
  say(note, "Loading…");
  poll(draw, CHART_EVERY_MS, failed);
}

poll(refreshPrices, PRICES_EVERY_MS, lost);
setInterval(tickAges, 1_000);
const figure = document.querySelector<HTMLElement>("figure[data-src]");
if (figure) refreshChart(figure);
