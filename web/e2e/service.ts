// Every test worker has services of its own, each started when the first test asks for it.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer as createUpstream, type RequestListener } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { movedTo } from "../bench/upstreams.mjs";

export { expect };

const BINARY = process.env["MARKETPULSE_BIN"] ?? resolve(import.meta.dirname, "../../target/debug/marketpulse");

interface PerTest {
  /** Complaints of the browser that belong to what is tested. */
  expected: RegExp | null;
  /** Fails a test whose page complains: script errors, console errors, refused content. */
  quiet: void;
}

/** A page that answers with an error's status makes the browser remark on it. */
export const STATUS = /^Failed to load resource: the server responded with a status of 40[04]/;
/** So does one that wants a key. */
export const LOCKED = /^Failed to load resource: the server responded with a status of 401/;
/** So does a request that was cut off. */
export const CUT_OFF = /^Failed to load resource: net::ERR_FAILED/;

interface PerWorker {
  /** The address of a service with simulated prices. */
  service: string;
  /** The address of a production service whose upstreams are in trouble. */
  troubled: string;
}

export const test = base.extend<PerTest, PerWorker>({
  service: [
    async ({}, use) => serving(["serve", "--demo"], { APP_ENV: "development" }, use),
    { scope: "worker" },
  ],

  troubled: [
    async ({}, use) =>
      withUpstream(trouble, async (service) => {
        const hasAsked = async () => (await fetch(`${service}/readyz`)).ok;
        await expect.poll(hasAsked).toBe(true);
        await use(service);
      }),
    { scope: "worker" },
  ],

  baseURL: async ({ service }, use) => use(service),

  expected: [null, { option: true }],

  quiet: [
    async ({ page, expected }, use) => {
      const complaints: string[] = [];
      const note = (text: string) => expected?.test(text) || complaints.push(text);
      page.on("pageerror", (error) => note(error.message));
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) note(message.text());
      });
      await use();
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

/** Yahoo asks for a pause, ExchangeRate-API fails, the ECB hangs up; CoinGecko is well. */
const trouble: RequestListener = (request, response) => {
  const path = request.url ?? "";
  if (path.startsWith("/api/v3")) {
    const price = { eur: 68_000.12, eur_24h_change: 1.5, last_updated_at: Math.floor(Date.now() / 1000) };
    response.setHeader("content-type", "application/json").end(JSON.stringify({ bitcoin: price }));
  } else if (path.startsWith("/v6")) {
    response.writeHead(500).end();
  } else if (path.startsWith("/stats")) {
    response.destroy();
  } else {
    response.writeHead(429, { "retry-after": "1800" }).end();
  }
};

/** Lets a production service run while `use` does, with one server in the place of every upstream. Its streams are refused. */
export async function withUpstream(
  answer: RequestListener,
  use: (service: string) => Promise<void>,
  settings: Settings = {},
): Promise<void> {
  const upstream = createUpstream(answer).listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const address = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  try {
    await serving(["serve"], { ...settings, ...movedTo(BINARY, address) }, use);
  } finally {
    upstream.closeAllConnections();
    upstream.close();
  }
}

type Settings = Record<string, string>;

/** Lets a service run while `use` does, at the address that it is given. */
export async function serving(
  args: string[],
  settings: Settings,
  use: (service: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "marketpulse-"));
  const address = `127.0.0.1:${await freePort()}`;
  const own = { MARKETPULSE_LISTEN: address, MARKETPULSE_DATA_DIR: folder };
  const child = start(args, { ...settings, ...own });
  try {
    await answers(`http://${address}/healthz`, child);
    await use(`http://${address}`);
  } finally {
    if (child.exitCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    await rm(folder, { recursive: true });
  }
}

/** Makes a key in a file, and returns it. */
export async function newKey(file: string, name: string): Promise<string> {
  const env = { PATH: process.env["PATH"], MARKETPULSE_KEYS: file };
  const { stdout } = await promisify(execFile)(BINARY, ["keys", "create", name], { env });
  return stdout.trim();
}

function start(args: string[], settings: Settings): ChildProcess {
  const env = { PATH: process.env["PATH"], ...settings };
  return spawn(BINARY, args, { stdio: ["ignore", "ignore", "pipe"], env });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Waits until an address answers well; throws at once where the program ends instead. */
async function answers(address: string, child: ChildProcess): Promise<void> {
  let fault: string | undefined;
  let log = "";
  child.stderr?.on("data", (bytes) => (log += bytes));
  child.on("error", (error) => (fault = error.message));
  child.on("exit", (code) => (fault = `it ended with ${code}`));
  const well = () => fetch(address).then(({ ok }) => ok, () => false);
  await expect.poll(async () => fault ?? (await well()), { intervals: [50] }).not.toBe(false);
  if (fault) throw new Error(`${BINARY} cannot serve: ${fault}\n${log}`);
}

/** Leaves a page before the server that it is from ends: one that is still open complains of that, and rightly. */
export async function leave(page: Page): Promise<void> {
  await page.goto("about:blank");
}

/** By how many pixels a page is wider than its window. */
export async function overhang(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}

/** Waits until each of a service's prices has come. */
export async function priced(service: string): Promise<void> {
  const prices = async () => {
    const { data } = (await (await fetch(`${service}/marketpulse/latest`)).json()) as { data: Record<string, unknown> };
    return Object.values(data);
  };
  await expect.poll(prices).not.toContain(null);
}

/** How many colours a chart's canvases hold: an undrawn one has a few, a drawn one dozens. */
export async function colours(chart: Locator): Promise<number> {
  return chart.evaluate((place) => {
    const seen = new Set<number>();
    for (const canvas of place.querySelectorAll("canvas")) {
      const { width, height } = canvas;
      if (!width || !height) continue;
      // A copy is read: the browser warns of reading the canvas on show itself.
      const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
      copy?.drawImage(canvas, 0, 0);
      const pixels = new Uint32Array(copy?.getImageData(0, 0, width, height).data.buffer ?? []);
      for (const pixel of pixels) seen.add(pixel);
    }
    return seen.size;
  });
}

/** Above this, {@link colours} means a drawn chart. */
export const DRAWN = 25;

/** Something moved that its reader had not moved; by how much, as the browser counts it. */
export interface Shift {
  value: number;
}

/** Notes what moves on each page that is opened from now on. Returns a function that lists it for the page that is open. */
export async function shifting(page: Page): Promise<() => Promise<Shift[]>> {
  await page.addInitScript(() => {
    const shifts: unknown[] = Object.assign(window, { shifts: [] }).shifts;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push(entry.toJSON());
    }).observe({ type: "layout-shift", buffered: true });
  });
  return async () => {
    await painted(page);
    return page.evaluate(() => (window as unknown as { shifts: Shift[] }).shifts);
  };
}

/** By how much all of it moved. */
export const moved = (shifts: Shift[]) => shifts.reduce((all, { value }) => all + value, 0);

/** Stops a page's clock, which `page.clock.install()` has put in, where it is: time passes only as the test says. */
export async function stopClock(page: Page): Promise<void> {
  // The page's clock cannot be stopped in its past.
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000);
}

/** Lets a page's time pass, so much at once, until something is as expected. */
export const passing = (page: Page, ms: number, locator: Locator) =>
  expect.poll(async () => {
    await page.clock.runFor(ms);
    return locator.textContent();
  });

/** Moves the cursor of the history's chart one bar back, and waits until the page says what is there. */
export async function stepBack(page: Page): Promise<void> {
  const when = page.locator('[data-value="when"]');
  const before = (await when.textContent()) ?? "";
  await page.keyboard.press("ArrowLeft");
  await expect(when).not.toHaveText(before);
}

/** Waits until what has come is painted. */
export async function painted(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  });
}
