// The history view. The page works as a plain form. This script draws its chart,
// and shows another choice without reloading: it fetches that choice's page and
// takes over its parts.

import "../history/early";
import type { LiveEvent } from "../api";
import { adder, picker } from "../shell/lookup";
import { copy } from "../history/copy";
import { commandOf } from "../history/keys";
import { controls } from "../history/controls";
import { addressOf, asksSame, type Choice, choiceOf, MOST_COMPARED, toggled } from "../history/state";
import { View } from "../history/view";
import { onKeys } from "../shell/keys";
import { type Connection, connectionText, Live } from "../service/live";
import { poll } from "../service/polling";
import { quotesOf } from "../service/quotes";
import "../shell/shell";

/** The parts that differ from one choice to the next. */
const PARTS = ["#result", "#simulated", "#periods"];
const FIELDS = ["symbol", "from", "to", "interval", "adjust"] as const;
/** Intervals in which bars form from streamed prices. */
const FORMING = ["1m", "2m", "5m", "10m", "15m", "30m", "1h", "2h", "4h", "1d"];
const RENEW_MS = 60_000;
/** How often what sources are being asked for is looked for. */
const SOON_MS = 1_500;
const OWED = "What was chosen last is shown once the service answers.";

const one = <T extends HTMLElement>(selector: string) => document.querySelector<T>(selector);
const form = one<HTMLFormElement>("#choice");
const progress = one("#progress");
const connection = one("#connection");

let choice = choiceOf(location.search);
let view: View | undefined;
let known: Connection | undefined;
let endRenewing: (() => void) | undefined;
let turning = new AbortController();
let wasLost = false;
/** Whether the choice is shown only once the service answers again. */
let isOwed = false;

const live = new Live({ event: receive, connection: showConnection, ask: askOnce });
const drawing = controls(() => choice, choose);

function say(text: string): void {
  if (progress) progress.textContent = text;
}

/** Takes up what the service rendered, with its status: a figure, or the reason why there is none. */
function takeUp(status: number): void {
  view?.remove();
  endRenewing?.();
  [view, endRenewing] = [undefined, undefined];
  const figure = one("figure[data-bars]");
  if (!figure) return takeUpNothing(status);
  const shown = new View(figure, choice, { remove: takeOut, offer: (what) => drawing.offer(what), stood: sayConnection });
  view = shown;
  shown.place.addEventListener("wheel", (event) => wheeled(shown, event), { passive: false });
  shown.place.addEventListener("keydown", (event) => pressed(shown, event));
  endRenewing = poll(renew, RENEW_MS, (why) => shown.fail(why));
  const bars = FORMING.includes(shown.interval) ? `&bars=${shown.interval}` : "";
  live.follow(`/marketpulse/stream?symbols=${encodeURIComponent(shown.symbol)}${bars}`);
}

/** Follows no instrument. What is still coming, or failed and may pass, is asked for again. */
function takeUpNothing(status: number): void {
  live.follow("");
  const isComing = one('#result > [data-state="loading"]') !== null;
  const isPassing = isComing || status >= 500;
  connection?.removeAttribute("data-state");
  const again = isComing ? "Asking its sources" : "Asked for again every minute";
  if (connection) connection.textContent = isPassing ? again : "No instrument is followed";
  const everyMs = isComing ? SOON_MS : RENEW_MS;
  if (isPassing) endRenewing = poll(() => turnTo(addressOf(choice), true), everyMs, () => {}, "later");
}

/** Asks for what is shown, or for the choice that could not be shown yet. */
async function renew(): Promise<void> {
  if (isOwed) return turnTo(addressOf(choice), true);
  await view?.load();
}

function pressed(shown: View, event: KeyboardEvent): void {
  const command = commandOf(event);
  if (!command) return;
  event.preventDefault();
  shown.obey(command);
}

/** The wheel scrolls the page, unless Control is pressed or the chart has the focus. */
function wheeled(shown: View, event: WheelEvent): void {
  const isMeant = event.ctrlKey || document.activeElement === shown.place;
  const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (!isMeant && !isSideways) return;
  event.preventDefault();
  if (isSideways) return shown.plot?.pan(event.deltaX / shown.place.clientWidth);
  const around = event.offsetX / shown.place.clientWidth;
  shown.zoom(Math.exp(Math.max(-50, Math.min(50, event.deltaY)) / 250), around);
}

function receive(event: LiveEvent): void {
  if (event.type === "snapshot") {
    const bar = event.bars?.find((one) => one.symbol === view?.symbol);
    const quote = event.quotes.find((one) => one.symbol === view?.symbol);
    view?.receive({ ...(bar && { bar }), ...(quote && { quote }) });
    view?.standing.sources(event.sources);
  }
  if (event.type === "source") view?.standing.sources([event]);
  if (event.type === "bar" && event.symbol === view?.symbol) view?.receive({ bar: event });
  if (event.type === "quote" && event.symbol === view?.symbol) view?.receive({ quote: event });
}

/** Asks for the price once, where no stream can be had. */
async function askOnce(): Promise<void> {
  if (!view) return;
  const { symbol } = view;
  const { quotes } = await quotesOf([symbol]);
  for (const quote of quotes) if (view?.symbol === symbol) view.receive({ quote });
}

function showConnection(now: Connection): void {
  known = now;
  sayConnection();
  view?.standing.unreachable(now.state === "offline");
  // Asks for what was missed meanwhile.
  if (now.state === "connected" && wasLost) renew().catch((why: unknown) => view?.fail(why));
  wasLost = now.state !== "connected";
}

