// Ages of what the server wrote go on, once a second, also while the service
// cannot be reached: a price does not stay young because nobody answers. What
// `data-age` holds stands behind the age.

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

/** Lets the ages of this page go on while somebody looks. `now` is the service's time in milliseconds. */
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
