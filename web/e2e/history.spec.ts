import { AxeBuilder } from "@axe-core/playwright";
import type { RequestListener, ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { colours, CUT_OFF, DRAWN, expect, leave, moved, overhang, shifting, STATUS, stepBack, test, withUpstream } from "./service";

const VIEW = "/marketpulse/history/view";
const HOSTILE = '"><img src=x onerror=alert(1)>';

/** What the browser remarks on a service that is away. */
const AWAY = new RegExp(`${CUT_OFF.source}|status of 503`);
/** And on a network that goes away: which name it has for that depends on what it was just doing. */
const OFFLINE = new RegExp(`${AWAY.source}|^Failed to load resource: net::ERR_[A-Z_]+`);

const chart = (page: Page) => page.locator("[data-chart-place]");
const figure = (page: Page) => page.locator("figure[data-bars]");
const value = (page: Page, name: string) => page.locator(`[data-value="${name}"]`);
const key = (page: Page) => page.locator("[data-keyed] li");
const description = (page: Page) => page.locator("#chart-text");

async function isDrawn(page: Page): Promise<void> {
  await expect.poll(() => colours(chart(page))).toBeGreaterThan(DRAWN);
}

/** Opens a view and waits until it is drawn. */
async function open(page: Page, query: string): Promise<void> {
  await page.goto(VIEW + query);
  await expect(figure(page)).toHaveAttribute("data-drawn", /\d/);
}

/** Waits for what a choice leads to; names are the source's, so the symbol decides. */
async function shows(page: Page, symbol: string, period: string): Promise<void> {
  await expect(page.locator("#result .about span").first()).toHaveText(symbol);
  await expect(page.locator("#result h2").first()).toHaveText(new RegExp(`, ${period}$`));
}

/** The table's rows, its head first; the chart library lays itself out in another table. */
function rows(page: Page) {
  return page.getByRole("region", { name: /^Prices of/ }).getByRole("row");
}

async function openFigures(page: Page): Promise<void> {
  await page.getByText(/^Figures/).click();
}

/** Marks the document, so that a test can see whether it was loaded anew. */
async function mark(page: Page): Promise<void> {
  await page.evaluate(() => document.body.setAttribute("data-marked", ""));
}

const isMarked = (page: Page) => expect(page.locator("body[data-marked]")).toHaveCount(1);

const drawnBars = async (page: Page) => Number(await figure(page).getAttribute("data-drawn"));

test("opens on the CAC 40 with a chart, a summary and figures", async ({ page }) => {
  await page.goto(VIEW);
  await shows(page, "CAC40", ".+");
  await isDrawn(page);
  await expect(page.locator(".facts")).toContainText("Highest close");
  await openFigures(page);
  await expect(rows(page).nth(1)).toHaveText(/\d{4}.*\d\.\d\d/);
});

test("a symbol and period are chosen, written into the address, reloaded and gone back from", async ({ page }) => {
  await open(page, "?symbol=CAC40&period=1mo");
  await mark(page);
  await page.getByLabel("Symbol", { exact: true }).fill("BTC/EUR");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(`${VIEW}?symbol=BTC%2FEUR&period=1mo`);
  await shows(page, "BTC/EUR", "1 month");
  await page.getByRole("link", { name: "6 months" }).click();
  await expect(page).toHaveURL(`${VIEW}?symbol=BTC%2FEUR&period=6mo`);
  await shows(page, "BTC/EUR", "6 months");
  await expect(page.getByRole("link", { name: "6 months" })).toHaveAttribute("aria-current", "true");
  await isDrawn(page);
  await isMarked(page);

  await page.reload();
  await expect(page.getByLabel("Symbol", { exact: true })).toHaveValue("BTC/EUR");
  await isDrawn(page);

  await page.goBack();
  await shows(page, "BTC/EUR", "1 month");
  await isDrawn(page);
  await page.goBack();
  await shows(page, "CAC40", "1 month");
  await expect(page.getByLabel("Symbol", { exact: true })).toHaveValue("CAC40");
});

test("the form works by keyboard alone", async ({ page }) => {
  await page.goto(VIEW);
  await page.getByLabel("Symbol", { exact: true }).focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("EUR/USD");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/symbol=EUR%2FUSD/);
  await shows(page, "EUR/USD", ".+");
  await expect(page.locator("#progress")).toHaveText(/^EUR/);
  await expect(page.getByLabel("Symbol", { exact: true })).toBeFocused();
});

test("without scripts there are prices, a table, periods and dates; what needs scripts is not offered", async ({ browser, service }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: service });
  const page = await context.newPage();
  await page.goto(VIEW);
  await page.getByLabel("Symbol", { exact: true }).fill("EUR/USD");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByRole("link", { name: "3 months" }).click();
  await shows(page, "EUR/USD", "3 months");
  await expect(page.locator("noscript .note")).toBeVisible();
  for (const part of ["#drawn", "[data-png]", ".zoom"]) await expect(page.locator(part)).toBeHidden();
  await page.getByLabel("From").fill("2024-01-02");
  await page.getByLabel("To", { exact: true }).fill("2024-02-05");
  await page.getByRole("button", { name: "Show" }).click();
  await shows(page, "EUR/USD", "2 Jan 2024 to 5 Feb 2024");
  await openFigures(page);
  await expect(rows(page)).toHaveCount(26);
  await context.close();
});

