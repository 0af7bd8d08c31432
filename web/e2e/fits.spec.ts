// No text is cut through, on any page, however many instruments there are and however large the screen is.

import type { Page } from "@playwright/test";
import { expect, priced, serving, test as demo } from "./service";

const SIZES = [
  [320, 640],
  [390, 844],
  [768, 1024],
  [1280, 720],
  [1440, 900],
  [2560, 1440],
] as const;
const COUNTS = [1, 3, 12, 24, 50];

const KNOWN = "CAC40,EUR/USD,BTC/EUR,AAPL,MSFT,AIR.PA,GBP/USD,VOD.L,ETH/EUR,^GSPC,USD/JPY,TSLA".split(",");
/** Names of instruments that the simulator makes up, with prices of all lengths. */
const ALL = [...KNOWN, ...Array.from({ length: 38 }, (_, n) => `SIM${n}`)];

const LISTED = ["/marketpulse/dashboard", "/marketpulse/dashboard?view=table", "/marketpulse/dashboard?density=compact", "/marketpulse/dashboard?wall"];
const OTHERS = [
  "/marketpulse",
  "/marketpulse/status",
  "/marketpulse/disputes",
  "/marketpulse/docs",
  "/marketpulse/docs/bars",
  "/marketpulse/no-such-page",
  "/marketpulse/history/view?symbol=BTC/EUR&period=1d",
  "/marketpulse/history/view?symbol=AAPL&period=1y&ind=sma:50,macd:12:26:9&compare=MSFT,CAC40",
];

/**
 * In the page: texts that a box around them cuts, or that the window does. What scrolls, what is meant for screen
 * readers alone, and a name that is shortened and says so by an ellipsis, are cut by nothing.
 */
function cut(): string[] {
  const isUnseen = (element: Element | null): boolean =>
    element !== null && (getComputedStyle(element).clipPath === "inset(50%)" || isUnseen(element.parentElement));
  const scrolls = (element: Element | null): boolean =>
    element !== null && (["auto", "scroll"].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
  const names = [...document.querySelectorAll("h3, .formula, .about")].filter((it) => getComputedStyle(it).textOverflow === "ellipsis");
  const found: string[] = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode as Text;
    const words = text.data.trim();
    const parent = text.parentElement;
    if (!words || !parent?.checkVisibility({ visibilityProperty: true }) || parent.closest("svg, script, style, noscript, option")) continue;
    if (isUnseen(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) {
      const isShortened = names.some((name) => name.contains(parent));
      if (!isShortened && !scrolls(parent) && (box.right > innerWidth + 1 || box.left < -1)) found.push(`${words}: beyond the window`);
      for (let around: Element | null = parent; around && around !== document.documentElement; around = around.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(around);
        const edge = around.getBoundingClientRect();
        if (overflowX === "hidden" && !isShortened && (box.right > edge.right + 1 || box.left < edge.left - 1)) found.push(`${words}: cut at a side of ${around.className || around.tagName}`);
        if (overflowY === "hidden" && (box.bottom > edge.bottom + 2 || box.top < edge.top - 2)) found.push(`${words}: cut above or below by ${around.className || around.tagName}`);
        if (["auto", "scroll"].includes(overflowX)) break;
      }
    }
  }
  // What lies over another text cannot be read either.
  for (const [one, other] of [["figure", "move"], ["move", "origin"], ["figure", "badges"]] as const) {
    for (const card of document.querySelectorAll(".card.tile")) {
      const [a, b] = [card.querySelector(`.${one}`)?.getBoundingClientRect(), card.querySelector(`.${other}`)?.getBoundingClientRect()];
      if (!a?.width || !b?.width) continue;
      const over = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      const beside = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      if (over > 2 && beside > 2) found.push(`${card.getAttribute("data-symbol")}: ${one} lies over ${other}`);
    }
  }
  return [...new Set(found)];
}

async function holds(page: Page, where: string): Promise<void> {
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    await expect.poll(() => page.evaluate(cut), { message: `${where} at ${width} × ${height}`, timeout: 10_000 }).toEqual([]);
  }
}

const test = demo.extend<object, { service: string }>({
  service: [
    async ({}, use) => {
      const settings = { APP_ENV: "development", MARKETPULSE_WATCHLIST: ALL.join(",") };
      await serving(["serve", "--demo"], settings, async (service) => {
        await priced(service);
        await use(service);
      });
    },
    { scope: "worker" },
  ],
});

for (const count of COUNTS) {
  for (const address of LISTED) {
    test(`${count} instruments fit: ${address}`, async ({ page }) => {
      const symbols = ALL.slice(0, count).map(encodeURIComponent).join(",");
      await page.goto(`${address}${address.includes("?") ? "&" : "?"}symbols=${symbols}`);
      await expect(page.locator("#connection")).toHaveText("Live");
      await holds(page, address);
    });
  }
}

for (const address of OTHERS) {
  test.describe("elsewhere", () => {
    test.use({ expected: /status of 404/ });
    test(`nothing is cut on ${address}`, async ({ page }) => {
      await page.goto(address);
      await holds(page, address);
    });
  });
}

test("nobody scrolls a wall on a screen of a desk or larger", async ({ page }) => {
  for (const count of COUNTS) {
    await page.goto(`/marketpulse/dashboard?wall&symbols=${ALL.slice(0, count).map(encodeURIComponent).join(",")}`);
    for (const [width, height] of SIZES.filter(([width]) => width >= 1_280)) {
      await page.setViewportSize({ width, height });
      const below = () => page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
      await expect.poll(below, { message: `${count} at ${width} × ${height}`, timeout: 10_000 }).toBe(0);
    }
  }
});

test("the longest changes and ages fit a full wall", async ({ page }) => {
  await page.goto(`/marketpulse/dashboard?wall&symbols=${ALL.map(encodeURIComponent).join(",")}`);
  await expect(page.locator("#connection")).toHaveText("Live");
  const longest = () =>
    page.evaluate(() => {
      for (const [name, text] of [["percent", "−10.93 %"], ["age", "59 min"]] as const) {
        for (const slot of document.querySelectorAll(`[data-slot="${name}"]`)) slot.textContent = text;
      }
    });
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    await longest();
    expect(await page.evaluate(cut), `${width} × ${height}`).toEqual([]);
  }
});

test("a badge moves nothing of its row, whatever it says", async ({ page }) => {
  await page.route("**/marketpulse/stream?*", () => {});
  for (const address of ["", "&density=compact", "&wall"]) {
    await page.goto(`/marketpulse/dashboard?symbols=${ALL.slice(0, 12).map(encodeURIComponent).join(",")}${address}`);
    await page.setViewportSize({ width: 1440, height: 900 });
    const places = () => page.locator(".card .figure, .card h3").evaluateAll((all) => all.map((it) => it.getBoundingClientRect().top));
    const before = await places();
    for (const [badge, doubt] of [["fresh", ""], ["last known", ""], ["simulated", "disputed"], ["stale", "newer one held back"]]) {
      await page.evaluate(([badge = "", doubt = ""]) => {
        for (const card of document.querySelectorAll(".card")) {
          (card as HTMLElement).dataset["freshness"] = badge === "last known" ? "stale" : badge;
          for (const [name, text] of [["badge", badge], ["doubt", doubt]] as const) {
            const slot = card.querySelector(`[data-slot="${name}"]`);
            if (slot) slot.textContent = text;
          }
        }
      }, [badge, doubt]);
      expect(await places(), `${address}: ${badge}, ${doubt}`).toEqual(before);
    }
  }
});
