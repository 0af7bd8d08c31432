import type { Page } from "@playwright/test";
import { colours, CUT_OFF, DRAWN, expect, STATUS, test } from "./service";

const VIEW = "/marketpulse/history/view";

function chart(page: Page) {
  return page.locator("[data-chart-place]");
}

async function isDrawn(page: Page): Promise<void> {
  await expect.poll(() => colours(chart(page))).toBeGreaterThan(DRAWN);
}

/** Waits for what a choice leads to; names are the source's, so the symbol tells. */
async function shows(page: Page, symbol: string, period: string): Promise<void> {
  await expect(page.locator("#result .about span").first()).toHaveText(symbol);
  await expect(page.getByRole("heading", { level: 2 })).toHaveText(new RegExp(`, ${period}$`));
}

/** The table's rows, its head first; the chart library lays itself out in another table. */
function rows(page: Page) {
  return page.getByRole("region", { name: /^Prices of/ }).getByRole("row");
}

/** Marks the document, so that a test can tell whether it was loaded anew. */
async function mark(page: Page): Promise<void> {
  await page.evaluate(() => document.body.setAttribute("data-marked", ""));
}

test("opens on the CAC 40 with a chart, a summary and figures", async ({ page }) => {
  await page.goto(VIEW);
  await shows(page, "CAC40", ".+");
  await isDrawn(page);
  await expect(page.locator(".facts")).toContainText("Highest close");
  await page.getByText("Figures", { exact: true }).click();
  await expect(rows(page).nth(1)).toHaveText(/\d{4}.*\d\.\d\d/);
});

test("a symbol and period are chosen, kept in the address, reloaded and gone back from", async ({ page }) => {
  await page.goto(`${VIEW}?symbol=CAC40&period=1mo`);
  await isDrawn(page);
  await mark(page);

  await page.getByLabel("Symbol").fill("BTC/EUR");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(`${VIEW}?symbol=BTC%2FEUR&period=1mo`);
  await shows(page, "BTC/EUR", "1 month");
  await page.getByLabel("Period").selectOption("6mo");
  await expect(page).toHaveURL(`${VIEW}?symbol=BTC%2FEUR&period=6mo`);
  await shows(page, "BTC/EUR", "6 months");
  await isDrawn(page);
  await expect(page.locator("body[data-marked]")).toHaveCount(1);

  await page.reload();
  await expect(page.getByLabel("Symbol")).toHaveValue("BTC/EUR");
  await expect(page.getByLabel("Period")).toHaveValue("6mo");
  await isDrawn(page);

  await page.goBack();
  await shows(page, "BTC/EUR", "1 month");
  await expect(page.getByLabel("Period")).toHaveValue("1mo");
  await isDrawn(page);
  await page.goBack();
  await shows(page, "CAC40", "1 month");
  await expect(page.getByLabel("Symbol")).toHaveValue("CAC40");
});

test("the form works by keyboard alone", async ({ page }) => {
  await page.goto(VIEW);
  await page.getByLabel("Symbol").focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("EUR/USD");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/symbol=EUR%2FUSD/);
  await shows(page, "EUR/USD", ".+");
  await expect(page.locator("#progress")).toHaveText(/^EUR/);
  await expect(page.getByLabel("Symbol")).toBeFocused();
});

test("the form works without scripts, the empty interval included", async ({ browser, service }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: service });
  const page = await context.newPage();
  await page.goto(VIEW);
  await page.getByLabel("Symbol").fill("EUR/USD");
  await page.getByLabel("Period").selectOption("3mo");
  await page.getByRole("button", { name: "Show" }).click();
  await shows(page, "EUR/USD", "3 months");
  await expect(page.locator("noscript .note")).toBeVisible();
  await context.close();
});

test("bars shorter than a day are drawn on the exchange's own clock", async ({ page }) => {
  await page.goto(`${VIEW}?symbol=CAC40&period=5d&interval=30m`);
  await isDrawn(page);
  await page.getByText(/^Figures/).click();
  await expect(page.getByRole("columnheader").first()).toHaveText("Time (Europe/Paris)");
  const newest = await rows(page).nth(1).getByRole("rowheader").textContent();
  const shown = /\d+ \w{3} \d{4}, \d\d:\d\d/.exec(newest ?? "")?.[0] ?? "no time";
  await expect(page.locator("[data-chart-legend]")).toContainText(shown);
});

test("a window made narrower keeps the newest price in sight", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${VIEW}?symbol=CAC40&period=1mo`);
  await isDrawn(page);
  const legend = page.locator("[data-chart-legend]");
  const newest = (await legend.textContent())?.split(":")[0] ?? "";
  await page.setViewportSize({ width: 390, height: 900 });
  await chart(page).scrollIntoViewIfNeeded();
  // The axis on the right takes about 75 px; left of it stands the newest bar.
  await expect
    .poll(async () => {
      const place = await chart(page).boundingBox();
      if (!place) return "";
      await page.mouse.move(place.x + place.width - 80, place.y + place.height / 2);
      return (await legend.textContent())?.split(":")[0];
    })
    .toBe(newest);
  await page.mouse.move(0, 0);
});

test("the chart has as many points as the JSON has bars", async ({ page, request }) => {
  await page.goto(`${VIEW}?symbol=CAC40&period=3mo`);
  const answer = await request.get("/marketpulse/history?symbol=CAC40&period=3mo");
  const { history } = await answer.json();
  expect(history.length).toBeGreaterThan(50);
  await expect(page.locator("figure[data-src]")).toHaveAttribute("data-drawn", String(history.length));
});

test.describe("nonsense", () => {
  test.use({ expected: STATUS });

  for (const [fault, address] of [
    ["symbol", `${VIEW}?symbol=NO%20SUCH&period=1mo`],
    ["period", `${VIEW}?symbol=CAC40&period=soon`],
  ] as const) {
    test(`a nonsense ${fault} is told beside the form that mends it`, async ({ page }) => {
      const answer = await page.goto(address);
      expect(answer?.status()).toBe(400);
      await expect(page.locator(".message")).toContainText(fault === "symbol" ? "symbol" : "soon");
      await expect(chart(page)).toHaveCount(0);
        await page.getByRole("link", { name: "BTC/EUR" }).click();
      await shows(page, "BTC/EUR", "1 month");
    });
  }

  test("a nonsense symbol typed into the form leaves the page standing", async ({ page }) => {
    await page.goto(VIEW);
    await mark(page);
    await page.getByLabel("Symbol").fill('"><img src=x>');
    await page.getByLabel("Symbol").press("Enter");
    await expect(page.locator(".message")).toBeVisible();
    await expect(page.getByLabel("Symbol")).toHaveValue('"><img src=x>');
    await expect(page.locator("body[data-marked]")).toHaveCount(1);
    await expect(page.locator("img")).toHaveCount(0);
  });
});

test.describe("where the JSON cannot be reached", () => {
  test.use({ expected: CUT_OFF });

  test("a chart that cannot be had is said to be missing", async ({ page }) => {
    await page.route("**/marketpulse/history?*", (route) => route.abort());
    await page.goto(VIEW);
    await expect(page.getByText("The chart cannot be drawn; the figures stand below.")).toBeVisible();
    await expect(page.locator(".facts")).toBeVisible();
  });
});