test("bars shorter than a day are drawn on the exchange's own clock", async ({ page }) => {
  await open(page, "?symbol=CAC40&period=5d&interval=30m");
  await openFigures(page);
  await expect(page.getByRole("columnheader").first()).toHaveText("Time (Europe/Paris)");
  const newest = await rows(page).nth(1).getByRole("rowheader").textContent();
  await expect(value(page, "when")).toHaveText(new RegExp(newest?.slice(0, 12) ?? "no time"));
  expect(newest).toMatch(/\d:\d\d/);
});

test("a window made narrower keeps the newest price in sight", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await open(page, "?symbol=CAC40&period=1mo");
  const newest = (await value(page, "when").textContent()) ?? "";
  await page.setViewportSize({ width: 390, height: 900 });
  await chart(page).scrollIntoViewIfNeeded();
  // The axis on the right takes about 75 px; left of it stands the newest bar.
  await expect
    .poll(async () => {
      const place = await chart(page).boundingBox();
      if (!place) return "";
      await page.mouse.move(place.x + place.width - 80, place.y + 100);
      return value(page, "when").textContent();
    })
    .toBe(newest);
});

test("the chart has as many bars as the data API gives", async ({ page, request }) => {
  await open(page, "?symbol=CAC40&period=3mo");
  const answer = await request.get("/marketpulse/v1/bars/CAC40?period=3mo");
  const { bars } = await answer.json();
  expect(bars.length).toBeGreaterThan(50);
  expect(await drawnBars(page)).toBe(bars.length);
});

for (const type of ["candles", "bars", "line", "area", "baseline"]) {
  test(`prices are drawn as ${type}, and the address says so`, async ({ page }) => {
    await open(page, `?symbol=AAPL&period=3mo${type === "candles" ? "&type=line" : ""}`);
    const before = await chart(page).screenshot();
    if (type !== "candles") expect(page.url()).not.toContain("type=");
    if (type === "candles") await page.getByLabel("Type").selectOption("candles");
    else await page.getByLabel("Type").selectOption(type);
    await expect(description(page)).toContainText(`, ${type}, from`);
    if (type === "candles") await expect(page).toHaveURL(`${VIEW}?symbol=AAPL&period=3mo`);
    else await expect(page).toHaveURL(`${VIEW}?symbol=AAPL&period=3mo&type=${type}`);
    await isDrawn(page);
    await expect.poll(async () => before.equals(await chart(page).screenshot())).toBe(false);
  });
}

test("the scale is linear, logarithmic or in per cent of the first bar", async ({ page }) => {
  await open(page, "?symbol=AAPL&period=1y");
  const linear = await chart(page).screenshot();
  await page.getByLabel("Scale").selectOption("log");
  await expect(page).toHaveURL(/scale=log/);
  await expect(description(page)).toContainText("logarithmic");
  await expect.poll(async () => linear.equals(await chart(page).screenshot())).toBe(false);
  await page.getByLabel("Scale").selectOption("percent");
  await expect(key(page)).toContainText("Per cent since");
  // Both go on with the newest price.
  const percent = async () => /\((.*)\)/.exec((await page.locator('[data-slot="change"]').textContent()) ?? "")?.[1];
  await expect.poll(async () => (await percent()) === (await key(page).locator(".value").textContent())).toBe(true);
});

test("the symbol is looked up by its name, and shown once it is chosen", async ({ page }) => {
  await open(page, "?symbol=AAPL&period=3mo");
  const symbol = page.getByLabel("Symbol", { exact: true });
  const hits = page.locator("#symbol-hits [role=option]");
  await symbol.fill("microsoft");
  await expect(hits.first()).toContainText("MSFT");
  await symbol.press("Escape");
  await expect(symbol).toHaveValue("AAPL");
  await expect(hits).toHaveCount(0);
  await symbol.fill("microsoft");
  await hits.first().click();
  await expect(page).toHaveURL(`${VIEW}?symbol=MSFT&period=3mo`);
  await expect(symbol).toHaveValue("MSFT");
  await expect(hits).toHaveCount(0);
});

