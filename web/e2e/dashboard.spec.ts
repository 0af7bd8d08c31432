import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { colours, CUT_OFF, DRAWN, expect, shifting, STATUS, test } from "./service";

const DASHBOARD = "/marketpulse/dashboard";
const WATCHED = ["EUR/USD", "CAC40", "BTC/EUR"];

const tile = (page: Page, symbol: string) => page.locator(`.tile[data-symbol="${symbol}"]`);
const hits = (page: Page) => page.locator("#add-hits").getByRole("option");
const shown = (page: Page) =>
  page.locator(".tile").evaluateAll((all) => all.map((it) => (it as HTMLElement).dataset["symbol"]));
const query = (page: Page) => new URL(page.url()).search;
const note = (page: Page) => page.locator("[data-chart-note]");
const basis = (page: Page) => page.locator("[data-chart-basis]");

test("shows a price for each watched instrument", async ({ page }) => {
  await page.goto(DASHBOARD);
  await expect(page.getByRole("article")).toHaveCount(3);
  for (const symbol of WATCHED) {
    const card = tile(page, symbol);
    const price = card.locator('[data-slot="price"]');
    await expect(price).toHaveText(/^[\d,]+\.\d{2,}$/);
    expect(Number(await price.getAttribute("value"))).toBeGreaterThan(0);
    await expect(card.locator('[data-slot="change"]')).toHaveText(/^[+−]?[\d,.]+ \([+−]?[\d,.]+\s%\)$/);
    await expect(card.locator('[data-slot="badge"]')).toHaveText("simulated");
    await expect(card.locator('[data-slot="mark"]')).toHaveAttribute("cx", /^\d+\.\d%$/);
    await expect(card.locator('[data-slot="source"]')).toBeHidden();
    await card.locator("summary").click();
    await expect(card.locator('[data-slot="source"]')).toHaveText("demo");
  }
});

test("prices are there before any script runs, and what is chosen works without", async ({ browser, service }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: service });
  const page = await context.newPage();
  await page.goto(DASHBOARD);
  await expect(page.locator('[data-slot="price"]')).toHaveText(Array(3).fill(/^[\d,]+\.\d+$/));
  await expect(page.locator('[data-slot="change"]')).toHaveText(Array(3).fill(/%/));
  await expect(page.locator("noscript .note")).toBeVisible();
  await page.getByLabel("Add an instrument").fill("eurgbp=x");
  await page.getByRole("button", { name: "Add" }).click();
  await expect.poll(() => shown(page)).toEqual([...WATCHED, "EUR/GBP"]);
  await page.getByRole("link", { name: "Table" }).click();
  await expect(page.getByRole("row")).toHaveCount(5);
  await tile(page, "CAC40").locator("[data-remove]").click();
  await expect.poll(() => shown(page)).toEqual(["EUR/USD", "BTC/EUR", "EUR/GBP"]);
  await context.close();
});

test("the line of the day is drawn of bars, and none where there are none", async ({ page }) => {
  await page.route("**/marketpulse/v1/bars?*", async (route) => {
    const answer = await route.fetch();
    const bars = await answer.json();
    bars.columns.CAC40?.fill(null);
    await route.fulfill({ response: answer, json: bars });
  });
  await page.goto(`${DASHBOARD}?symbols=CAC40,AAPL`);
  await expect(tile(page, "AAPL").locator(".spark .line")).toHaveAttribute("d", /^M0 .*L/);
  await expect(tile(page, "AAPL").locator("[data-spark]")).toHaveText(
    /^Line of the day: from [\d.,]+ to [\d.,]+, .*; (risen|fallen|unchanged) since previous close\.$/,
  );
  await expect(tile(page, "AAPL").locator(".spark")).toHaveAttribute("data-trend", /^(up|down|level)$/);
  await expect(tile(page, "CAC40").locator("[data-spark]")).toHaveText(/^No line of the day/);
  await expect(tile(page, "CAC40").locator(".spark path")).toHaveCount(0);
});