/** A connection over stale prices is not called live. */
function sayConnection(): void {
  if (!connection || !known || !view) return;
  const words = connectionText(known, view.standing.isStale);
  connection.dataset["state"] = known.state;
  if (connection.textContent !== words) connection.textContent = words;
}

function takeOut(id: string): void {
  choose({ ...choice, ind: toggled(choice.ind, id, false), compare: toggled(choice.compare, id, false) });
}

/** Shows another choice, and writes it into the address. */
function choose(next: Choice): void {
  const address = addressOf(next);
  if (address !== location.pathname + location.search) history.pushState(null, "", address);
  void show(next);
}

async function show(next: Choice): Promise<void> {
  const isSame = asksSame(choice, next) && view;
  choice = next;
  drawing.show(choice);
  if (isSame) {
    takePeriods();
    return view?.restyle(choice);
  }
  await turnTo(addressOf(choice));
}

/** Links to other periods include what has been chosen since. */
function takePeriods(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("#periods a")) {
    link.href = addressOf({ ...choice, period: link.dataset["period"] ?? "", from: "", to: "", interval: "" });
  }
}

function takeParts(page: Document): void {
  const focused = (document.activeElement as HTMLElement | null)?.dataset["period"];
  const isOpen = (id: string) => document.querySelector<HTMLDetailsElement>(id)?.open ?? false;
  const [figures, call] = [isOpen("#figures"), isOpen("#call")];
  for (const part of PARTS) {
    const fresh = page.querySelector(part);
    if (fresh) document.querySelector(part)?.replaceWith(document.adoptNode(fresh));
  }
  for (const [id, open] of [["#figures", figures], ["#call", call]] as const) {
    one<HTMLDetailsElement>(id)?.toggleAttribute("open", open);
  }
  if (focused) one(`#periods [data-period="${CSS.escape(focused)}"]`)?.focus();
  document.title = page.title;
}

function takeFields(page: Document): void {
  for (const name of FIELDS) {
    const fresh = page.querySelector<HTMLInputElement>(`#choice [name="${name}"]`);
    const field = document.querySelector<HTMLInputElement>(`#choice [name="${name}"]`);
    if (!fresh || !field) continue;
    const value = fresh.value;
    // An interval that only the address named is an option of its own.
    if (field instanceof HTMLSelectElement) field.replaceChildren(...fresh.children);
    field.value = value;
  }
}

/** Shows the view at an address; an error's page has the same parts. `isQuiet` where its reader asked before. */
async function turnTo(address: string, isQuiet = false): Promise<void> {
  turning.abort();
  turning = new AbortController();
  const { signal } = turning;
  if (!isQuiet) say("Loading…");
  if (!isQuiet) one("#result")?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { accept: "text/html" }, signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector("#result")) throw new Error("not a history view");
    isOwed = false;
    takeParts(page);
    takeFields(page);
    say(document.querySelector("#result h2")?.textContent ?? "");
    takeUp(answer.status);
  } catch (why) {
    // A later choice took its place, and says what came of it.
    if (!signal.aborted) missed(address, why);
  }
}

/** While the service is away the chart stays. After any other failure the browser loads the page itself. */
function missed(address: string, why: unknown): void {
  if (!(why instanceof TypeError) || !endRenewing) return location.assign(address);
  isOwed = true;
  one("#result")?.removeAttribute("aria-busy");
  say(OWED);
  view?.standing.failed(OWED);
}

/** The choice in the form. Dates replace the period; a new symbol changes nothing else. */
function formed(): Choice {
  const given = form ? new FormData(form) : new FormData();
  const text = (name: string) => {
    const value = given.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const [from, to] = [text("from"), text("to")];
  const adjust = text("adjust") === "splits" ? "" : text("adjust");
  const rest = { symbol: text("symbol"), interval: text("interval"), adjust };
  return { ...choice, ...rest, from, to, period: from || to ? "" : choice.period };
}

if (form) picker(form, () => view?.symbol ?? choice.symbol, () => choose(formed()));
form?.addEventListener("change", (event) => {
  // A picked interval is shown at once; a symbol or date when the form is submitted.
  if (event.target instanceof HTMLSelectElement) choose(formed());
});
document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const isPlain = !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const period = target?.closest<HTMLElement>("#periods [data-period]")?.dataset["period"];
  if (period && isPlain) {
    event.preventDefault();
    choose({ ...choice, period, from: "", to: "", interval: "" });
  }
  const zoom = target?.closest<HTMLElement>("[data-zoom]")?.dataset["zoom"];
  if (zoom === "in") view?.zoom(0.7, 0.5);
  if (zoom === "out") view?.zoom(1 / 0.7, 0.5);
  if (zoom === "all") view?.fit();
  const range = target?.closest("[data-save-range]") && view?.range();
  if (range) choose({ ...choice, period: "", from: range[0], to: range[1] });
  if (target?.closest("[data-png]")) void view?.savePicture();
  if (target?.closest("[data-link]")) void copyLink();
});

async function copyLink(): Promise<void> {
  const place = one("[data-copied]");
  const isCopied = await copy(location.href);
  if (place) place.textContent = isCopied ? "Copied" : "The address line holds the link";
}

const compare = one<HTMLFormElement>("#compare");
if (compare) {
  adder(compare, (symbol) => {
    const all = toggled(choice.compare, symbol, true);
    if (all.length > MOST_COMPARED) return drawing.announce(`At most ${MOST_COMPARED} can be compared; take one out first.`);
    choose({ ...choice, compare: all });
  });
}

onKeys({ c: () => view?.place.focus() });
window.addEventListener("popstate", () => void show(choiceOf(location.search)));
drawing.show(choice);
const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
takeUp(visit?.responseStatus ?? 200);