test("others are set beside through the search, rebased on the first common day, and taken out", async ({ page }) => {
  await open(page, "?symbol=AAPL&period=3mo");
  await page.getByText("Compare", { exact: true }).click();
  await page.locator("#add").fill("cac");
  await page.getByRole("option", { name: /CAC 40/ }).click();
  await expect(page).toHaveURL(`${VIEW}?symbol=AAPL&period=3mo&compare=CAC40`);
  await expect(key(page)).toHaveCount(2);
  await expect(key(page).first()).toContainText(/^AAPL.*100 is [\d.]+ on/);
  await expect(key(page).last()).toContainText(/^CAC40\d+\.\d\d.*CAC 40, EUR, source: demo/);
  await expect(page.getByLabel("Type")).toBeDisabled();
  await expect(page.getByLabel("Type")).toHaveValue("line");
  await expect(page.getByLabel("Volume")).not.toBeChecked();
  await expect(page.locator("#comparing summary")).toHaveText("Compare (1)");
  await expect(description(page)).toContainText("Compared with CAC40.");
  // On the first common day all stand at 100. It is reached from the newest: before the first, bars are still coming.
  const values = key(page).locator(".value");
  await expect(async () => {
    await chart(page).focus();
    await page.keyboard.press("End");
    for (let steps = 0; steps < 70 && (await values.allTextContents()).join() !== "100.00,100.00"; steps++) {
      const before = (await value(page, "when").textContent()) ?? "";
      await page.keyboard.press("ArrowLeft");
      await expect(value(page, "when")).not.toHaveText(before);
    }
    expect(await values.allTextContents()).toEqual(["100.00", "100.00"]);
  }).toPass();
  await page.getByRole("button", { name: "Take CAC40 out" }).click();
  await expect(page).toHaveURL(`${VIEW}?symbol=AAPL&period=3mo`);
  await expect(key(page)).toHaveCount(0);
});

test("at most five are compared, and a sixth is refused with the reason", async ({ page }) => {
  await open(page, "?symbol=AAPL&period=1mo&compare=A,B,C,D,E");
  await expect(key(page)).toHaveCount(6);
  await page.locator("#comparing summary").click();
  await page.locator("#add").fill("MSFT");
  await page.keyboard.press("Enter");
  await expect(page.locator("#add-said")).toHaveText("At most 5 can be compared; take one out first.");
  await expect(page).toHaveURL(/compare=A,B,C,D,E$/);
});

test("indicators are shown with their formula, those that are no prices below, and in the table", async ({ page }) => {
  await open(page, "?symbol=AAPL&period=6mo");
  await page.locator("#indicators summary").click();
  await page.getByLabel("Moving average, 50 bars").check();
  await page.getByLabel("Bollinger bands").check();
  await page.getByLabel("Relative strength (RSI)").check();
  await page.getByLabel("MACD").check();
  await expect(page).toHaveURL(/ind=sma:50,bollinger:20:2,rsi:14,macd:12:26:9$/);
  await expect(key(page)).toHaveCount(4);
  await expect(key(page).nth(0)).toContainText(/^SMA 50[\d.,]+Mean of the latest 50 closes\./);
  await expect(key(page).nth(1)).toContainText(/population standard deviations/);
  await expect(key(page).nth(2)).toContainText(/^RSI 14\d\d?\.\d\d100 × gain/);
  await expect(key(page).nth(3)).toContainText(/EMA of 12 closes − EMA of 26 closes/);
  await expect(page.locator(".stage")).toHaveAttribute("data-panes", "2");
  // There are figures from the first bar on: the service was asked for earlier ones.
  await chart(page).focus();
  await page.keyboard.press("Home");
  await expect(key(page).nth(0).locator(".value")).toHaveText(/\d/);
  await openFigures(page);
  await expect(page.getByRole("columnheader", { name: "Bollinger 20, 2 upper" })).toBeVisible();
  await page.getByRole("button", { name: "Take RSI 14 out" }).click();
  await expect(key(page)).toHaveCount(3);
  await expect(page.locator(".stage")).toHaveAttribute("data-panes", "1");
});

test("an indicator of one's own is added by name, and what is none is refused with the reason", async ({ page }) => {
  await open(page, "?symbol=AAPL&period=6mo");
  await page.locator("#indicators summary").click();
  const field = page.getByLabel(/^Others, such as/);
  await field.fill(HOSTILE);
  await field.press("Enter");
  await expect(page.locator("#indicator-said")).toContainText("is none; write sma:20");
  await expect(page.locator("#result img, #drawn img")).toHaveCount(0);
  await field.fill("sma:100");
  await field.press("Enter");
  await expect(key(page)).toContainText("Mean of the latest 100 closes.");
});

test("dividends and splits are marks with their value in the legend and in the table", async ({ page }) => {
  await open(page, "?symbol=AAPL&from=2020-08-03&to=2020-09-30");
  await openFigures(page);
  await expect(page.getByRole("columnheader", { name: "Event" })).toBeVisible();
  await expect(rows(page).filter({ hasText: "Split 4 for 1" })).toHaveCount(1);
  await expect(rows(page).filter({ hasText: /Dividend [\d.]+ USD/ })).toHaveCount(1);
  await chart(page).focus();
  await page.keyboard.press("End");
  const backTo = async () => {
    await stepBack(page);
    return value(page, "event").textContent();
  };
  await expect.poll(backTo, { intervals: [0] }).toMatch(/^Dividend [\d.]+ USD$/);
});

