// The dashboard: prices that move by themselves, a list that its reader chooses,
// and one instrument in a chart. Each choice is an address. The service renders
// the page for it, and the parts of that page replace those on show.

import type { Quote } from "../api";
import { adder } from "../shell/lookup";
import { keepAwake } from "../dashboard/awake";
import { tabText } from "../dashboard/card";
import { changed, hasList, list, MOST_SYMBOLS, storedList, storeList } from "../dashboard/choice";
import { Days } from "../dashboard/days";
import { batched } from "../dashboard/batched";
import { mainChart } from "../dashboard/mainchart";
import { arrange } from "../dashboard/order";
import { pageAt, suggest, take } from "../dashboard/page";
import { Quotes } from "../dashboard/quotes";
import { say, Tile } from "../dashboard/tiles";
import { onKeys } from "../shell/keys";
import { closePickers } from "../shell/pickers";
import { type Connection, connectionText, Live } from "../service/live";
import { age } from "../locale/format";
import { localise } from "../locale/localised";
import "../shell/shell";

const ORDER_EVERY_MS = 5_000;
/** Prices that become stale within this time are asked for in one request. */
const TOGETHER_MS = 500;
const LATEST_START_MS = 500;

const one = <T extends HTMLElement>(selector: string) => document.querySelector<T>(selector);
const form = one<HTMLFormElement>("#choice");
const sort = one<HTMLSelectElement>("#sort");
const group = one<HTMLInputElement>("#group");
const density = one<HTMLInputElement>("#density");
const columns = [...document.querySelectorAll<HTMLInputElement>("#columns input")];
/** The page's own name, behind the price that the tab says. */
const TITLE = document.title.split(" · ").slice(-2).join(" · ");
const connection = one("#connection");
const banner = one("#simulated");
const toast = one("#board-said");

let tiles = new Map<string, Tile>();
let followed = "";
let known: Connection | undefined;
let isLive = true;
let isChartSimulated = false;
/** The chart comes first: the lines of the day are asked for after it. */
let mayAskDays = false;
let hasStarted = false;
let endChart = () => {};
let turns: Promise<unknown> = Promise.resolve();
let toastTimer: ReturnType<typeof setTimeout> | undefined;

const quotes = new Quotes();
const days = new Days((symbol) => drawDay(symbol));
const sight = new IntersectionObserver(
  (seen) => {
    for (const { target, isIntersecting } of seen) {
      days.see((target as HTMLElement).dataset["symbol"] ?? "", isIntersecting);
    }
    askDays();
  },
  { rootMargin: "200px" },
);
const live = new Live({
  event: (event) => {
    const changedSymbols = quotes.take(event);
    if (event.type === "error" && event.symbol === null) announce(event.detail);
    if (event.type === "error" && event.reason === "unknown_symbol") void meant(event.symbol ?? "");
    if (event.type === "state" && ["stale", "missing"].includes(event.freshness)) askWhy(event.symbol);
    if (event.type === "source" || event.type === "snapshot") showSources();
    for (const symbol of changedSymbols) soon(symbol);
  },
  connection: showConnection,
  ask: async () => (await quotes.ask(hasList(here()) ? [...tiles.keys()] : [])).forEach(soon),
});

// The stream says that a price became stale; only its quote says why. Where that cannot be had,
// the badge and the page's head say enough.
const askWhy = batched(TOGETHER_MS, (symbols) => void quotes.ask(symbols).then((asked) => asked.forEach(soon), () => {}));

/** The address of what is shown. */
function here(): string {
  return location.pathname + location.search;
}

// All that came since the last frame is shown in one go, each instrument once.
const waiting = new Set<string>();

function soon(symbol: string): void {
  if (!waiting.size) requestAnimationFrame(showWaiting);
  waiting.add(symbol);
}

function showWaiting(): void {
  for (const symbol of waiting) show(symbol);
  waiting.clear();
  showBanner();
  sayConnection();
  showTab();
}

