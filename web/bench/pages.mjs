// Measures the pages in a browser and prints each figure beside its budget.
//
//   node bench/pages.mjs [--loads 5] [--hours 8] [--only dashboard]
//
// Nothing here passes or fails: a time says as much about the machine as about the page.

import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { launch } from "./browser.mjs";
import { load } from "./load.mjs";
import { pan } from "./pan.mjs";
import { probe } from "./probe.mjs";
import { kilobytes, median, milliseconds, table } from "./report.mjs";
import { BINARY, demo } from "./service.mjs";
import { grow } from "./ticks.mjs";

const { values: asked } = parseArgs({
  options: {
    loads: { type: "string", default: "5" },
    hours: { type: "string", default: "8" },
    only: { type: "string" },
  },
});

const PAGES = [
  { name: "home", path: "/marketpulse", hasChart: false, isLive: true },
  { name: "dashboard", path: "/marketpulse/dashboard", hasChart: true, isLive: true },
  { name: "history", path: "/marketpulse/history/view?symbol=BTC/EUR&period=1d&interval=5m", hasChart: true, isLive: true },
  { name: "status", path: "/marketpulse/status", hasChart: false, isLive: false },
  { name: "docs", path: "/marketpulse/docs", hasChart: false, isLive: false },
];
const TEN_YEARS = "/marketpulse/history/view?symbol=CAC40&period=10y&interval=1d";
/** What a heap may grow in the second half and still be called flat. In the first, code that runs often is compiled. */
const FLAT = 0.05;

/** @typedef {(typeof PAGES)[number]} Page */

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} service
 * @param {Page} page
 */
async function loads(browser, service, page) {
  const all = [];
  // The first one has the service prepare its answers and is not counted.
  for (let time = 0; time <= Number(asked.loads); time += 1) all.push(await load(browser, service, page));
  const counted = all.slice(1);
  const [worst] = /** @type {[import("./load.mjs").Load]} */ (counted.toSorted((a, b) => b.shift - a.shift));
  const { sent, shift, moved } = worst;
  const library = await libraryIn(service, sent);
  return { rows: [...weights(sent, library), ...times(counted, page), still(shift)], notes: notes(sent, library, moved) };
}

/**
 * What the browser takes in any case on this machine: where this is near a budget, the machine is too busy to judge.
 *
 * @param {import("@playwright/test").Browser} browser
 * @param {string} service
 */
async function least(browser, service) {
  const paints = [];
  for (let time = 0; time < Number(asked.loads); time += 1) {
    paints.push((await load(browser, service, { path: "/healthz", hasChart: false })).paintMs);
  }
  return [{ what: "first contentful paint", value: milliseconds(median(paints)) }];
}

/** @param {import("./load.mjs").Sent[]} sent */
const bytes = (sent) => sent.reduce((sum, it) => sum + it.bytes, 0);

/** @param {import("./load.mjs").Sent[]} sent @param {string | undefined} library */
function weights(sent, library) {
  const others = sent.filter(({ path }) => path !== library);
  const data = others.filter(({ type }) => type === "Fetch" || type === "XHR");
  const [all, own] = [bytes(sent), bytes(others)];
  return [
    { what: "requests answered", value: String(sent.length) },
    { what: "transferred in all", value: kilobytes(all), budget: "120 KB", isMet: all <= 120_000 },
    { what: "without the chart library’s file", value: kilobytes(own), budget: "15 KB", isMet: own <= 15_000 },
    { what: "of these, data that scripts asked for", value: kilobytes(bytes(data)) },
  ];
}

/** @param {import("./load.mjs").Load[]} counted @param {Page} page */
function times(counted, { hasChart }) {
  const paint = median(counted.map((it) => it.paintMs));
  const drawn = median(counted.map((it) => it.drawnMs ?? NaN));
  const rows = [{ what: "first contentful paint", value: milliseconds(paint), budget: "300 ms", isMet: paint <= 300 }];
  if (hasChart) rows.push({ what: "chart drawn", value: milliseconds(drawn), budget: "700 ms", isMet: drawn <= 700 });
  return rows;
}

/** @param {number} shift The worst load's. */
function still(shift) {
  return { what: "layout shift, worst load", value: shift.toFixed(4), budget: "0", isMet: shift === 0 };
}