test("prices are adjusted as asked for", async ({ page }) => {
  await open(page, "?symbol=AAPL&from=2020-08-03&to=2020-09-30");
  const first = page.locator('[data-slot="first"]');
  const adjusted = Number((await first.textContent())?.replace(",", ""));
  await page.getByLabel("Adjusted for").selectOption("none");
  await expect(page).toHaveURL(/adjust=none/);
  await expect(page.locator(".facts")).toContainText("not at all");
  await expect.poll(async () => Number((await first.textContent())?.replace(",", ""))).toBeCloseTo(adjusted * 4, 1);
  await page.reload();
  await expect(page.getByLabel("Adjusted for")).toHaveValue("none");
});

test("a range of one's own is given by dates, or taken from what the mouse brought in sight", async ({ page }) => {
  await open(page, "?symbol=AAPL&period=1y");
  await page.getByLabel("From").fill("2024-01-02");
  await page.getByLabel("To", { exact: true }).fill("2024-06-28");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(`${VIEW}?symbol=AAPL&from=2024-01-02&to=2024-06-28`);
  await shows(page, "AAPL", "2 Jan 2024 to 28 Jun 2024");
  await expect(page.locator("#periods [aria-current]")).toHaveCount(0);
  await expect(figure(page)).toHaveAttribute("data-drawn", /\d/);
  const keep = page.locator("[data-save-range]");
  await expect(keep).toBeHidden();
  await chart(page).hover();
  await page.keyboard.down("Control");
  for (const _ of Array(6)) await page.mouse.wheel(0, -200);
  await page.keyboard.up("Control");
  await keep.click();
  await expect(page).toHaveURL(/from=2024-0[2-4]-\d\d&to=2024-0[3-6]-\d\d$/);
  await page.goBack();
  await shows(page, "AAPL", "2 Jan 2024 to 28 Jun 2024");
});

test("the wheel alone scrolls the page, not the chart", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 600 });
  await open(page, "?symbol=AAPL&period=1y");
  await chart(page).hover({ position: { x: 200, y: 20 } });
  await page.mouse.wheel(0, 200);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(100);
  await expect(page.locator("[data-save-range]")).toBeHidden();
});

test("the chart is gone through by keyboard alone", async ({ page }) => {
  await open(page, "?symbol=AAPL&period=3mo&ind=sma:20");
  await page.keyboard.press("c");
  await expect(chart(page)).toBeFocused();
  const last = await value(page, "when").textContent();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect(value(page, "when")).not.toHaveText(last ?? "");
  await expect(page.locator("[data-spoken]")).toHaveText(/: open .*, close .*, volume .*SMA 20 [\d.]+/);
  await page.keyboard.press("End");
  await expect(value(page, "when")).toHaveText(last ?? "");
  await page.keyboard.press("+");
  await expect(page.locator("[data-save-range]")).toBeVisible();
  await page.keyboard.press("0");
  await expect(page.locator("[data-save-range]")).toBeHidden();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(chart(page)).not.toBeFocused();
  await page.keyboard.press("?");
  await expect(page.locator("#help")).toContainText("The bar before, the next");
});

test("earlier prices are loaded by going back, without a jump", async ({ page }) => {
  await open(page, "?symbol=AAPL&period=1mo");
  const before = await drawnBars(page);
  const asked = page.waitForRequest(/\/v1\/bars\/AAPL\?.*from=.*&to=/);
  await chart(page).focus();
  const newest = (await value(page, "when").textContent()) ?? "";
  await page.keyboard.press("Home");
  await expect(value(page, "when")).not.toHaveText(newest);
  const first = await value(page, "when").textContent();
  await page.keyboard.press("ArrowLeft");
  await asked;
  await expect.poll(() => drawnBars(page)).toBeGreaterThan(before + 100);
  await expect(value(page, "when")).toHaveText(first ?? "");
  await page.keyboard.press("ArrowLeft");
  await expect(value(page, "when")).not.toHaveText(first ?? "");
  // The stretch that was asked for is still what the facts are about.
  await expect(page.locator('[data-slot="bars"]')).toHaveText(String(before));
});

test("earlier prices are loaded by dragging", async ({ page }) => {
  await open(page, "?symbol=AAPL&period=1mo");
  const before = await drawnBars(page);
  const place = await chart(page).boundingBox();
  if (!place) throw new Error("no chart");
  await page.mouse.move(place.x + 100, place.y + 100);
  await page.mouse.down();
  await page.mouse.move(place.x + 600, place.y + 100, { steps: 8 });
  await page.mouse.up();
  await expect.poll(() => drawnBars(page)).toBeGreaterThan(before + 100);
});

test("at the first price of all it is said that there are none before", async ({ page }) => {
  await open(page, "?symbol=AAPL&period=max");
  await chart(page).focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  await expect(page.locator("[data-edge]")).toHaveText("There are no earlier prices.");
});

