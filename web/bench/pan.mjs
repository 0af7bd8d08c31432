// Whether ten years of daily candles follow the mouse.

import { setTimeout as wait } from "node:timers/promises";

const MS = 5_000;
const MOVE_EVERY_MS = 8;
const REACH_PX = 300;

/**
 * @typedef {{ medianMs: number, worstMs: number, late: number, frames: number, moves: number, hasMoved: boolean }} Pan
 */

/**
 * Drags the chart to and fro for some seconds.
 *
 * @param {import("@playwright/test").Page} page A page with a drawn chart.
 * @param {boolean} isDragged Without, the mouse only moves over it.
 * @returns {Promise<Pan>}
 */
export async function pan(page, isDragged) {
  const place = page.locator("[data-chart-place]").first();
  await place.scrollIntoViewIfNeeded();
  const box = await place.boundingBox();
  if (!box) throw new Error("the page has no chart to drag");
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height / 3, 200)];
  const before = await place.screenshot();
  await page.mouse.move(x, y);
  if (isDragged) await page.mouse.down();
  const frames = page.evaluate(countFrames, MS);
  const moves = await swing(page, x, y);
  const gaps = await frames;
  await page.mouse.move(x + REACH_PX, y);
  if (isDragged) await page.mouse.up();
  await page.mouse.move(1, 1);
  const hasMoved = !before.equals(await place.screenshot());
  return { ...figures(gaps), moves, hasMoved };
}

/**
 * @param {import("@playwright/test").Page} page
 * @param {number} x
 * @param {number} y
 */
async function swing(page, x, y) {
  const until = Date.now() + MS;
  let moves = 0;
  while (Date.now() < until) {
    const at = Math.sin((Date.now() / 1_000) * Math.PI);
    await Promise.all([page.mouse.move(x + at * REACH_PX, y), wait(MOVE_EVERY_MS)]);
    moves += 1;
  }
  return moves / (MS / 1_000);
}

/** In the page: the time from one frame to the next. @param {number} ms @returns {Promise<number[]>} */
function countFrames(ms) {
  return new Promise((resolve) => {
    /** @type {number[]} */
    const gaps = [];
    const begin = performance.now();
    let last = 0;
    const frame = (/** @type {number} */ now) => {
      if (last) gaps.push(now - last);
      last = now;
      if (now - begin < ms) requestAnimationFrame(frame);
      else resolve(gaps);
    };
    requestAnimationFrame(frame);
  });
}

/** @param {number[]} gaps */
function figures(gaps) {
  const sorted = gaps.toSorted((a, b) => a - b);
  const late = gaps.filter((gap) => gap > 25).length / gaps.length;
  const seconds = gaps.reduce((sum, gap) => sum + gap, 0) / 1_000;
  return {
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? NaN,
    worstMs: sorted.at(-1) ?? NaN,
    late,
    frames: gaps.length / seconds,
  };
}
