// Pages that renew themselves: the page fetches itself again and again and takes
// over the parts, so that it reads the same with and without scripts.

import { keepAges, writeAges } from "../locale/ages";
import { clock } from "../locale/format";
import { connectionText, SILENT_MS } from "./live";
import { localise } from "../locale/localised";
import { poll } from "./polling";

/** A selection is left alone for so long: somebody may be copying it. */
const SELECTION_MS = 60_000;

const connection = document.querySelector<HTMLElement>("#connection");
/** How far this browser's clock is behind the service's, in milliseconds. */
let behindMs = 0;
/** When the service answered last, by this browser's clock. */
let answeredAt = new Date();
let offline: ReturnType<typeof setTimeout> | undefined;

/**
 * Renews parts of this page every `everyMs`.
 *
 * `parts` are replaced whole where they differ. Of `quiet` ones only the text is
 * replaced, so that screen readers read it out only when it changes.
 */
export function renew(parts: string[], quiet: string[], everyMs: number): void {
  const arrived = arrivedAt();
  answeredAt = new Date(renderedAt(document));
  awaitAnswer();
  if (arrived) received(document, arrived);
  localise(document);
  keepAges(serviceNow);
  poll(() => refresh(parts, quiet), everyMs, lost, arrived ? "later" : "now");
}

/** When this page came from the service; `null` where it is from the browser's cache, of unknown age. */
function arrivedAt(): number | null {
  const [load] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return load?.transferSize ? performance.timeOrigin + load.responseStart : null;
}

function serviceNow(): number {
  return Date.now() + behindMs;
}

/** When the service rendered a page, by its own clock. */
function renderedAt(page: Document): number {
  return Date.parse(page.querySelector<HTMLTimeElement>("#now")?.dateTime ?? "");
}

/** Notes that the service answered with this page at `at`, by this browser's clock. */
function received(page: Document, at: number): void {
  behindMs = renderedAt(page) - at;
  answeredAt = new Date(at);
  const isStale = page.querySelector('main [data-freshness="stale"]') !== null;
  const word = connectionText({ state: "connected", polling: false, answeredAt }, isStale);
  say("connected", `${word}, answered at ${clock(answeredAt)}`);
}

/** Calls nothing fresh where the next answer has not come in time, whatever is tried meanwhile. */
function awaitAnswer(): void {
  clearTimeout(offline);
  offline = setTimeout(unreached, SILENT_MS);
}

async function refresh(parts: string[], quiet: string[]): Promise<void> {
  const answer = await fetch(location.pathname, {
    headers: { accept: "text/html" },
    signal: AbortSignal.timeout(10_000),
  });
  const at = Date.now();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || !page.querySelector("#now")) throw new Error(`status ${answer.status}`);
  awaitAnswer();
  if (isCopied([...parts, ...quiet]) && at - answeredAt.getTime() < SELECTION_MS) return;
  received(page, at);
  localise(page);
  writeAges(page, serviceNow());
  for (const part of quiet) takeQuietly(document.querySelector(part), page.querySelector(part));
  for (const part of parts) take(document.querySelector(part), page.querySelector(part));
}

/** Whether something in these parts is selected. */
function isCopied(parts: string[]): boolean {
  const selection = getSelection();
  const isIn = (part: Element | null) => part !== null && selection?.containsNode(part, true);
  return selection?.isCollapsed === false && parts.some((part) => isIn(document.querySelector(part)));
}

function takeQuietly(shown: HTMLElement | null, fresh: HTMLElement | null): void {
  if (!shown || !fresh) return;
  Object.assign(shown.dataset, fresh.dataset);
  shown.style.minHeight = "";
  const isText = !fresh.childElementCount;
  if (isText && shown.textContent !== fresh.textContent) shown.textContent = fresh.textContent;
}

/** Replaces a part by a fresh one. What was open stays open, and what had the focus gets it again. */
function take(shown: Element | null, fresh: Element | null): void {
  if (!shown || !fresh) return;
  for (const details of shown.querySelectorAll("details")) {
    const same = details.id && fresh.querySelector<HTMLDetailsElement>(`#${CSS.escape(details.id)}`);
    if (same) same.open = details.open;
  }
  // What is being pressed must be there when it is let go.
  if (shown.outerHTML === fresh.outerHTML || shown.matches(":active")) return;
  const focusable = (part: Element) => [...part.querySelectorAll<HTMLElement>("a, summary")];
  const focused = focusable(shown).findIndex((it) => it === document.activeElement);
  shown.replaceWith(document.adoptNode(fresh));
  if (focused >= 0) focusable(fresh)[focused]?.focus({ preventScroll: true });
}

function lost(): void {
  if (connection?.dataset["state"] === "offline") return;
  say("reconnecting", `No answer, asking again; this was so at ${clock(answeredAt)}`);
}

/** Calls nothing fresh any longer; the template says which words stand there instead. */
function unreached(): void {
  say("offline", connectionText({ state: "offline", polling: false, answeredAt }));
  for (const part of document.querySelectorAll<HTMLElement>("[data-unreached]")) {
    const words = part.dataset["unreached"] ?? "";
    if (part.textContent === words) continue;
    // What stands below must not move under its reader.
    part.style.minHeight = `${part.offsetHeight}px`;
    part.textContent = words;
  }
  for (const part of document.querySelectorAll<HTMLElement>('main [data-freshness="fresh"]')) part.dataset["freshness"] = "stale";
  for (const part of document.querySelectorAll<HTMLElement>('main :is([data-state="fresh"], [data-state="ok"])')) part.dataset["state"] = "stale";
}

function say(state: string, words: string): void {
  if (!connection) return;
  connection.dataset["state"] = state;
  if (connection.textContent !== words) connection.textContent = words;
}