test("an address with everything in it shows everything, and is left as it is", async ({ page }) => {
  const query =
    "?symbol=AAPL&from=2024-01-02&to=2024-06-28&interval=1wk&adjust=all&type=line&scale=percent&volume=off&ind=sma:20,rsi:14&compare=MSFT";
  await open(page, query);
  await expect(key(page)).toHaveCount(4);
  await expect(page.getByLabel("Type")).toHaveValue("line");
  await expect(page.getByLabel("Scale")).toHaveValue("percent");
  await expect(page.getByLabel("Volume")).not.toBeChecked();
  await expect(page.getByLabel("Interval")).toHaveValue("1wk");
  await expect(page.getByLabel("Adjusted for")).toHaveValue("all");
  await expect(page.getByLabel("From")).toHaveValue("2024-01-02");
  await expect(page).toHaveURL(VIEW + query);
  await page.getByRole("link", { name: "1 year" }).click();
  await expect(page).toHaveURL(/period=1y&adjust=all&type=line&scale=percent&volume=off&ind=sma:20,rsi:14&compare=MSFT$/);
  await page.goBack();
  await expect(page).toHaveURL(VIEW + query);
  await shows(page, "AAPL", "2 Jan 2024 to 28 Jun 2024");
});

test("the newest bar moves with the prices", async ({ page }) => {
  await open(page, "?symbol=BTC/EUR&period=1d");
  await expect(page.locator("#connection")).toHaveText("Live");
  const figureNow = page.locator('[data-slot="last"]');
  const before = await figureNow.textContent();
  await expect(figureNow).not.toHaveText(before ?? "");
});

test("a live price of another source is a line of its own, and no part of the bars", async ({ page }) => {
  const quote = {
    symbol: "CAC40",
    name: HOSTILE,
    price: 9_999.5,
    currency: "EUR",
    source: "other",
    as_of: new Date().toISOString(),
    freshness: "fresh",
    simulated: false,
    price_decimals: 2,
    market_state: "open",
  };
  const event = { type: "snapshot", timestamp: quote.as_of, quotes: [quote], sources: [], bars: [] };
  await page.route("**/marketpulse/stream?*", (route) =>
    route.fulfill({ contentType: "text/event-stream", body: `id: 1-1\ndata: ${JSON.stringify(event)}\n\n` }),
  );
  await open(page, "?symbol=CAC40&period=1mo");
  await expect(page.locator('[data-slot="beside"]')).toHaveText(
    /^Newest price 9,999\.50 EUR from other, at .*; these bars are from demo, and the two are not mixed\.$/,
  );
  await expect(page.locator('[data-slot="last"]')).not.toHaveText("9,999.50");
  await expect(page.locator("#result img")).toHaveCount(0);
});

test("the prices can be taken elsewhere: as CSV, as a picture, as calls that work", async ({ page, context, request, service }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page, "?symbol=EUR/USD&period=1mo&ind=sma:5");
  await expect(key(page)).toContainText("Mean of the latest 5 closes.");
  const csv = page.getByRole("link", { name: "CSV" }).first();
  const table = await (await request.get((await csv.getAttribute("href")) ?? "")).text();
  expect(table).toMatch(/^date,.*close,.*sma_5/);

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "PNG" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^EUR-USD-\d{4}-\d\d-\d\d\.png$/);
  const picture = await readFile(await file.path());
  expect(picture.subarray(1, 4).toString()).toBe("PNG");
  expect(picture.length).toBeGreaterThan(5_000);

  await page.getByText("Get these prices elsewhere").click();
  for (const name of ["curl", "Python", "Google Sheets", "Excel"]) {
    await expect(page.locator("[data-calls]")).toContainText(name);
  }
  await page.getByRole("button", { name: "Copy: Address" }).click();
  const address = await page.evaluate(() => navigator.clipboard.readText());
  expect(address).toMatch(new RegExp(`^${service}/marketpulse/v1/bars/EUR%2FUSD\\?`));
  expect((await (await request.get(address)).json()).indicators).toHaveLength(1);
  await page.getByRole("button", { name: "Copy link" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
});

