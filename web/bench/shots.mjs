// What is photographed: pages and states, each at the width and in the colours where it tells something.

/** When the clock stands still in the pictures of the demo: some prices rise, some fall, every market trades. */
export const AT = "2026-03-05T15:30:00Z";

/**
 * @typedef {import("@playwright/test").Page} Page
 * @typedef {"demo" | "real" | "stale" | "cut"} Over What the service lives on: the simulator alone, at {@link AT}; fake
 *   upstreams, by the machine's clock; those, of which all prices are half an hour old; those, just gone away.
 * @typedef {{
 *   name: string, path: string, width: number, scheme: "light" | "dark", over: Over,
 *   height?: number, full?: boolean, published?: boolean, stops?: boolean, before?: (page: Page) => Promise<unknown>,
 *   act?: (page: Page, stop: () => Promise<void>) => Promise<unknown>,
 * }} Shot `published` in docs/screenshots; `stops` its service.
 */

const DASHBOARD = "/marketpulse/dashboard";
const HISTORY = "/marketpulse/history/view?symbol=AAPL&period=1y&interval=1d";
const STUDIED = `${HISTORY}&ind=sma:50,bollinger:20:2,rsi:14,macd:12:26:9`;
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
const PUBLISHED = new Set([
  "home-1440-light",
  "dashboard-1440-light",
  "dashboard-1440-dark",
  "status-1440-light",
  "docs-1440-light",
]);