function show(symbol: string): void {
  const [tile, quote] = [tiles.get(symbol), quotes.of(symbol)];
  if (!tile || !quote) return;
  tile.show(quote, isLive, quotes.errorOf(symbol));
  tile.tick(quote, (asOf) => quotes.ageOf(asOf));
  days.go(quote);
  tile.draw(days.of(symbol), quote);
}

function drawDay(symbol: string): void {
  tiles.get(symbol)?.draw(days.of(symbol), quotes.of(symbol));
}

function tick(): void {
  for (const [symbol, tile] of tiles) tile.tick(quotes.of(symbol), (asOf) => quotes.ageOf(asOf));
  showSources();
  askDays();
}

function askDays(): void {
  if (mayAskDays) days.askDue();
}

function showBanner(): void {
  const isAny = [...tiles.keys()].some((symbol) => quotes.of(symbol)?.simulated);
  if (banner) banner.hidden = !(isAny || isChartSimulated);
}

/** Has the tab say the price of the instrument in the chart. */
function showTab(): void {
  const quote = quotes.of(one("#charted figure")?.dataset["charted"] ?? "");
  const price = quote ? tabText(quote, isLive) : "";
  const title = price ? `${price} · ${TITLE}` : TITLE;
  if (document.title !== title) document.title = title;
}

function showSources(): void {
  const used = new Set([...tiles.keys()].map((symbol) => quotes.of(symbol)?.source));
  const place = one("#sources");
  if (place) say(place, quotes.sourcesText(used, age));
}

function showConnection(now: Connection): void {
  known = now;
  connection?.setAttribute("data-state", now.state);
  sayConnection();
  if (isLive === (now.state !== "offline")) return;
  isLive = !isLive;
  for (const symbol of tiles.keys()) soon(symbol);
  showTab();
}

/** A connection over stale prices is not called live. */
function sayConnection(): void {
  const isStale = [...tiles.keys()].some((symbol) => quotes.of(symbol)?.freshness === "stale");
  if (connection && known && tiles.size) say(connection, connectionText(known, isStale));
}

function showNothing(): void {
  connection?.removeAttribute("data-state");
  if (connection) say(connection, "No instrument is followed");
}

/** Says for a while what came of the reader's last action. */
function announce(text: string): void {
  if (!toast) return;
  clearTimeout(toastTimer);
  toast.textContent = text;
  toastTimer = setTimeout(() => (toast.textContent = ""), 8_000);
}

/** Takes over what the service rendered. */
function takeUp(): void {
  tiles = new Map();
  sight.disconnect();
  days.forget();
  for (const element of document.querySelectorAll<HTMLElement>(".tile:not(.refused)")) {
    const tile = new Tile(element);
    tiles.set(tile.symbol, tile);
    sight.observe(element);
    show(tile.symbol);
    drawDay(tile.symbol);
  }
  const symbols = [...tiles.keys()].map(encodeURIComponent).sort().join(",");
  if (symbols !== followed) live.follow(symbols && `/marketpulse/stream?symbols=${symbols}`);
  if (!symbols) showNothing();
  followed = symbols;
  showSources();
}

/** What is listed, in its order, including texts that are no symbols. */
function listed(): string[] {
  const text = one("#board")?.dataset["symbols"] ?? "";
  return text ? text.split(",") : [];
}

async function meant(symbol: string): Promise<void> {
  if (await suggest(symbol, here())) soon(symbol);
}

/** Shows the page of another address. Returns whether the service answered with it. */
async function go(address: string, how: "push" | "replace" | "stay"): Promise<boolean> {
  const page = await pageAt(address).catch(() => null);
  if (!page) {
    announce("The service does not answer; nothing was changed. Try again in a moment.");
    return false;
  }
  const shown = page.querySelector<HTMLElement>("#board")?.dataset["here"] ?? address;
  if (how === "push") history.pushState(null, "", shown);
  if (how === "replace") history.replaceState(null, "", shown);
  for (const part of ["#board", ".views"]) take(page, part);
  takeChart(page);
  takeFields(page);
  takeUp();
  showTab();
  return true;
}

