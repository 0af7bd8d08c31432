// What a reader waits for: bytes, first paint, the chart, and whether anything moved.

import { setTimeout as wait } from "node:timers/promises";
import { probe } from "./probe.mjs";

const SLOWDOWN = 4;
const PATIENCE_MS = 15_000;
/** Nothing more is asked for a page that was silent for so long. */
const SILENT_MS = 1_500;

/**
 * @typedef {{ path: string, type: string, coding: string, bytes: number }} Sent
 * @typedef {{ paintMs: number, drawnMs: number | null, shift: number, moved: string[], sent: Sent[] }} Load
 */

/**
 * Loads a page with nothing cached, on a processor made four times slower.
 *
 * @param {import("@playwright/test").Browser} browser
 * @param {string} service
 * @param {{ path: string, hasChart: boolean }} what
 * @returns {Promise<Load>}
 */
export async function load(browser, service, { path, hasChart }) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    // The process of the page is there already, as with a reader who comes from another page of ours.
    await page.goto(`${service}/healthz`);
    await page.addInitScript(probe);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
    const traffic = await follow(devtools);
    await page.goto(service + path, { waitUntil: "load" });
    if (hasChart) await drawn(devtools);
    await traffic.silence();
    return { ...(await seen(page)), sent: traffic.sent };
  } finally {
    await context.close();
  }
}

/**
 * Waits until the chart was drawn; the table says of a chart that never was.
 * It asks seldom and in the plainest way: what is measured shares its processor.
 *
 * @param {import("@playwright/test").CDPSession} devtools
 */
async function drawn(devtools) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await wait(250)) {
    const { result } = await devtools.send("Runtime.evaluate", { expression: "probe.drawnAt !== null" });
    if (result.value) return;
  }
}

/** @param {import("@playwright/test").Page} page */
function seen(page) {
  return page.evaluate(() => {
    const { drawnAt, shift, moved } = /** @type {any} */ (window).probe;
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    return { paintMs: paint?.startTime ?? NaN, drawnMs: drawnAt, shift, moved };
  });
}

/**
 * Notes every answer with its bytes as they came over the wire, headers included.
 *
 * @param {import("@playwright/test").CDPSession} devtools
 */
async function follow(devtools) {
  /** @type {Sent[]} */
  const sent = [];
  /** @type {Map<string, Omit<Sent, "bytes">>} */
  const answers = new Map();
  let lastAt = Date.now();
  devtools.on("Network.responseReceived", ({ requestId, type, response }) => {
    const { protocol, pathname, search } = new URL(response.url);
    // What the browser has in itself is not sent.
    if (!protocol.startsWith("http")) return;
    const coding = response.headers["content-encoding"] ?? "as it is";
    answers.set(requestId, { path: pathname + search, type, coding });
    lastAt = Date.now();
  });
  devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength: bytes }) => {
    const answer = answers.get(requestId);
    if (answer) sent.push({ ...answer, bytes });
    lastAt = Date.now();
  });
  await devtools.send("Network.enable");
  const silence = async () => {
    while (Date.now() - lastAt < SILENT_MS) await wait(100);
  };
  return { sent, silence };
}
