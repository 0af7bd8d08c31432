import { colours, CUT_OFF, DRAWN, expect, STATUS, test } from "./service";

const DASHBOARD = "/marketpulse/dashboard";

test("shows a price for each watched instrument", async ({ page }) => {
  await page.goto(DASHBOARD);
  const cards = page.getByRole("article");
  await expect(cards).toHaveCount(3);
  for (const symbol of ["EUR/USD", "CAC40", "BTC/EUR"]) {
    const card = page.locator(`[data-symbol="${symbol}"]`);
    const price = card.locator('[data-slot="price"]');
    await expect(price).toHaveText(/^[\d,]+\.\d{2,}$/);
    expect(Number(await price.getAttribute("value"))).toBeGreaterThan(0);
    await expect(card.locator('[data-slot="change"]')).toHaveText(/^[+−]?[\d,.]+ \([+−]?[\d,.]+\s%\)$/);
    await expect(card.locator('[data-slot="source"]')).toHaveText("demo");
    await expect(card.locator('[data-slot="badge"]')).toHaveText("simulated");
  }
});

test("the prices are there before any script runs", async ({ browser, service }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: service });
  const page = await context.newPage();
  await page.goto(DASHBOARD);
  await expect(page.locator('[data-slot="price"]')).toHaveText(Array(3).fill(/^[\d,]+\.\d+$/));
  await expect(page.locator("noscript .note")).toBeVisible();
  await context.close();
});

test("prices move by themselves, without moving the page", async ({ page }) => {
  await page.goto(DASHBOARD);
  const price = page.locator('[data-symbol="BTC/EUR"] [data-slot="price"]');
  const before = await price.textContent();
  const layout = () => page.getByRole("article").evaluateAll((all) => all.map((card) => card.clientHeight));
  const heights = await layout();
  await expect(page.getByText(/^Live, updated \d\d:\d\d:\d\d$/)).toBeVisible();
  await expect(price).not.toHaveText(before ?? "", { timeout: 15_000 });
  expect(await layout()).toEqual(heights);
});

test("the CAC 40's month is drawn, and drawn anew in other colours", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(DASHBOARD);
  const chart = page.locator("#cac40 [data-chart-place]");
  await expect.poll(() => colours(chart)).toBeGreaterThan(DRAWN);
  const ground = () =>
    chart.locator("canvas").first().evaluate((canvas: HTMLCanvasElement) => {
      const pixel = new OffscreenCanvas(1, 1).getContext("2d");
      pixel?.drawImage(canvas, 0, 0);
      return pixel?.getImageData(0, 0, 1, 1).data.join();
    });
  const light = await ground();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(ground).not.toBe(light);
  await expect(page.getByText(/^\d+ \w{3} \d{4}: [\d,]+\.\d\d EUR$/)).toBeVisible();
});

test.describe("where the service cannot be reached", () => {
  test.use({ expected: CUT_OFF });

  test("a lost connection is said, with the time of the last update, and mended", async ({ page }) => {
    await page.goto(DASHBOARD);
    await expect(page.locator("#connection")).toHaveText(/^Live/);
    await page.route("**/marketpulse/latest", (route) => route.abort());
    await expect(page.locator("#connection")).toHaveText(/^Connection lost, last update \d\d:\d\d:\d\d; retrying$/, {
      timeout: 10_000,
    });
    await expect(page.locator('[data-slot="price"]')).toHaveText(Array(3).fill(/\d/));
    await page.unroute("**/marketpulse/latest");
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await expect(page.locator("#connection")).toHaveText(/^Live/);
  });
});

test("a price that goes missing is no value with the reason; one that grows old is stale", async ({ page }) => {
  await page.route("**/marketpulse/latest", async (route) => {
    const answer = await route.fetch();
    const latest = await answer.json();
    Object.assign(latest.quotes["EUR/USD"], { freshness: "stale", simulated: false, age_s: 7_300, detail: "yahoo has nothing newer" });
    Object.assign(latest.quotes["CAC40"], { price: null, freshness: "missing", detail: "yahoo cannot be reached", age_s: null });
    await route.fulfill({ response: answer, json: latest });
  });
  await page.goto(DASHBOARD);
  const cac = page.locator('[data-symbol="CAC40"]');
  await expect(cac.locator('[data-slot="price"]')).toHaveText("no value");
  await expect(cac.locator('[data-slot="price"]')).not.toHaveAttribute("value");
  await expect(cac).toContainText("yahoo cannot be reached");
  const euro = page.locator('[data-symbol="EUR/USD"]');
  await expect(euro.locator('[data-slot="badge"]')).toHaveText("stale");
  await expect(euro.locator('[data-slot="note"]')).toHaveText("yahoo has nothing newer");
  await expect(euro.locator('[data-slot="age"]')).toHaveText(/^2\sh$/);
});

test.describe("where there is no history", () => {
  test.use({ expected: STATUS });

  test("the chart says the service's own sentence", async ({ page }) => {
    await page.route("**/marketpulse/history?*", (route) =>
      route.fulfill({ status: 404, json: { status: 404, detail: "no source knows CAC40" } }),
    );
    await page.goto(DASHBOARD);
    await expect(page.locator("[data-chart-note]")).toHaveText("No source knows CAC40");
  });
});

test.describe("where history is cut off", () => {
  test.use({ expected: CUT_OFF });

  test("the chart is said to come later", async ({ page }) => {
    await page.route("**/marketpulse/history?*", (route) => route.abort());
    await page.goto(DASHBOARD);
    await expect(page.locator("[data-chart-note]")).toHaveText("The chart cannot be had just now; retrying.");
  });
});