/** An order that only a head leads to is an option of its own. */
function takeFields(page: Document): void {
  sort?.replaceChildren(...(page.querySelector("#sort")?.children ?? []));
  for (const box of [group, density, ...columns]) {
    const fresh = box && page.querySelector<HTMLInputElement>(`#choice [name="${box.name}"][value="${box.value}"]`);
    if (fresh) [box.checked, box.disabled] = [fresh.checked, fresh.disabled];
  }
  const place = one("#columns");
  if (place) place.hidden = page.querySelector<HTMLElement>("#columns")?.hidden ?? true;
}

function takeChart(page: Document): void {
  const charted = (from: ParentNode) =>
    from.querySelector<HTMLElement>("#charted figure")?.dataset["charted"] ??
    from.querySelector("#charted")?.textContent;
  if (charted(document) === charted(page)) return;
  endChart();
  take(page, "#charted");
  beginChart();
}

function beginChart(): void {
  const figure = one("#charted figure");
  endChart = () => {};
  isChartSimulated = false;
  if (figure) endChart = mainChart(figure, { simulated: markChart, settled: goOn });
  else goOn();
}

function markChart(isSimulated: boolean): void {
  isChartSimulated = isSimulated;
  showBanner();
}

/** Called when the chart is drawn, or when there is none to wait for. */
function goOn(): void {
  mayAskDays = true;
  start();
  days.askDue();
}

/** Shows another list, and stores it for the next visit. */
async function goToList(address: string, how: "push" | "stay" = "push"): Promise<boolean> {
  const done = await go(address, how);
  if (done) storeList(hasList(here()) ? listed() : null);
  return done;
}

/** Changes are made one after another, so that each begins with the result of the last. */
function inTurn(change: () => Promise<unknown>): void {
  turns = turns.then(change, change);
}

async function add(symbol: string): Promise<void> {
  const before = listed();
  if (before.length >= MOST_SYMBOLS) {
    return announce(`${MOST_SYMBOLS} instruments are shown, more do not fit; remove one first.`);
  }
  announce(`Adding ${symbol}…`);
  if (!(await goToList(changed(here(), { symbols: list([...before, symbol]) })))) return;
  const added = listed().find((it) => !before.includes(it));
  announce(added ? `${tiles.get(added)?.name ?? added} added.` : `${symbol} is shown already.`);
  const shown = [...document.querySelectorAll<HTMLElement>(".tile")].find((it) => it.dataset["symbol"] === added);
  shown?.scrollIntoView({ block: "nearest" });
}

async function remove(link: HTMLAnchorElement): Promise<void> {
  const symbol = link.dataset["remove"] ?? "";
  const name = tiles.get(symbol)?.name ?? symbol;
  const all = () => [...document.querySelectorAll<HTMLElement>("[data-remove]")];
  const place = all().indexOf(link);
  if (!(await goToList(without(symbol)))) return;
  announce(`${name} removed. Your browser’s way back brings it back.`);
  (all()[place] ?? all().at(-1) ?? field)?.focus({ preventScroll: true });
}

/** The address of the list without one symbol. */
function without(symbol: string): string {
  return changed(here(), { symbols: list(listed().filter((it) => it !== symbol)) });
}

async function chart(symbol: string): Promise<void> {
  if (!(await go(changed(here(), { chart: symbol }), "push"))) return;
  const title = one("#charted-title");
  title?.focus({ preventScroll: true });
  one("#charted")?.scrollIntoView({ block: "nearest" });
}

/** Sorts the instruments again, unless the reader is pointing at them or typing in them. */
function order(): void {
  const by = sort?.value ?? "";
  const board = one("#board");
  if (!by || document.hidden || board?.matches(":hover, :focus-within")) return;
  arrange(document.querySelectorAll("[data-tiles]"), by, (symbol) => ({
    name: tiles.get(symbol)?.name ?? symbol,
    ...figuresOf(quotes.of(symbol)),
  }));
}

