// Writes the ages on a page anew once a second, also while the service cannot be
// reached: a price grows old all the same. The text in `data-age` follows the age.

import { age } from "./format";

const EVERY_MS = 1_000;

/** Writes how long ago each `<time data-age>` below `root` was, at `now` in milliseconds. */
export function writeAges(root: ParentNode, now: number): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>("time[data-age]")) {
    const words = age(Math.max(0, (now - Date.parse(time.dateTime)) / 1_000)) + (time.dataset["age"] ?? "");
    const text = time.firstChild as Text | null;
    // The text itself is changed, so that a selection around it lasts.
    if (text && text.data !== words) text.data = words;
  }
}

/** Writes the ages of this page every second while the tab is visible. `now` is the service's time in milliseconds. */
export function keepAges(now: () => number): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const write = () => writeAges(document, now());
  const turn = () => {
    clearInterval(timer);
    if (document.hidden) return;
    write();
    timer = setInterval(write, EVERY_MS);
  };
  document.addEventListener("visibilitychange", turn);
  turn();
}
