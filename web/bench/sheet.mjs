// The contact sheet: all pictures side by side, as a page of the repository and as one picture.

import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** @typedef {import("./shots.mjs").Shot} Shot */

const ABREAST = 2;

/** The page of the repository. @param {Shot[]} shots */
export function sheet(shots) {
  const cell = (/** @type {Shot} */ { name }) => `<img src="${name}.png" width="420" alt="${words(name)}"><br>${words(name)}`;
  const rows = [];
  for (let at = 0; at < shots.length; at += ABREAST) {
    const cells = shots.slice(at, at + ABREAST).map((shot) => `<td valign="top">${cell(shot)}</td>`);
    rows.push(`<tr>${cells.join("")}</tr>`);
  }
  return [
    "# Screenshots",
    "",
    "Taken by `make screenshots` of a service over the simulator: every price is made up.",
    "",
    "<table>",
    ...rows,
    "</table>",
    "",
  ].join("\n");
}

/** `history-compare-dark` as words. @param {string} name */
function words(name) {
  return name.replaceAll("-", " ").replace(/\b(\d{3,4})\b/, "$1 px wide,").replace(/,$/, "");
}

/**
 * One picture of all of them.
 *
 * @param {import("@playwright/test").Browser} browser
 * @param {string} folder
 * @param {Shot[]} shots
 */
export async function sheetPicture(browser, folder, shots) {
  const page = await browser.newPage({ viewport: { width: 2000, height: 1000 } });
  const figures = shots.map(({ name }) => `<figure><img src="${name}.png"><figcaption>${words(name)}</figcaption></figure>`);
  const style =
    "body{margin:16px;display:grid;grid-template-columns:repeat(5,1fr);gap:16px;font:13px sans-serif;background:#8a8f98}" +
    "figure{margin:0}img{width:100%;height:260px;object-fit:contain;object-position:top left}";
  const file = join(folder, "sheet.html");
  await writeFile(file, `<!doctype html><meta charset="utf-8"><style>${style}</style>${figures.join("")}`);
  await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
  await page.screenshot({ path: join(folder, "sheet.png"), fullPage: true });
  await rm(file);
  await page.close();
}
