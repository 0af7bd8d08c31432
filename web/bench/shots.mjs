// What is photographed: pages and states, each at the width and in the colours where it tells something.

/**
 * @typedef {import("@playwright/test").Page} Page
 * @typedef {"demo" | "real" | "cut" | "stale"} Over What the service lives on: the simulator alone; fake upstreams; those,
 *   just gone away; those, gone away so long ago that no price of an open market is fresh.
 * @typedef {{
 *   name: string, path: string, width: number, scheme: "light" | "dark", over: Over,
 *   height?: number, full?: boolean, kept?: boolean, before?: (page: Page) => Promise<unknown>,
 *   act?: (page: Page, stop: () => Promise<void>) => Promise<unknown>,
 * }} Shot
 */

const DASHBOARD = "/marketpulse/dashboard";
const HISTORY = "/marketpulse/history/view?symbol=AAPL&period=1y&interval=1d";
/** Those first that the simulator knows by name. */
const MANY =
  "EUR/USD,CAC40,BTC/EUR,AAPL,MSFT,AIR.PA,GBP/USD,ETH/EUR,VOD.L,USD/JPY,EUR/CHF,BTC/USD,ASML,SAP,MC.PA,OR.PA,SAN.PA,NVDA,TSLA,META";
const SOME = MANY.split(",").slice(0, 8).join(",");

/** What no width or colour is special for. */
const PAGES = [
  { name: "home", path: "/marketpulse" },
  { name: "dashboard", path: `${DASHBOARD}?symbols=${SOME}` },
  { name: "history", path: HISTORY },
  { name: "status", path: "/marketpulse/status" },
  { name: "docs", path: "/marketpulse/docs" },
];
const WIDTHS = [320, 768, 1440, 2560];
const SCHEMES = /** @type {const} */ (["light", "dark"]);
const KEPT = new Set(["home-1440-light", "dashboard-1440-light", "dashboard-1440-dark", "dashboard-320-light", "history-1440-light", "history-1440-dark", "status-1440-light"]);

/** @returns {Shot[]} */
function plain() {
  return PAGES.flatMap(({ name, path }) =>
    WIDTHS.flatMap((width) =>
      SCHEMES.map((scheme) => {
        const shot = `${name}-${width}-${scheme}`;
        return { name: shot, path, width, scheme, over: /** @type {Over} */ ("real"), kept: KEPT.has(shot), full: name !== "docs" };
      }),
    ),
  );
}

/** Holds back what matches for ever. @param {RegExp} what */
const hold = (what) => (/** @type {Page} */ page) => page.route(what, () => {});
/** Answers what matches by an error. @param {RegExp} what @param {number} status */
const refuse = (what, status) => (/** @type {Page} */ page) =>
  page.route(what, (route) => route.fulfill({ status, contentType: "text/plain", body: "not now" }));
const DATA = /\/marketpulse\/(v1\/|history\?|actions)/;
const base = { width: 1440, scheme: /** @type {const} */ ("light"), over: /** @type {Over} */ ("real") };
const asked = "/marketpulse/history/view?symbol=";