test("what is loading says so, and moves nothing when it comes", async ({ page }) => {
  const shifts = await shifting(page);
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/marketpulse/v1/bars/**", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${VIEW}?symbol=AAPL&period=1y&ind=sma:20,rsi:14`);
  await expect(page.locator("[data-chart-note]")).toHaveText("Loading…");
  const place = await chart(page).boundingBox();
  go();
  await expect(key(page).last()).toContainText("gain");
  expect(await chart(page).boundingBox()).toEqual(place);
  expect(moved(await shifts())).toBeLessThan(0.01);
});

test.describe("what cannot be shown", () => {
  test.use({ expected: STATUS });

  for (const [fault, query, sentence] of [
    ["symbol", "?symbol=NO%20SUCH&period=1mo", "cannot be part of a symbol"],
    ["period", "?symbol=CAC40&period=soon", "soon"],
    ["type", "?symbol=CAC40&type=smoke", "smoke"],
    ["indicator", "?symbol=CAC40&ind=sma:9999", "from 1 to 500"],
    ["end before the beginning", "?symbol=CAC40&from=2024-02-01&to=2024-01-01", "must not be later"],
  ] as const) {
    test(`a nonsense ${fault} is explained beside the form that mends it`, async ({ page }) => {
      const answer = await page.goto(VIEW + query);
      expect(answer?.status()).toBe(400);
      await expect(page.locator(".notice")).toContainText(sentence);
      await expect(chart(page)).toHaveCount(0);
      await page.locator(".notice").getByRole("link", { name: "BTC/EUR" }).click();
      await shows(page, "BTC/EUR", "1 month");
    });
  }

  test("a nonsense symbol typed into the form leaves the page standing", async ({ page }) => {
    await page.goto(VIEW);
    await mark(page);
    await page.getByLabel("Symbol", { exact: true }).fill(HOSTILE);
    await page.getByLabel("Symbol", { exact: true }).press("Enter");
    await expect(page.locator("#symbol-said")).toContainText(`Enter shows “${HOSTILE}” as a symbol.`);
    await page.getByLabel("Symbol", { exact: true }).press("Enter");
    await expect(page.locator(".notice")).toBeVisible();
    await expect(page.getByLabel("Symbol", { exact: true })).toHaveValue(HOSTILE);
    await isMarked(page);
    await expect(page.locator("img")).toHaveCount(0);
  });

  test("markup in any part of an address is text", async ({ page }) => {
    for (const name of ["symbol", "period", "from", "to", "interval", "adjust", "type", "scale", "volume", "ind", "compare"]) {
      await page.goto(`${VIEW}?${new URLSearchParams({ [name]: HOSTILE })}`);
      await expect(page.locator("h1")).toHaveText("History");
      await expect(page.locator("img")).toHaveCount(0);
    }
    await open(page, `?symbol=AAPL&period=1mo&compare=${encodeURIComponent(HOSTILE)}`);
    await expect(key(page).filter({ hasText: "Not a symbol" })).toContainText(HOSTILE);
    await expect(page.locator("img")).toHaveCount(0);
  });

  test("a stretch without prices has ways on that keep what was chosen", async ({ page }) => {
    await page.goto(`${VIEW}?symbol=AAPL&from=1901-01-01&to=1901-02-01&type=line`);
    await expect(page.locator(".notice")).toContainText("exists, and had no prices in this stretch (1 Jan 1901 to 1 Feb 1901, daily)");
    await page.locator(".notice").getByRole("link", { name: "all there is" }).click();
    await expect(page).toHaveURL(`${VIEW}?symbol=AAPL&period=max&type=line`);
    await shows(page, "AAPL", "all there is");
  });

  test("an interval that is not offered so far back is refused with what would work", async ({ page }) => {
    await page.goto(`${VIEW}?symbol=AAPL&period=10y&interval=1m`);
    await expect(page.locator(".notice")).toContainText("1m bars reach back 7 days at most");
    await expect(page.getByRole("link", { name: "the newest 5 days, every minute" })).toBeVisible();
    await page.getByRole("link", { name: "10 years in daily bars" }).click();
    await shows(page, "AAPL", "10 years");
    await expect(figure(page)).toHaveAttribute("data-drawn", /\d{4}/);
  });

  test("where an interval reaches back no further, the service's own sentence says so", async ({ page }) => {
    await open(page, "?symbol=BTC/EUR&period=5d&interval=1m");
    await page.route(/\/v1\/bars\/.*&to=/, (route) =>
      route.fulfill({ status: 400, json: { detail: "interval: 1m bars reach back 30 days at most" } }),
    );
    await chart(page).focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowLeft");
    await expect(page.locator("[data-edge]")).toHaveText("Interval: 1m bars reach back 30 days at most.");
  });

  test("an unknown symbol is refused with those that may have been meant", async ({ page }) => {
    const nothing = { chart: { result: null, error: { code: "Not Found", description: HOSTILE } } };
    const answerNothing: RequestListener = (_, response) => {
      response.writeHead(404, { "content-type": "application/json" }).end(JSON.stringify(nothing));
    };
    await withUpstream(answerNothing, async (service) => {
      const answer = await page.goto(`${service}${VIEW}?symbol=CAC4&period=1mo`);
      expect(answer?.status()).toBe(404);
      await expect(page.locator(".notice")).toContainText("no source knows CAC4; did you mean CAC40?");
      await expect(page.locator(".notice").getByRole("link", { name: "CAC40" }).first()).toBeVisible();
      await expect(page.locator("img")).toHaveCount(0);
      await leave(page);
    });
  });
});

test.describe("where the service cannot be reached", () => {
  test.use({ expected: AWAY });

  test("a chart that cannot be had is said to be missing, and drawn once it can", async ({ page }) => {
    await page.route("**/marketpulse/v1/bars/**", (route) => route.abort());
    await page.goto(`${VIEW}?symbol=CAC40&period=1mo`);
    await expect(page.locator("[data-chart-note]")).toHaveText(
      "The request did not come through. The figures stand below.",
    );
    await expect(page.locator(".facts")).toBeVisible();
    await page.unroute("**/marketpulse/v1/bars/**");
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await isDrawn(page);
    await expect(page.locator("[data-chart-note]")).toBeEmpty();
  });

  test.describe("for want of a network", () => {
    test.use({ expected: OFFLINE });

    test("a stream that drops is said, and what was missed is asked for when it is back", async ({ page, context }) => {
      await open(page, "?symbol=CAC40&period=1mo");
      await expect(page.locator("#connection")).toHaveText("Live");
      await context.setOffline(true);
      await expect(page.locator("#connection")).toHaveText(/^Offline since \d\d:\d\d:\d\d; these are the last known prices$/);
      const asked = page.waitForRequest(/\/v1\/bars\/CAC40/);
      await context.setOffline(false);
      await asked;
      await expect(page.locator("#connection")).toHaveText("Live");
    });
  });

  test("what is chosen while the service is away is shown once it is back", async ({ page }) => {
    await open(page, "?symbol=CAC40&period=1mo");
    await mark(page);
    await page.route("**/marketpulse/**", (route) => route.abort());
    await page.getByRole("link", { name: "6 months" }).click();
    await expect(page.locator("[data-standing]")).toContainText("What was chosen last is shown once the service answers.");
    await shows(page, "CAC40", "1 month");
    await page.unroute("**/marketpulse/**");
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await shows(page, "CAC40", "6 months");
    await isDrawn(page);
    await isMarked(page);
  });

  test("a failure that may pass is asked for again, and nothing is called live meanwhile", async ({ page }) => {
    await page.clock.install();
    await open(page, "?symbol=CAC40&period=1mo");
    await expect(page.locator("#connection")).toHaveText("Live");
    const notice = '<div id="result"><section class="notice" data-state="error"><h2>No value can be had</h2></section></div>';
    await page.route("**/history/view?*", (route) => route.fulfill({ status: 503, contentType: "text/html", body: notice }));
    await page.getByRole("link", { name: "6 months" }).click();
    await expect(page.locator("#result .notice")).toHaveText("No value can be had");
    await expect(page.locator("#connection")).toHaveText("Asked for again every minute");
    await page.unroute("**/history/view?*");
    await page.clock.fastForward(61_000);
    await shows(page, "CAC40", "6 months");
    await expect(page.locator("#connection")).toHaveText("Live");
  });
});