function figuresOf(quote: Quote | undefined) {
  const { price = null, change: moved = null, change_percent: change = null, as_of: at = null } = quote ?? {};
  return { price, moved, change, age: at === null ? null : Date.parse(at) };
}

/** Follows a link within the page, unless it is to open in another tab. */
function follow(event: MouseEvent): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>("#board a, #watchlist");
  const isPlain = !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !isPlain) return;
  const { remove: removed, chart: charted, instead, order: sorting } = link.dataset;
  const isBack = link.getAttribute("href") === location.pathname;
  if ([removed, charted, instead, sorting].every((it) => it === undefined) && !isBack) return;
  event.preventDefault();
  if (sorting !== undefined) inTurn(() => sortBy(link));
  else if (removed !== undefined) inTurn(() => remove(link));
  else if (charted !== undefined) inTurn(() => chart(charted));
  else inTurn(() => goToList(link.getAttribute("href") ?? ""));
}

/** Goes to the order that a head leads to, and keeps the focus on that head. */
async function sortBy(link: HTMLAnchorElement): Promise<void> {
  const column = link.closest<HTMLElement>("[data-column]")?.dataset["column"] ?? "";
  if (!(await go(link.getAttribute("href") ?? "", "push"))) return;
  one(`thead [data-column="${column}"] a`)?.focus({ preventScroll: true });
}

/** A row is pressed as a whole; what stands in it has its own meaning, and a text may be selected. */
function press({ target, detail }: MouseEvent): void {
  const row = (target as Element).closest<HTMLElement>("tr.tile:not(.refused)");
  if (!row || (target as Element).closest("a, button, summary") || detail > 1 || getSelection()?.isCollapsed === false) return;
  inTurn(() => chart(row.dataset["symbol"] ?? ""));
}

const field = form && adder(form, (symbol) => inTurn(() => add(symbol)));
sort?.addEventListener("change", () => {
  const by = sort.value || null;
  inTurn(() => go(changed(here(), { sort: by }), "push"));
});
group?.addEventListener("change", () => {
  const by = group.checked ? "kind" : null;
  inTurn(() => go(changed(here(), { group: by }), "push"));
});
density?.addEventListener("change", () => {
  inTurn(() => go(changed(here(), { density: density.checked ? "compact" : null }), "push"));
});
for (const box of columns) box.addEventListener("change", () => pickColumn(box));
closePickers();
document.addEventListener("click", follow);
document.addEventListener("click", press);
window.addEventListener("popstate", () => inTurn(() => goToList(here(), "stay")));
document.addEventListener("visibilitychange", () => {
  tick();
  void keepAwake();
});
/** A table without any column says too little: the last one stays. */
function pickColumn(box: HTMLInputElement): void {
  if (columns.some(({ checked }) => checked)) inTurn(chooseColumns);
  else box.checked = true;
}
/** All columns are the usual choice. */
function chooseColumns(): Promise<boolean> {
  const chosen = columns.filter(({ checked }) => checked).map(({ value }) => value);
  const isUsual = chosen.length === columns.length;
  return go(changed(here(), { columns: isUsual ? null : chosen.join(",") }), "push");
}

const visit = (view: string) => one<HTMLAnchorElement>(`.views [data-view="${view}"]`)?.click();
const is = (view: string) => one(`.views [data-view="${view}"]`)?.hasAttribute("aria-current");
onKeys({
  a: () => field?.focus(),
  t: () => visit(is("table") ? "cards" : "table"),
  w: () => visit(is("wall") ? "cards" : "wall"),
});
setInterval(tick, 1_000);
setInterval(order, ORDER_EVERY_MS);
// What the service rendered is true as it stands, so the first paint and the chart come first if
// they come soon. Where this reader's figures look different they are rewritten at once.
if (!navigator.language.startsWith("en")) start();
else setTimeout(start, LATEST_START_MS);
beginChart();

function start(): void {
  if (hasStarted) return;
  hasStarted = true;
  localise(document);
  takeUp();
  void keepAwake();
  const own = storedList();
  if (own && !hasList(here())) inTurn(() => go(changed(here(), { symbols: own }), "replace"));
}
