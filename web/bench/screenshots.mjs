// Photographs the pages. Without words, the pictures that docs/screenshots keeps.
//
//   node bench/screenshots.mjs [--all] [--only history] [--out DIR]
//
// With --all, every page and state: half an hour, for half of which prices grow stale.
//
// Prices come from the simulator and are the same for the same moment. The service knows the machine's clock
// alone, so pictures of another day show other prices.

import { execFile } from "node:child_process";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { launch } from "./browser.mjs";
import { demo, real, upstreams } from "./service.mjs";
import { sheet, sheetPicture } from "./sheet.mjs";
import { SHOTS } from "./shots.mjs";

const { values: asked } = parseArgs({
  options: { all: { type: "boolean", default: false }, only: { type: "string" }, out: { type: "string" } },
});
const out = resolve(asked.out ?? join(import.meta.dirname, "../../docs/screenshots"));
const MOST_BYTES = 3_000_000;
/** What streams and charts take to show something, with a reserve. */
const SETTLING_MS = 2_500;
/** So long after an upstream went away, every watched source has failed. */
const FAILING_MS = 20_000;
/** So long after it, prices of currencies and crypto are stale: the longest they may be old is 15 minutes. */
const STALE_MS = 15.5 * 60_000;
const WATCHED = { MARKETPULSE_WATCHLIST: "EUR/USD,CAC40,BTC/EUR,AAPL,MSFT", MARKETPULSE_REFRESH_EVERY: "5s" };

/**
 * @typedef {import("./shots.mjs").Shot} Shot
 * @typedef {{ address: string, stop: () => Promise<void> }} Service
 */

/** A service over upstreams that answer until they are cut off. */
async function overUpstreams() {
  const upstream = await upstreams(["AAPLE"]);
  const service = await real(upstream.address, WATCHED);
  // The first prices have come.
  await wait(SETTLING_MS);
  const stop = async () => {
    await service.stop();
    await upstream.stop();
  };
  return { ...service, stop, cut: upstream.stop };
}

/** @param {import("@playwright/test").Browser} browser @param {Shot} shot @param {Service} service */
async function take(browser, { name, path, width, scheme, height, full, before, act }, service) {
  const context = await browser.newContext({
    viewport: { width, height: height ?? (width < 700 ? 720 : width > 2000 ? 1440 : 900) },
    colorScheme: scheme,
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "Europe/Paris",
  });
  try {
    const page = await context.newPage();
    page.on("pageerror", (error) => console.log(`${name}: ${error.message}`));
    await before?.(page);
    await page.goto(service.address + path, { waitUntil: "load" });
    await page.evaluate(seeAll);
    await page.waitForTimeout(SETTLING_MS);
    await act?.(page, service.stop);
    await page.waitForTimeout(act ? 800 : 0);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) console.log(`${name}: ${wide} px wider than the window`);
    await page.screenshot({ path: join(out, `${name}.png`), fullPage: full ?? !height, animations: "disabled" });
  } finally {
    await context.close();
  }
}

/** In the page: what is drawn once it is in sight is drawn. */
async function seeAll() {
  for (let at = 0; at < document.body.scrollHeight; at += innerHeight / 2) {
    scrollTo(0, at);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  scrollTo(0, 0);
}

/** Fewer colours where pngquant is installed; the eye sees no difference. @param {string} picture */
async function shrink(picture) {
  const smaller = `${picture}.small`;
  const args = ["--quality", "70-95", "--speed", "1", "--strip", "--output", smaller, picture];
  await promisify(execFile)("pngquant", args).then(
    () => rename(smaller, picture),
    () => {},
  );
}

/** @param {import("@playwright/test").Browser} browser @param {Shot[]} shots */
async function shoot(browser, shots) {
  const of = (/** @type {string} */ over) => shots.filter((shot) => shot.over === over);
  if (shots.some(({ over }) => over !== "demo")) {
    const service = await overUpstreams();
    await takeAll(browser, of("real"), service);
    // What was never asked for is not held, and not what a reader sees who comes again.
    for (const { path } of [...of("cut"), ...of("stale")]) await visit(browser, service.address + path);
    await service.cut();
    if (of("cut").length) await wait(FAILING_MS);
    await takeAll(browser, of("cut"), service);
    if (of("stale").length) await wait(STALE_MS);
    await takeAll(browser, of("stale"), service);
    await service.stop();
  }
  // Some of these stop their service.
  for (const shot of of("demo")) {
    const service = await demo();
    await takeAll(browser, [shot], service);
    await service.stop();
  }
}

/** @param {import("@playwright/test").Browser} browser @param {string} address */
async function visit(browser, address) {
  const page = await browser.newPage();
  await page.goto(address, { waitUntil: "load" });
  await page.waitForTimeout(SETTLING_MS);
  await page.close();
}

/** @param {import("@playwright/test").Browser} browser @param {Shot[]} shots @param {Service} service */
async function takeAll(browser, shots, service) {
  for (const shot of shots) {
    await take(browser, shot, service).catch((error) => console.log(`${shot.name}: not taken: ${error.message}`));
    await shrink(join(out, `${shot.name}.png`));
  }
}

async function pictures() {
  return (await readdir(out)).filter((name) => name.endsWith(".png")).map((name) => join(out, name));
}

/** What is no longer kept is not to stay. */
async function removePictures() {
  for (const picture of await pictures()) await rm(picture);
}

async function totalBytes() {
  const sizes = await Promise.all((await pictures()).map(async (picture) => (await stat(picture)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const shots = SHOTS.filter(({ name, kept }) => (asked.all || asked.only || kept) && name.includes(asked.only ?? ""));
await mkdir(out, { recursive: true });
if (!asked.all && !asked.only) await removePictures();
const browser = await launch(["--hide-scrollbars"]);
try {
  await shoot(browser, shots);
  if (!asked.only) await writeFile(join(out, "README.md"), sheet(shots));
  if (asked.all) await sheetPicture(browser, out, shots);
} finally {
  await browser.close();
}
const bytes = await totalBytes();
console.log(`${shots.length} pictures, ${(bytes / 1e6).toFixed(2)} MB, in ${out}`);
if (!asked.all && !asked.only && bytes > MOST_BYTES) {
  console.error(`more than ${MOST_BYTES / 1e6} MB: install pngquant, or keep fewer`);
  process.exitCode = 1;
}