/** @returns {Shot[]} */
function plain() {
  return PAGES.flatMap(({ name, path }) =>
    WIDTHS.flatMap((width) =>
      SCHEMES.map((scheme) => {
        const shot = `${name}-${width}-${scheme}`;
        return { name: shot, path, width, scheme, over: "demo", published: PUBLISHED.has(shot), full: name !== "docs" };
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
const base = { width: 1440, scheme: /** @type {const} */ ("light"), over: /** @type {Over} */ ("demo") };
const mobile = { ...base, width: 390, height: 844 };
const real = { ...base, over: /** @type {Over} */ ("real") };
const asked = "/marketpulse/history/view?symbol=";

/** @type {Shot[]} */
const STATES = [
  { ...real, name: "dashboard-real", path: DASHBOARD },
  { ...real, name: "history-real", path: HISTORY },
  { ...real, name: "home-real", path: "/marketpulse" },
  { ...real, name: "status-real", path: "/marketpulse/status", published: true },
  { ...real, name: "status-real-dark-320", path: "/marketpulse/status", width: 320, scheme: "dark" },
  { ...real, name: "wall-real", path: `${DASHBOARD}?wall` },
  { ...mobile, name: "dashboard-mobile", path: `${DASHBOARD}?symbols=${SOME}`, published: true },
  { ...mobile, name: "history-mobile", path: HISTORY, scheme: "dark", published: true },
  { ...base, name: "dashboard-table", path: `${DASHBOARD}?symbols=${MANY}&view=table`, published: true },
  { ...base, name: "dashboard-table-320", path: `${DASHBOARD}?symbols=${SOME}&view=table`, width: 320 },
  { ...base, name: "dashboard-grouped", path: `${DASHBOARD}?symbols=${MANY}&group=kind&sort=-change`, scheme: "dark" },
  { ...base, name: "dashboard-wall", path: `${DASHBOARD}?symbols=${SOME}&wall`, width: 2560, height: 1440, scheme: "dark", published: true },
  { ...base, name: "dashboard-wall-1440", path: `${DASHBOARD}?symbols=${SOME}&wall` },
  { ...base, name: "dashboard-empty", path: `${DASHBOARD}?symbols=,`, published: true },
  { ...real, name: "dashboard-unknown", path: `${DASHBOARD}?symbols=CAC40,AAPLE,%3Cb%3Ebold%3C/b%3E` },
  { ...base, name: "dashboard-loading", path: DASHBOARD, before: hold(DATA) },
  { ...base, name: "dashboard-no-data", path: DASHBOARD, before: refuse(DATA, 503) },
  { ...real, name: "dashboard-adding", path: DASHBOARD, full: false, act: (page) => page.locator("#add").pressSequentially("app") },
  { ...base, name: "search", path: "/marketpulse", full: false, before: finds, act: search, published: true },
  { ...base, name: "search-320-dark", path: "/marketpulse", width: 320, scheme: "dark", full: false, before: finds, act: search },
  { ...base, name: "help", path: DASHBOARD, full: false, act: (page) => page.keyboard.press("?") },
  { ...base, name: "dashboard-reconnecting", path: DASHBOARD, stops: true, act: stopAndWait(3_000) },
  { ...base, name: "dashboard-offline", path: DASHBOARD, stops: true, act: stopAndWait(14_000), published: true },
  { ...base, name: "status-offline", path: "/marketpulse/status", stops: true, act: stopAndWait(40_000) },
  { ...base, name: "home-offline", path: "/marketpulse", stops: true, act: stopAndWait(40_000) },
  ...gone("sources-down", "cut"),
  ...gone("stale", "stale"),
  { ...base, name: "history-first", path: "/marketpulse/history/view" },
  { ...real, name: "history-unknown", path: `${asked}AAPLE`, published: true },
  { ...base, name: "history-hostile", path: `${asked}${encodeURIComponent('"><img src=x onerror=alert(1)>')}` },
  { ...base, name: "history-nothing-there", path: `${asked}AAPL&from=1901-01-01&to=1901-02-01&interval=1d`, published: true },
  { ...base, name: "history-not-offered", path: `${asked}AAPL&period=10y&interval=1m` },
  { ...base, name: "history-loading", path: HISTORY, before: hold(DATA) },
  { ...base, name: "history-no-data", path: HISTORY, before: refuse(DATA, 503) },
  { ...base, name: "history-line", path: `${HISTORY}&type=line&scale=log` },
  { ...base, name: "history-bars", path: `${HISTORY}&type=bars`, scheme: "dark" },
  { ...base, name: "history-baseline", path: `${HISTORY}&type=baseline&scale=percent` },
  { ...base, name: "history-compare", path: `${HISTORY}&compare=MSFT,AIR.PA,CAC40`, published: true },
  { ...base, name: "history-compare-dark", path: `${HISTORY}&compare=MSFT,AIR.PA,CAC40`, scheme: "dark" },
  { ...base, name: "history-indicators", path: STUDIED, published: true },
  { ...base, name: "history-indicators-dark", path: STUDIED, scheme: "dark", published: true },
  { ...base, name: "history-indicators-320", path: `${HISTORY}&ind=sma:50,rsi:14`, width: 320 },
  { ...base, name: "history-ten-years", path: `${asked}AAPL&period=10y&interval=1d` },
  { ...base, name: "history-intraday", path: `${asked}BTC/EUR&period=1d&interval=5m`, scheme: "dark" },
  { ...base, name: "nothing-at-this-address", path: "/marketpulse/nothing" },
];

/** @param {string} how @param {Over} over @returns {Shot[]} */
function gone(how, over) {
  return [
    { ...base, name: `dashboard-${how}`, path: DASHBOARD, over, published: over === "stale" },
    { ...base, name: `status-${how}`, path: "/marketpulse/status", over },
    { ...base, name: `status-${how}-dark-320`, path: "/marketpulse/status", over, width: 320, scheme: "dark" },
    { ...base, name: `home-${how}`, path: "/marketpulse", over },
    { ...base, name: `history-${how}`, path: `${asked}BTC/EUR&period=1mo`, over },
  ];
}

/** The simulator alone finds nothing by name. @param {Page} page */
function finds(page) {
  const equity = (/** @type {string[]} */ [symbol, name, exchange, currency]) => ({ symbol, name, kind: "equity", exchange, currency });
  const instruments = [
    equity(["AAPL", "Apple Inc.", "NasdaqGS", "USD"]),
    equity(["APC.DE", "Apple Inc.", "XETRA", "EUR"]),
    equity(["APLE", "Apple Hospitality REIT, Inc.", "NYSE", "USD"]),
  ];
  return page.route("**/v1/search?*", (route) => route.fulfill({ json: { upstream: "ok", instruments } }));
}

/** @param {Page} page */
async function search(page) {
  await page.keyboard.press("/");
  await page.keyboard.type("apple");
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
