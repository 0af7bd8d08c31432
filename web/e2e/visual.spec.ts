// The pages as they look, held to the pictures beside this file. The market and the browser's clock stand still, and the
// fonts are those of one package, so that a picture is the same each time. CONTRIBUTING.md says how pictures are renewed.

import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import config from "../playwright.config";
import { colours, DRAWN, expect, priced, serving, STATUS, test as demo } from "./service";

/** A Thursday on which some rise and some fall, and every market trades. */
const AT = "2026-03-05T15:30:00Z";
const WATCHED = "EUR/USD,CAC40,BTC/EUR,AAPL,MSFT,AIR.PA,GBP/USD,VOD.L";

const DASHBOARD = "/marketpulse/dashboard";
const VIEW = "/marketpulse/history/view?symbol=";
const YEAR = `${VIEW}AAPL&period=1y&interval=1d`;
const STUDIED = `${YEAR}&ind=rsi:14,macd:12:26:9`;

interface Picture {
  name: string;
  path: string;
  width: 320 | 1440;
  height: number;
  colorScheme?: "light" | "dark";
  /** Nothing on it is live. */
  isStill?: boolean;
  /** What is done before it is taken. */
  act?: (page: Page) => Promise<void>;
}

const PICTURES: Picture[] = [
  { name: "home", path: "/marketpulse", width: 1440, height: 1000 },
  { name: "home-dark", path: "/marketpulse", width: 1440, height: 1000, colorScheme: "dark" },
  { name: "home-320", path: "/marketpulse", width: 320, height: 1200 },
  { name: "dashboard", path: DASHBOARD, width: 1440, height: 1200 },
  { name: "dashboard-dark", path: DASHBOARD, width: 1440, height: 1200, colorScheme: "dark" },
  { name: "dashboard-320", path: DASHBOARD, width: 320, height: 1200 },
  { name: "table", path: `${DASHBOARD}?view=table`, width: 1440, height: 900 },
  { name: "table-320-dark", path: `${DASHBOARD}?view=table`, width: 320, height: 1200, colorScheme: "dark" },
  { name: "wall-dark", path: `${DASHBOARD}?wall`, width: 1440, height: 810, colorScheme: "dark" },
  { name: "history", path: YEAR, width: 1440, height: 1100 },
  { name: "history-dark", path: YEAR, width: 1440, height: 1100, colorScheme: "dark" },
  { name: "history-320", path: YEAR, width: 320, height: 1200 },
  { name: "compare", path: `${YEAR}&compare=MSFT,AIR.PA`, width: 1440, height: 1100 },
  { name: "indicators", path: STUDIED, width: 1440, height: 1400 },
  { name: "indicators-dark", path: STUDIED, width: 1440, height: 1400, colorScheme: "dark" },
  { name: "history-empty", path: `${VIEW}AAPL&from=1901-01-01&to=1901-02-01`, width: 1440, height: 900, isStill: true },
  { name: "history-error", path: `${VIEW}NO%20SUCH`, width: 1440, height: 900, isStill: true },
  { name: "status", path: "/marketpulse/status", width: 1440, height: 1000 },
  { name: "status-dark", path: "/marketpulse/status", width: 1440, height: 1000, colorScheme: "dark" },
  { name: "status-320", path: "/marketpulse/status", width: 320, height: 1200 },
  { name: "docs", path: "/marketpulse/docs", width: 1440, height: 1000 },
  { name: "docs-320-dark", path: "/marketpulse/docs", width: 320, height: 1200, colorScheme: "dark" },
  { name: "search", path: "/marketpulse", width: 1440, height: 800, act: search },
  { name: "help", path: DASHBOARD, width: 1440, height: 1000, act: (page) => page.keyboard.press("?") },
];

const test = demo.extend<object, { service: string }>({
  service: [
    async ({}, use) => {
      const settings = { APP_ENV: "development", MARKETPULSE_WATCHLIST: WATCHED };
      await serving(["serve", "--demo", "--at", AT], settings, async (service) => {
        await priced(service);
        await use(service);
      });
    },
    { scope: "worker" },
  ],
});