test("a tab that was hidden for long is caught up when it is looked at again", async ({ page }) => {
  await page.clock.install();
  await open(page, "?symbol=CAC40&period=1mo");
  await expect(page.locator("#connection")).toHaveText("Live");
  const look = (isHidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, isHidden);
  await look(true);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.clock.fastForward("10:00");
  expect(asked).toEqual([]);
  const [refilled] = await Promise.all([
    page.waitForResponse(/\/v1\/bars\/CAC40/),
    page.waitForRequest(/\/marketpulse\/stream/),
    look(false),
  ]);
  expect(refilled.ok()).toBe(true);
  await expect(page.locator("#connection")).toHaveText("Live");
});

test("where no stream can be had, the newest price is asked for", async ({ page }) => {
  await page.route("**/marketpulse/stream?*", (route) => route.fulfill({ status: 200, json: {} }));
  const asked = page.waitForResponse(/\/marketpulse\/v1\/quotes\?symbols=BTC/);
  await open(page, "?symbol=BTC/EUR&period=1d");
  expect((await asked).ok()).toBe(true);
  await expect(page.locator("#connection")).toHaveText("Live, asked every 5 s");
});

test.describe("where the prices are not what they should be", () => {
  test.use({ expected: CUT_OFF });
  const badge = (page: Page) => page.locator(".subject .badge");
  const standing = (page: Page) => page.locator("[data-standing]");

  test("old ones are said to be old, on a page that is connected and not called live, and fresh again when newer ones come", async ({ page }) => {
    await page.route("**/marketpulse/v1/bars/**", async (route) => {
      const answer = await route.fetch();
      const received_at = new Date(Date.now() - 3 * 3_600_000).toISOString();
      await route.fulfill({ json: { ...(await answer.json()), freshness: "stale", source: HOSTILE, received_at } });
    });
    await open(page, "?symbol=CAC40&period=1mo");
    await expect(page.locator("#connection")).toHaveText("Connected");
    await expect(page).toHaveTitle(/ \(stale\) · CAC 40/);
    await expect(badge(page)).toHaveText("stale");
    await expect(standing(page)).toHaveText(
      `Not up to date: received 3\u00a0h ago from ${HOSTILE}, and no source has given newer prices since.`,
    );
    await expect(page.locator("#result img")).toHaveCount(0);
    await expect(page.locator("[data-slot=source]")).toHaveText(HOSTILE);
    await page.unroute("**/marketpulse/v1/bars/**");
    await expect(page.locator("[data-slot=source]")).toHaveText("demo");
    await expect(badge(page)).toHaveText("simulated");
    await expect(page.locator("#connection")).toHaveText("Live");
    await expect(standing(page)).toBeHidden();
  });

  test("a chart that cannot be renewed says since when, and why", async ({ page }) => {
    await open(page, "?symbol=CAC40&period=1mo");
    await expect(standing(page)).toBeHidden();
    await page.route("**/marketpulse/v1/bars/**", (route) => route.abort());
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await expect(standing(page)).toHaveText(
      /^Not renewed since \d\d:\d\d:\d\d, asking again\. The request did not come through\.$/,
    );
    await page.unroute("**/marketpulse/v1/bars/**");
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await expect(standing(page)).toBeHidden();
  });

  test("a source that does not answer is named though its last prices are fresh", async ({ page }) => {
    const source = { source: "demo", state: "failing", paused_until: null, failing_since: new Date().toISOString() };
    const event = { type: "snapshot", timestamp: source.failing_since, quotes: [], sources: [source], bars: [] };
    await page.route("**/marketpulse/stream?*", (route) =>
      route.fulfill({ contentType: "text/event-stream", body: `id: 1-1\ndata: ${JSON.stringify(event)}\n\n` }),
    );
    await open(page, "?symbol=CAC40&period=1mo");
    await expect(standing(page)).toHaveText(/^demo has not answered since \d\d:\d\d:\d\d\s\S+: these are the last prices it gave\.$/);
  });

  test("of closes alone no candles and no volume are offered", async ({ page }) => {
    await page.route("**/marketpulse/v1/bars/**", async (route) => {
      const body = (await (await route.fetch()).json()) as { columns: Record<string, unknown[]> };
      for (const name of ["open", "high", "low", "volume"]) body.columns[name] = body.columns[name]?.map(() => null) ?? [];
      await route.fulfill({ json: body });
    });
    await open(page, "?symbol=EUR/USD&period=1mo");
    await expect(page.locator("#type")).toHaveValue("line");
    await expect(page.locator('#type option[value="candles"]')).toBeDisabled();
    await expect(page.locator("#volume")).not.toBeChecked();
    await expect(page.locator("#volume")).toBeDisabled();
    await expect(page.locator("#chart-text")).toContainText(", line, from");
    for (const name of ["open", "high", "low", "volume"]) await expect(value(page, name)).toBeHidden();
    await expect(value(page, "close")).toHaveText(/\d/);
  });
});