/** @type {Shot[]} */
const STATES = [
  { ...base, name: "dashboard-simulated", path: DASHBOARD, over: "demo" },
  { ...base, name: "history-simulated", path: HISTORY, over: "demo" },
  { ...base, name: "home-simulated", path: "/marketpulse", over: "demo" },
  { ...base, name: "status-simulated", path: "/marketpulse/status", over: "demo" },
  { ...base, name: "dashboard-table", path: `${DASHBOARD}?symbols=${MANY}&view=table`, kept: true },
  { ...base, name: "dashboard-table-320", path: `${DASHBOARD}?symbols=${SOME}&view=table`, width: 320 },
  { ...base, name: "dashboard-grouped", path: `${DASHBOARD}?symbols=${MANY}&group=kind&sort=-change`, scheme: "dark" },
  { ...base, name: "dashboard-wall", path: `${DASHBOARD}?symbols=${SOME}&wall`, width: 2560, height: 1440, scheme: "dark", kept: true },
  { ...base, name: "dashboard-wall-1440", path: `${DASHBOARD}?symbols=${SOME}&wall` },
  { ...base, name: "wall-simulated", path: `${DASHBOARD}?wall`, over: "demo" },
  { ...base, name: "dashboard-empty", path: `${DASHBOARD}?symbols=,` },
  { ...base, name: "dashboard-unknown", path: `${DASHBOARD}?symbols=CAC40,AAPLE,%3Cb%3Ebold%3C/b%3E` },
  { ...base, name: "dashboard-loading", path: DASHBOARD, before: hold(DATA) },
  { ...base, name: "dashboard-no-data", path: DASHBOARD, before: refuse(DATA, 503) },
  { ...base, name: "dashboard-adding", path: DASHBOARD, full: false, act: (page) => page.locator("#add").pressSequentially("app") },
  { ...base, name: "search", path: "/marketpulse", full: false, act: search },
  { ...base, name: "search-320-dark", path: "/marketpulse", width: 320, scheme: "dark", full: false, act: search },
  { ...base, name: "help", path: DASHBOARD, full: false, act: (page) => page.keyboard.press("?") },
  { ...base, name: "dashboard-reconnecting", path: DASHBOARD, over: "demo", act: stopAndWait(3_000) },
  { ...base, name: "dashboard-offline", path: DASHBOARD, over: "demo", act: stopAndWait(14_000) },
  { ...base, name: "status-offline", path: "/marketpulse/status", over: "demo", act: stopAndWait(14_000) },
  { ...base, name: "home-offline", path: "/marketpulse", over: "demo", act: stopAndWait(14_000) },
  ...gone("sources-down", "cut"),
  ...gone("stale", "stale"),
  { ...base, name: "history-first", path: "/marketpulse/history/view" },
  { ...base, name: "history-unknown", path: `${asked}AAPLE` },
  { ...base, name: "history-hostile", path: `${asked}${encodeURIComponent('"><img src=x onerror=alert(1)>')}` },
  { ...base, name: "history-nothing-there", path: `${asked}AAPL&from=1901-01-01&to=1901-02-01&interval=1d` },
  { ...base, name: "history-not-offered", path: `${asked}AAPL&period=10y&interval=1m` },
  { ...base, name: "history-loading", path: HISTORY, before: hold(DATA) },
  { ...base, name: "history-no-data", path: HISTORY, before: refuse(DATA, 503) },
  { ...base, name: "history-line", path: `${HISTORY}&type=line&scale=log` },
  { ...base, name: "history-bars", path: `${HISTORY}&type=bars`, scheme: "dark" },
  { ...base, name: "history-baseline", path: `${HISTORY}&type=baseline&scale=percent` },
  { ...base, name: "history-compare", path: `${HISTORY}&compare=MSFT,AIR.PA,CAC40`, kept: true },
  { ...base, name: "history-compare-dark", path: `${HISTORY}&compare=MSFT,AIR.PA,CAC40`, scheme: "dark" },
  { ...base, name: "history-indicators", path: `${HISTORY}&ind=sma:50,bollinger:20:2,rsi:14,macd:12:26:9`, kept: true },
  { ...base, name: "history-indicators-dark", path: `${HISTORY}&ind=sma:50,bollinger:20:2,rsi:14,macd:12:26:9`, scheme: "dark", kept: true },
  { ...base, name: "history-indicators-320", path: `${HISTORY}&ind=sma:50,rsi:14`, width: 320 },
  { ...base, name: "history-ten-years", path: `${asked}AAPL&period=10y&interval=1d` },
  { ...base, name: "history-intraday", path: `${asked}BTC/EUR&period=1d&interval=5m`, scheme: "dark" },
  { ...base, name: "nothing-at-this-address", path: "/marketpulse/nothing" },
];

/** @param {string} how @param {Over} over @returns {Shot[]} */
function gone(how, over) {
  return [
    { ...base, name: `dashboard-${how}`, path: DASHBOARD, over },
    { ...base, name: `status-${how}`, path: "/marketpulse/status", over },
    { ...base, name: `status-${how}-dark-320`, path: "/marketpulse/status", over, width: 320, scheme: "dark" },
    { ...base, name: `home-${how}`, path: "/marketpulse", over },
    { ...base, name: `history-${how}`, path: `${asked}BTC/EUR&period=1mo`, over },
  ];
}

/** @param {Page} page */
async function search(page) {
  await page.keyboard.press("/");
  await page.keyboard.type("app");
}

/** @param {number} ms */
function stopAndWait(ms) {
  return async (/** @type {Page} */ page, /** @type {() => Promise<void>} */ stop) => {
    await stop();
    await page.waitForTimeout(ms);
  };
}

/** Every picture there is. @type {Shot[]} */
export const SHOTS = [...plain(), ...STATES];