const { launchOptions } = config.use ?? {};
test.use({
  locale: "en-GB",
  timezoneId: "UTC",
  contextOptions: { reducedMotion: "reduce" },
  // A page of nonsense is answered as such.
  expected: STATUS,
  launchOptions: {
    ...launchOptions,
    args: [...(launchOptions?.args ?? []), "--font-render-hinting=none", "--force-color-profile=srgb"],
    env: { ...process.env, LANGUAGE: "en_US", FONTCONFIG_FILE: join(import.meta.dirname, "fonts.conf") },
  },
});

/** What a line of text measures in DejaVu Sans and in DejaVu Sans Mono, at 100 px. */
const MEASURES = [893.36, 963.28];

test.beforeEach(async ({ page }) => {
  const found = await page.evaluate(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d");
    return ["sans-serif", "monospace"].map((family) => {
      if (canvas) canvas.font = `100px ${family}`;
      return canvas?.measureText("MarketPulse 0123").width ?? 0;
    });
  });
  const isThere = MEASURES.every((measure, n) => Math.abs((found[n] ?? 0) - measure) < 0.1);
  const why = "NOT COMPARED WITH ITS PICTURE: the fonts are missing; apt-get install fonts-dejavu-core";
  if (!isThere) console.log(why);
  test.skip(!isThere, why);
});

for (const picture of PICTURES) {
  test(`${picture.name} looks as it did`, async ({ page }) => {
    await open(page, picture);
    await expect(page).toHaveScreenshot(`${picture.name}.png`);
  });
}

test.describe("a picture shows", () => {
  const dashboard = PICTURES.find(({ name }) => name === "dashboard") as Picture;

  test("that a card is missing", async ({ page }) => {
    await open(page, dashboard);
    await page.locator(".tile").last().evaluate((card) => card.remove());
    await expect(page).not.toHaveScreenshot("dashboard.png");
  });

  for (const colour of ["--ground", "--muted", "--up"]) {
    test(`that ${colour} is another colour`, async ({ page }) => {
      await open(page, dashboard);
      await page.evaluate((name) => document.documentElement.style.setProperty(name, "rgb(120 90 160)"), colour);
      await expect(page).not.toHaveScreenshot("dashboard.png");
    });
  }
});

async function open(page: Page, { path, width, height, colorScheme = "light", isStill, act }: Picture): Promise<void> {
  await page.clock.setFixedTime(AT);
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme });
  await page.goto(path, { waitUntil: "load" });
  if (!isStill) await settled(page);
  await act?.(page);
  await page.evaluate(nameless, new URL(page.url()).origin);
}

/** Waits for what the page's scripts ask for: that it is live, its charts, its lines of the day. */
async function settled(page: Page): Promise<void> {
  for (const connection of await page.locator("#connection").all())
    await expect(connection).toHaveAttribute("data-state", "connected");
  for (const chart of await page.locator("[data-chart-place]:visible").all())
    await expect.poll(() => colours(chart)).toBeGreaterThan(DRAWN);
  for (const figure of await page.locator("figure[data-bars]").all())
    await expect(figure).toHaveAttribute("data-drawn", /\d/);
  for (const tile of await page.locator(".tile:has([data-spark])").all())
    if (await inSight(tile)) await expect(tile.locator("[data-spark]")).not.toBeEmpty();
}

/** @param tile What may lie below the window, where nothing is asked for. */
function inSight(tile: Locator): Promise<boolean> {
  return tile.evaluate((it) => it.getBoundingClientRect().top < innerHeight);
}

/** In the page: the service's port is another one each time. */
function nameless(origin: string): void {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text.nodeValue?.includes(origin)) text.nodeValue = text.nodeValue.replaceAll(origin, "http://localhost:5000");
  }
}

const FOUND = [
  { symbol: "AAPL", name: "Apple Inc.", kind: "equity", exchange: "NasdaqGS", currency: "USD" },
  { symbol: "APC.DE", name: "Apple Inc.", kind: "equity", exchange: "XETRA", currency: "EUR" },
  { symbol: "APLE", name: "Apple Hospitality REIT, Inc.", kind: "equity", exchange: "NYSE", currency: "USD" },
];

/** The simulator alone finds nothing by name. */
async function search(page: Page): Promise<void> {
  await page.route("**/v1/search?*", (route) => route.fulfill({ json: { upstream: "ok", instruments: FOUND } }));
  await page.keyboard.press("/");
  await page.keyboard.type("apple");
  await expect(page.getByRole("dialog").getByRole("option")).toHaveCount(FOUND.length);
}