/**
 * Which file has the chart library in it: the largest of those that name it.
 *
 * @param {string} service
 * @param {import("./load.mjs").Sent[]} sent
 */
async function libraryIn(service, sent) {
  const scripts = sent.filter(({ type }) => type === "Script").toSorted((a, b) => b.bytes - a.bytes);
  for (const { path } of scripts) {
    const script = await (await fetch(service + path)).text();
    if (script.includes("TradingView Lightweight Charts")) return path;
  }
  return undefined;
}

/** @param {import("./load.mjs").Sent[]} sent @param {string | undefined} library @param {string[]} moved */
function notes(sent, library, moved) {
  const files = sent
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ path, coding, bytes: size }) => {
      return `- ${kilobytes(size)} (${coding}) ${path}${path === library ? ", the chart library" : ""}`;
    });
  return [...files, ...moved.map((it) => `- moved: ${it}`), ""].join("\n");
}

/** @param {import("@playwright/test").Browser} browser @param {string} service */
async function panning(browser, service) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(probe);
  await page.goto(service + TEN_YEARS);
  await page.waitForFunction(() => /** @type {any} */ (window).probe.drawnAt !== null, null, { timeout: 15_000 });
  await page.waitForTimeout(1_000);
  const hovering = await pan(page, false);
  const dragged = await pan(page, true);
  await page.close();
  const rate = 1_000 / dragged.medianMs;
  return [
    // A screen of 60 Hz shows 59.9 to 60.1.
    { what: "frames/s from the median frame", value: rate.toFixed(1), budget: "60", isMet: rate >= 59 },
    { what: "frames/s counted", value: dragged.frames.toFixed(1) },
    { what: "frames more than 25 ms after the last", value: `${(dragged.late * 100).toFixed(1)} %` },
    { what: "longest time without a frame", value: milliseconds(dragged.worstMs) },
    { what: "mouse moves/s", value: dragged.moves.toFixed(0) },
    { what: "the chart followed", value: dragged.hasMoved ? "yes" : "no, nothing was measured" },
    { what: "frames/s counted, mouse over it, nothing dragged", value: hovering.frames.toFixed(1) },
  ];
}

/** @param {import("@playwright/test").Browser} browser @param {string} service @param {Page} page */
async function growing(browser, service, { path }) {
  const hours = Number(asked.hours);
  const growth = await grow(browser, service, path, hours);
  if (!growth) return [{ what: `heap over ${hours} h of ticks`, value: "this page opens no stream" }];
  const { heaps, nodes, events, tookMs } = growth;
  const [, , half = NaN] = heaps;
  const rise = (heaps.at(-1) ?? NaN) / half - 1;
  return [
    { what: "heap at 0, ¼, ½, ¾, 1", value: heaps.map((heap) => (heap / 1e6).toFixed(2)).join(", ") + " MB" },
    {
      what: `heap after ${hours} h of ticks against half of them`,
      value: `${(rise * 100).toFixed(1)} %`,
      budget: `flat, at most ${FLAT * 100} %`,
      isMet: rise <= FLAT,
    },
    { what: "nodes of the document at 0, ¼, ½, ¾, 1", value: nodes.join(", ") },
    { what: "events, and how long they took", value: `${events}, ${(tookMs / 1_000).toFixed(0)} s` },
  ];
}

/** @param {string} name */
const isAsked = (name) => !asked.only || asked.only === name;

const service = await demo();
const browser = await launch();
try {
  console.log(`Chromium ${browser.version()}, ${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}, ${/release|debug/.exec(BINARY)?.[0] ?? "a given"} build`);
  console.log(`Medians of ${asked.loads} loads, nothing cached, processor slowed down 4 ×, loopback.\n`);
  console.log(table("The least there is: a page of one word", await least(browser, service.address)));
  for (const page of PAGES.filter(({ name }) => isAsked(name))) {
    const { rows, notes: files } = await loads(browser, service.address, page);
    console.log(table(`${page.name}: ${page.path}`, rows));
    console.log(files);
    if (page.isLive) console.log(table(`${page.name}, left open`, await growing(browser, service.address, page)));
  }
  if (isAsked("pan")) console.log(table("history, panning ten years of daily candles", await panning(browser, service.address)));
} finally {
  await browser.close();
  await service.stop();
}