const FULL = "?symbol=AAPL&period=1y&ind=sma:50,bollinger:20:2,rsi:14,macd:12:26:9&compare=MSFT,CAC40";

for (const colorScheme of ["light", "dark"] as const) {
  test(`with everything on there is no grave fault of accessibility in ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await open(page, FULL);
    await expect(key(page)).toHaveCount(7);
    await page.locator("#indicators summary").click();
    const { violations } = await new AxeBuilder({ page }).analyze();
    const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(grave.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });

  for (const width of [320, 768, 1440, 2560]) {
    test(`with everything on it fits ${width} px in ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await open(page, FULL);
      await expect(key(page)).toHaveCount(7);
      await openFigures(page);
      await page.getByText("Get these prices elsewhere").click();
      for (const sheet of ["#indicators", "#comparing"]) {
        await page.locator(`${sheet} summary`).click();
        expect(await overhang(page)).toBe(0);
      }
    });
  }
}

test.describe("where a source is slow", () => {
  test.use({ expected: AWAY });

  test("the page is there at once and fills in, with and without scripts", async ({ page, browser }) => {
    const held: ServerResponse[] = [];
    let isSlow = true;
    const answer = (response: ServerResponse) => response.writeHead(429, { "retry-after": "1800" }).end();
    const slow: RequestListener = (_, response) => (isSlow ? void held.push(response) : answer(response));
    await withUpstream(slow, async (service) => {
      const plain = await browser.newContext({ javaScriptEnabled: false });
      const reader = await plain.newPage();
      for (const one of [page, reader]) {
        await one.goto(`${service}${VIEW}?symbol=AAPL&period=1mo`);
        await expect(one.locator("#result h2")).toHaveText("Asking for prices of AAPL");
        await expect(one.getByLabel("Symbol", { exact: true })).toHaveValue("AAPL");
      }
      isSlow = false;
      for (const response of held) answer(response);
      for (const one of [page, reader]) await expect(one.locator("#result h2")).not.toHaveText(/^Asking/);
      await plain.close();
      await leave(page);
    });
  });
});

test.describe("one day by itself", () => {
  test("its change is counted from the close before, as its card's is", async ({ page }) => {
    await open(page, "?symbol=CAC40&period=1d");
    await expect(page.locator('[data-slot="since"]')).toHaveText("since previous close");
    await expect(page.locator(".clock")).toHaveText(/^Times: Europe\/Paris, UTC\+0[12]$/);
    await page.goto("/marketpulse/history/view?symbol=CAC40&period=5d");
    await expect(page.locator('[data-slot="since"]')).toHaveText("over the period");
  });
});

test("on a phone the price and its chart come before the form", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const shifts = await shifting(page);
  await open(page, "?symbol=AAPL&period=1y");
  const top = async (selector: string) => (await page.locator(selector).first().boundingBox())?.y ?? 0;
  expect(await top(".subject .figure")).toBeLessThan(await top("[data-chart-place]"));
  expect(await top("[data-chart-place]")).toBeLessThan(await top("#periods"));
  expect(await top("#periods")).toBeLessThan(await top("#symbol"));
  expect(moved(await shifts())).toBeLessThan(0.005);
});

test("the tab says the price first", async ({ page }) => {
  await open(page, "?symbol=BTC/EUR&period=1d");
  await expect(page).toHaveTitle(/^[\d,]+\.\d\d EUR · /);
});