test("the CAC 40's month is drawn, and drawn anew in other colours", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(DASHBOARD);
  const chart = page.locator("#charted [data-chart-place]");
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

test("a chart says whose prices it is drawn of, and that they are old", async ({ page }) => {
  await page.goto(DASHBOARD);
  await expect(basis(page)).toHaveText("From demo");
  await expect(note(page)).toBeHidden();
  await page.route("**/marketpulse/v1/bars/CAC40?*", async (route) => {
    const answer = await route.fetch();
    const old = { source: "yahoo", freshness: "stale", simulated: false, received_at: "2026-01-02T10:00:00Z" };
    await route.fulfill({ response: answer, json: { ...(await answer.json()), ...old } });
  });
  await page.reload();
  await expect(basis(page)).toHaveText(/^Stale: from yahoo, received 2 Jan 2026, \d\d:00:00/);
  await expect(basis(page)).toHaveAttribute("data-state", "stale");
  await page.unrouteAll();
  await expect(basis(page)).toHaveText("From demo");
});

test("a chart says that it waits, and that there is nothing to draw", async ({ page }) => {
  let answer = () => {};
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/marketpulse/v1/bars/CAC40?*", async (route) => {
    await asked;
    await route.fulfill({ json: { currency: "EUR", source: "yahoo", freshness: "fresh", columns: { date: [], close: [] } } });
  });
  await page.goto(DASHBOARD);
  await expect(note(page)).toHaveText("Loading…");
  await expect(note(page)).toHaveAttribute("data-state", "loading");
  answer();
  await expect(note(page)).toHaveText("No prices in this stretch.");
  await expect(note(page)).toHaveAttribute("data-state", "empty");
});

