// What the history's chart writes and draws on its canvases.

import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, stepBack, test } from "./service";

const VIEW = "/marketpulse/history/view";

/** A text as it was last written, with its place on its canvas. */
interface Written {
  text: string;
  x: number;
  width: number;
  px: number;
}

test.beforeEach(({ page }) => page.addInitScript(listen));

/** In the page: keeps what is written on each canvas, until that is cleared or painted over. */
function listen(): void {
  const pen = CanvasRenderingContext2D.prototype;
  const { fillText, fillRect, clearRect } = pen;
  const written = new Map<HTMLCanvasElement, Written[]>();
  pen.fillText = function (text, x, y) {
    const place = new DOMPoint(x, y).matrixTransform(this.getTransform());
    const px = Number(/([\d.]+)px/.exec(this.font)?.[1]);
    written.set(this.canvas, [...(written.get(this.canvas) ?? []), { text, x: place.x, width: this.canvas.width, px }].slice(-200));
    fillText.call(this, text, x, y);
  };
  pen.fillRect = function (x, y, width, height) {
    if (width >= this.canvas.width && height >= this.canvas.height) written.delete(this.canvas);
    fillRect.call(this, x, y, width, height);
  };
  pen.clearRect = function (x, y, width, height) {
    written.delete(this.canvas);
    clearRect.call(this, x, y, width, height);
  };
  Object.assign(window, { written: () => [...written].filter(([{ isConnected }]) => isConnected).flatMap(([, all]) => all) });
}

const written = (page: Page): Promise<Written[]> => page.evaluate(() => (window as never as { written(): Written[] }).written());
const texts = async (page: Page) => (await written(page)).map(({ text }) => text);

/** Opens a view and waits until its axes are written. */
async function open(page: Page, query: string): Promise<void> {
  await page.goto(VIEW + query);
  await expect(page.locator("figure[data-bars]")).toHaveAttribute("data-drawn", /\d/);
  await expect.poll(async () => (await texts(page)).filter((text) => /\d/.test(text)).length).toBeGreaterThan(5);
}

for (const scale of ["linear", "log"]) {
  test(`ten years of prices have no price below zero on a ${scale} axis`, async ({ page }) => {
    await open(page, `?symbol=AAPL&period=10y&interval=1d&scale=${scale}`);
    const all = await texts(page);
    expect(all.filter((text) => /^\d+\.\d\d$/.test(text)).length).toBeGreaterThan(3);
    expect(all.filter((text) => /^[-−]/.test(text))).toEqual([]);
    // The volume has heights of its own.
    expect(all).toContain("Volume");
  });
}

test("dividends have letters where there is room, and the crosshair names each either way", async ({ page }) => {
  const letters = async () => (await texts(page)).filter((text) => ["D", "•"].includes(text)).sort();
  await open(page, "?symbol=AAPL&period=1y&interval=1d");
  await expect.poll(letters).toContain("D");
  expect(await letters()).not.toContain("•");
  await page.goto(`${VIEW}?symbol=AAPL&period=10y&interval=1d`);
  await expect.poll(letters).toContain("•");
  expect(await letters()).not.toContain("D");
  expect(await texts(page)).toContain("S");
  await page.locator("[data-chart-place]").focus();
  await page.keyboard.press("End");
  const event = page.locator('[data-value="event"]');
  const backTo = async () => {
    await stepBack(page);
    return event.textContent();
  };
  await expect.poll(backTo, { intervals: [0] }).toMatch(/^Dividend/);
});

test("what stands below the prices is named at the left, and covers none of the newest", async ({ page }) => {
  await open(page, "?symbol=AAPL&period=1y&interval=1d&ind=rsi:14,macd:12:26:9");
  for (const name of ["RSI 14", "MACD 12, 26, 9"]) {
    await expect.poll(async () => (await written(page)).filter(({ text }) => text === name).length).toBe(1);
    const place = (await written(page)).find(({ text }) => text === name);
    expect((place?.x ?? 0) / (place?.width ?? 1)).toBeLessThan(0.05);
  }
});

test("an indicator below a logarithmic scale has an even one", async ({ page }) => {
  await open(page, "?symbol=AAPL&period=1y&interval=1d&scale=log&ind=rsi:14");
  await expect.poll(() => texts(page)).toContain("RSI 14");
  const newest = await page.locator("[data-keyed] .value").textContent();
  // The prices of this share are above 100 in all of the year, its volume is written in millions.
  const steps = (await texts(page)).filter((text) => /^\d\d?\.\d\d$/.test(text) && text !== newest);
  const values = [...new Set(steps.map(Number))].sort((a, b) => a - b);
  expect(values.length).toBeGreaterThan(2);
  expect(new Set(values.slice(1).map((value, i) => value - (values[i] ?? 0))).size).toBe(1);
});

test("the chart's type is as large on a wide screen, which shows more", async ({ page }) => {
  const sizes = async () => [...new Set((await written(page)).filter(({ text }) => text === "Volume").map(({ px }) => px))];
  await page.setViewportSize({ width: 1280, height: 900 });
  await open(page, "?symbol=AAPL&period=1y&interval=1d");
  await expect.poll(sizes).toEqual([12]);
  await page.setViewportSize({ width: 2560, height: 1200 });
  await expect.poll(sizes).toEqual([12]);
});

test("all of the stretch stays in sight when what is compared has more days", async ({ page }) => {
  await open(page, "?symbol=AAPL&period=1y&interval=1d&compare=BTC/EUR");
  await expect.poll(() => texts(page)).toContain("BTC/EUR");
  await page.locator("[data-chart-place]").hover({ position: { x: 3, y: 100 } });
  // The base is the first day in sight.
  const base = (await page.locator("[data-keyed] .formula").first().textContent()) ?? "";
  const pointed = page.locator('[data-value="when"]');
  await expect.poll(async () => base.includes((await pointed.textContent()) ?? "no day")).toBe(true);
});

test("a narrow chart keeps its room for the lines", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 800 });
  await open(page, "?symbol=AAPL&period=1y&interval=1d&compare=BTC/EUR");
  await expect(page.locator("[data-keyed] .value").nth(1)).toHaveText(/\d/);
  expect(await texts(page)).not.toContain("BTC/EUR");
});

test("the picture says what it shows, of what, from where and until when, in a size that fits it", async ({ page }) => {
  const drawn: string[] = [];
  await page.exposeFunction("drew", (text: string) => drawn.push(text));
  await open(page, "?symbol=AAPL&period=1y&interval=1d&ind=rsi:14");
  await expect.poll(() => texts(page)).toContain("RSI 14");
  await page.evaluate(() => {
    const own = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
      const { a } = this.getTransform();
      const right = (x + this.measureText(text).width) * a;
      const report = (window as never as { drew(text: string): void }).drew;
      if (!this.canvas.isConnected) report(right <= this.canvas.width ? text : `cut: ${text}`);
      own.call(this, text, x, y);
    };
  });
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("[data-png]").click()]);
  const all = drawn.join("\n");
  expect(all).toContain("(AAPL)");
  expect(all).toMatch(/simulated prices · daily · source: demo, to .*\d{4}/);
  expect(all).toMatch(/RSI 14 {2}\d/);
  expect(all).toContain("TradingView");
  expect(all).not.toContain("cut:");
  const png = await readFile(await download.path());
  expect(png.subarray(1, 4).toString()).toBe("PNG");
});
