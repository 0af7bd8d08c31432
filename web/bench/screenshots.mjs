// Photographs the pages. Without words, the pictures that docs/screenshots keeps.
//
//   node bench/screenshots.mjs [--all] [--only history] [--out DIR]
//
// With --all, every page and state.
//
// Most are of a demo whose clock stands still, in the fonts of the browser tests, and are the same each time. A service
// over fake upstreams goes by the machine's clock, so that its prices are others each time.

import { execFile } from "node:child_process";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { launch } from "./browser.mjs";
import { demo, real, upstreams } from "./service.mjs";
import { sheet, sheetPicture } from "./sheet.mjs";
import { AT, SHOTS } from "./shots.mjs";

const { values: asked } = parseArgs({
  options: { all: { type: "boolean", default: false }, only: { type: "string" }, out: { type: "string" } },
});
const out = resolve(asked.out ?? join(import.meta.dirname, "../../docs/screenshots"));
const MOST_BYTES = 3_000_000;
/** What streams and charts take to show something, with a reserve. */
const SETTLING_MS = 2_500;
/** So long after an upstream went away, every watched source has failed. */
const FAILING_MS = 20_000;
const WATCHED = { MARKETPULSE_WATCHLIST: "EUR/USD,CAC40,BTC/EUR,AAPL,MSFT,AIR.PA", MARKETPULSE_REFRESH_EVERY: "5s" };
const FONTS = { FONTCONFIG_FILE: join(import.meta.dirname, "../e2e/fonts.conf"), LANGUAGE: "en_US" };

/**
 * @typedef {import("./shots.mjs").Shot} Shot
 * @typedef {{ address: string, stop: () => Promise<void> }} Service
 */

/** A service over upstreams that answer until they are cut off. @param {string[]} args */
async function overUpstreams(args = ["AAPLE"]) {
  const upstream = await upstreams(args);
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
async function take(browser, { name, path, width, scheme, over, height, full, before, act }, service) {
  const context = await browser.newContext({
    viewport: { width, height: height ?? (width < 700 ? 720 : width > 2000 ? 1440 : 900) },
    colorScheme: scheme,
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "UTC",
  });
  try {
    const page = await context.newPage();
    page.on("pageerror", (error) => console.log(`${name}: ${error.message}`));
    if (over === "demo") await page.clock.setFixedTime(AT);
    await before?.(page);
    await page.goto(service.address + path, { waitUntil: "load" });
    await page.evaluate(seeAll);
    await page.waitForTimeout(SETTLING_MS);
    await act?.(page, service.stop);
    await page.waitForTimeout(act ? 800 : 0);
    await page.evaluate(nameless);
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

/** In the page: the service's port is another one each time. */
function nameless() {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text.nodeValue?.includes(location.origin)) text.nodeValue = text.nodeValue.replaceAll(location.origin, "http://localhost:5000");
  }
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
  const of = (/** @type {string} */ over) => shots.filter((shot) => shot.over === over && !shot.stops);
  if (of("demo").length) await during(await demo(WATCHED, AT), (service) => takeAll(browser, of("demo"), service));
  for (const shot of shots.filter(({ stops }) => stops))
    await during(await demo(WATCHED, AT), (service) => takeAll(browser, [shot], service));
  if (of("stale").length)
    await during(await overUpstreams(["--behind=30m"]), (service) => takeAll(browser, of("stale"), service));
  if (of("real").length || of("cut").length)
    await during(await overUpstreams(), async (service) => {
      await takeAll(browser, of("real"), service);
      if (!of("cut").length) return;
      // What was never asked for is not held, and not what a reader sees who comes again.
      for (const { path } of of("cut")) await visit(browser, service.address + path);
      await service.cut();
      await wait(FAILING_MS);
      await takeAll(browser, of("cut"), service);
    });
}

/**
 * Ends a service once what is done with it is done.
 *
 * @template {Service} S
 * @param {S} service
 * @param {(service: S) => Promise<void>} use
 */
async function during(service, use) {
  await use(service).finally(service.stop);
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

/** Removes pictures that are no longer published. */
async function removePictures() {
  for (const picture of await pictures()) await rm(picture);
}

async function totalBytes() {
  const sizes = await Promise.all((await pictures()).map(async (picture) => (await stat(picture)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const shots = SHOTS.filter(({ name, published }) => (asked.all || asked.only || published) && name.includes(asked.only ?? ""));
await mkdir(out, { recursive: true });
if (!asked.all && !asked.only) await removePictures();
const browser = await launch(["--hide-scrollbars", "--font-render-hinting=none"], FONTS);
try {
  await shoot(browser, shots);
  if (!asked.only) {
    await writeFile(join(out, "README.md"), sheet(shots));
    await sheetPicture(browser, out, shots);
    await shrink(join(out, "sheet.png"));
  }
} finally {
  await browser.close();
}
const bytes = await totalBytes();
console.log(`${shots.length} pictures, ${(bytes / 1e6).toFixed(2)} MB, in ${out}`);
if (!asked.all && !asked.only && bytes > MOST_BYTES) {
  console.error(`more than ${MOST_BYTES / 1e6} MB: install pngquant, or keep fewer`);
  process.exitCode = 1;
}