test("a chart's type is as large against the page's on a wide wall", async ({ page }) => {
  // Labels are drawn; their size is known by the room that the price scale takes.
  const scale = () => page.locator("#charted [data-chart-place] td:last-child").first().evaluate((it) => it.clientWidth);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${DASHBOARD}?wall&chart=CAC40`);
  await expect.poll(scale).toBeGreaterThan(20);
  const small = await scale();
  await page.setViewportSize({ width: 3840, height: 2160 });
  await expect.poll(scale).toBeGreaterThan(small * 1.4);
});

test("any instrument takes the chart over, and the address keeps it", async ({ page }) => {
  await page.goto(DASHBOARD);
  await tile(page, "BTC/EUR").getByRole("link", { name: "Chart" }).press("Enter");
  const title = page.getByRole("heading", { name: "Bitcoin EUR, one month" });
  await expect(title).toBeFocused();
  await expect.poll(() => colours(page.locator("#charted [data-chart-place]"))).toBeGreaterThan(DRAWN);
  expect(query(page)).toBe("?chart=BTC/EUR");
  await page.reload();
  await expect(title).toBeVisible();
  await expect(tile(page, "BTC/EUR").locator("[data-chart]")).toHaveAttribute("aria-current", "true");
  await page.goBack();
  await expect(page.getByRole("heading", { name: "CAC 40, one month" })).toBeVisible();
});

test("with the keyboard alone: found, added, removed, brought back", async ({ page }) => {
  await page.goto(DASHBOARD);
  await expect(page.locator("#connection")).toHaveText("Live");
  await page.keyboard.press("a");
  await page.keyboard.type("cac");
  const field = page.getByLabel("Add an instrument");
  await expect(field).toBeFocused();
  await expect(hits(page).filter({ hasText: "CAC40" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(hits(page)).toHaveCount(0);
  await page.keyboard.type("AAPL");
  await page.keyboard.press("Enter");
  await expect(tile(page, "AAPL").locator('[data-slot="price"]')).toHaveText(/^[\d,]+\.\d\d$/);
  await expect(field).toBeFocused();
  await expect(page.locator("#board-said")).toHaveText(/added\.$/);
  expect(query(page)).toBe("?symbols=EUR/USD,CAC40,BTC/EUR,AAPL");

  await tile(page, "CAC40").locator("[data-remove]").focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => shown(page)).toEqual(["EUR/USD", "BTC/EUR", "AAPL"]);
  await expect(tile(page, "BTC/EUR").locator("[data-remove]")).toBeFocused();
  await page.goBack();
  await expect.poll(() => shown(page)).toEqual([...WATCHED, "AAPL"]);
});

test("a list is stored in this browser, until one goes back to the watchlist", async ({ page }) => {
  await page.goto(DASHBOARD);
  await tile(page, "CAC40").locator("[data-remove]").click();
  await expect.poll(() => shown(page)).toEqual(["EUR/USD", "BTC/EUR"]);
  await page.goto("/marketpulse");
  await page.goto(DASHBOARD);
  await expect.poll(() => shown(page)).toEqual(["EUR/USD", "BTC/EUR"]);
  await expect.poll(() => query(page)).toBe("?symbols=EUR/USD,BTC/EUR");
  await page.getByRole("link", { name: "Back to the watchlist" }).click();
  await expect.poll(() => shown(page)).toEqual(WATCHED);
  await page.reload();
  await expect.poll(() => shown(page)).toEqual(WATCHED);
});

test("changes made faster than the service draws them all count, in their order", async ({ page }) => {
  await page.goto(`${DASHBOARD}?symbols=CAC40,EUR/USD,BTC/EUR,AAPL`);
  await expect(page.locator("#connection")).toHaveText("Live");
  let draw = () => {};
  const mayDraw = new Promise<void>((resolve) => (draw = resolve));
  await page.route(`**${DASHBOARD}?**`, async (route) => {
    await mayDraw;
    await route.continue();
  });
  await tile(page, "CAC40").getByRole("link", { name: "Remove" }).click();
  await tile(page, "AAPL").getByRole("link", { name: "Remove" }).click();
  draw();
  await expect.poll(() => shown(page)).toEqual(["EUR/USD", "BTC/EUR"]);
  expect(query(page)).toBe("?symbols=EUR/USD,BTC/EUR");
  await page.goBack();
  await page.goBack();
  await expect.poll(() => shown(page)).toEqual(["CAC40", "EUR/USD", "BTC/EUR", "AAPL"]);
});

test("the last one can be removed, and the way on is said", async ({ page }) => {
  await page.goto(`${DASHBOARD}?symbols=CAC40`);
  await tile(page, "CAC40").locator("[data-remove]").click();
  await expect(page.getByText("Your list is empty.")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Your list is empty.")).toBeVisible();
});

test("instruments are put in order and into groups", async ({ page }) => {
  await page.goto(DASHBOARD);
  await page.getByLabel("Order").selectOption("name");
  await expect.poll(() => shown(page)).toEqual(["BTC/EUR", "CAC40", "EUR/USD"]);
  await page.getByLabel("Group by kind").press("Space");
  await expect(page.locator(".group h2")).toHaveText(["Crypto", "Indices", "Currencies"]);
  expect(query(page)).toBe("?sort=name&group=kind");
  await page.getByLabel("Order").selectOption("change");
  await expect(page.locator("#board")).toHaveAttribute("data-here", /sort=change/);
  await page.getByLabel("Group by kind").press("Space");
  await expect(page.locator(".group h2")).toHaveCount(0);
  // Prices move, and are put in order again some seconds later.
  const isOrdered = async () => {
    const changes = await page.locator('[data-slot="change"]').allTextContents();
    const percents = changes.map((text) => Number(text.replace("−", "-").match(/\(\+?([-\d.]+)/)?.[1]));
    return percents.join() === [...percents].sort((a, b) => b - a).join();
  };
  await expect.poll(isOrdered).toBe(true);
});

test("a table of fifty, each with what a card says", async ({ page }) => {
  const symbols = Array.from({ length: 52 }, (_, n) => `S${n}`).join(",");
  await page.goto(`${DASHBOARD}?view=table&symbols=${symbols}`);
  await expect(page.locator(".tile")).toHaveCount(50);
  await expect(page.getByText("2 more were listed; the first 50 are shown.")).toBeVisible();
  await expect(tile(page, "S49").locator('[data-slot="price"]')).toHaveText(/^[\d,]+\.\d+$/);
  await expect(tile(page, "S0").locator('[data-slot="percent"]')).toHaveText(/^[+−]?[\d.]+\s%$/);
  await page.getByLabel("Add an instrument").fill("MSFT");
  await page.keyboard.press("Enter");
  await expect(page.locator("#board-said")).toHaveText(/more do not fit/);
});

test("keys lead to the table, to the wall and back", async ({ page }) => {
  await page.goto(DASHBOARD);
  await page.keyboard.press("t");
  await expect(page.locator("table.quotes")).toBeVisible();
  await page.keyboard.press("t");
  await expect(page.getByRole("article")).toHaveCount(3);
  await page.keyboard.press("w");
  await expect(page.getByRole("navigation", { name: "Pages" })).toBeHidden();
  await expect(page.locator("#charted")).toHaveCount(0);
  await expect(page.locator("#connection")).toHaveText("Live");
  const large = await tile(page, "CAC40").locator(".figure").evaluate((it) => parseFloat(getComputedStyle(it).fontSize));
  expect(large).toBeGreaterThan(40);
  await page.getByRole("link", { name: "Leave the wall" }).click();
  await expect(page.getByRole("navigation", { name: "Pages" })).toBeVisible();
});

test("hostile texts in the address are texts", async ({ page }) => {
  const nasty = "<img src=x onerror=alert(1)>";
  await page.goto(`${DASHBOARD}?${new URLSearchParams({ symbols: `CAC40,${nasty}`, chart: nasty, sort: nasty })}`);
  const refused = page.locator(".refused");
  await expect(refused.getByRole("heading")).toHaveText(nasty);
  await expect(refused).toContainText("cannot be part of a symbol");
  await expect(page.locator("#charted")).toContainText(`“${nasty}” is not a symbol`);
  await expect(page.locator("main img")).toHaveCount(0);
  await refused.getByRole("link", { name: "Remove" }).click();
  await expect.poll(() => shown(page)).toEqual(["CAC40"]);
});

test("hostile names from a search are texts, and can be added", async ({ page }) => {
  const nasty = "<b onclick=alert(1)>Evil & Sons</b>";
  await page.route("**/marketpulse/v1/search?*", (route) =>
    route.fulfill({
      json: { upstream: "ok", instruments: [{ symbol: "AAPL", name: nasty, kind: "equity", exchange: null, currency: null }] },
    }),
  );
  await page.goto(DASHBOARD);
  await page.getByLabel("Add an instrument").fill("evil");
  const hit = hits(page);
  await expect(hit).toContainText(nasty);
  await expect(hit.locator("b")).toHaveText("AAPL");
  await hit.click();
  await expect(tile(page, "AAPL")).toBeVisible();
});

test.describe("where the service is away", () => {
  test.use({ expected: CUT_OFF });

  test("a choice that cannot be had changes nothing and is said", async ({ page }) => {
    await page.goto(DASHBOARD);
    await page.route(/dashboard\?/, (route) => route.abort());
    await tile(page, "CAC40").locator("[data-remove]").click();
    await expect(page.locator("#board-said")).toHaveText(/nothing was changed/);
    expect(await shown(page)).toEqual(WATCHED);
    expect(query(page)).toBe("");
  });
});

test.describe("where there is no history", () => {
  test.use({ expected: STATUS });

  test("the chart says the service's own sentence", async ({ page }) => {
    await page.route("**/marketpulse/v1/bars/CAC40?*", (route) =>
      route.fulfill({ status: 404, json: { status: 404, detail: "no source knows CAC40" } }),
    );
    await page.goto(DASHBOARD);
    await expect(note(page)).toHaveText("No source knows CAC40");
    await expect(note(page)).toHaveAttribute("data-state", "error");
  });
});

test.describe("where history is cut off", () => {
  test.use({ expected: CUT_OFF });

  test("the chart is said to come later", async ({ page }) => {
    await page.route("**/marketpulse/v1/bars/CAC40?*", (route) => route.abort());
    await page.goto(DASHBOARD);
    await expect(note(page)).toHaveText("The chart cannot be had just now; asking again.");
    await expect(note(page)).toHaveAttribute("data-state", "failed");
  });
});

for (const view of ["", "?view=table", "?wall"]) {
  test(`nothing moves while a slow machine takes it up: ${view || "as it is"}`, async ({ page }) => {
    const shifts = await shifting(page);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(DASHBOARD + view);
    await expect(page.locator("#connection")).toHaveText("Live");
    await expect(tile(page, "CAC40").locator(".spark .line")).toHaveAttribute("d", /L/);
    expect(await shifts()).toEqual([]);
  });
}

test("a wall of a few has no holes, and nobody scrolls it", async ({ page }) => {
  const all = ["CAC40", "EUR/USD", "BTC/EUR", "AAPL", "ETH/EUR", "MSFT", "GBP/USD", "TSLA"];
  await page.setViewportSize({ width: 2560, height: 1440 });
  for (const count of [1, 2, 3, 5, 8]) {
    await page.goto(`${DASHBOARD}?wall&symbols=${all.slice(0, count).join(",")}`);
    await expect(page.getByRole("article")).toHaveCount(count);
    const { share, below } = await page.locator(".cards").evaluate((cards) => {
      const room = cards.clientWidth * cards.clientHeight;
      const taken = [...cards.children].map((it) => it.getBoundingClientRect());
      const share = taken.reduce((sum, { width, height }) => sum + width * height, 0) / room;
      return { share, below: document.documentElement.scrollHeight - innerHeight };
    });
    expect(share, `${count}`).toBeGreaterThan(0.95);
    expect(below, `${count}`).toBe(0);
  }
});

test("a table says each price's currency on a phone, and its rows are equally high on a desk", async ({ page }) => {
  await page.goto(`${DASHBOARD}?view=table`);
  await page.setViewportSize({ width: 320, height: 700 });
  await expect(tile(page, "CAC40").locator(".unit")).toBeVisible();
  await page.setViewportSize({ width: 1440, height: 900 });
  const heights = await page.locator("tr.tile").evaluateAll((all) => all.map((it) => it.getBoundingClientRect().height));
  expect(new Set(heights).size).toBe(1);
});

test.describe("for a reader of French", () => {
  test.use({ locale: "fr-FR" });

  test("figures read as French ones, as the service drew them and as they change", async ({ page }) => {
    const price = tile(page, "BTC/EUR").locator('[data-slot="price"]');
    const french = /^\d{2}\u202f\d{3},\d\d$/;
    await page.route("**/marketpulse/stream?*", () => {});
    await page.goto(DASHBOARD);
    await expect(price).toHaveText(french);
    await expect(tile(page, "CAC40").locator('[data-slot="change"]')).toHaveText(/^[+−]?[\d\u202f]+,\d\d \([+−]?\d+,\d\d\s%\)$/);
    const before = await price.textContent();
    await page.unrouteAll();
    await page.reload();
    await expect(page.locator("#connection")).toHaveText("Live");
    await expect(price).not.toHaveText(before ?? "");
    await expect(price).toHaveText(french);
    await expect(page.locator("[data-chart-legend]")).toHaveText(/^\d+ [a-zéû.]+ \d{4}: \d\u202f\d{3},\d\d EUR$/);
  });
});

const LIST = "symbols=CAC40,EUR/USD,BTC/EUR,AAPL,%5EGSPC,%3Cb%3E";
for (const view of ["", "?view=table", `?${LIST}&group=kind`, `?${LIST}&view=table`, `?${LIST}&wall`]) {
  test(`nothing is wider than the screen or hard to reach: ${view || "as it is"}`, async ({ page }) => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.goto(DASHBOARD + view);
      await expect(page.locator("#connection")).toHaveText("Live");
      for (const width of [320, 768, 1440, 2560]) {
        await page.setViewportSize({ width, height: 900 });
        const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        expect(content, `${width} px`).toBe(window);
      }
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    }
  });
}
