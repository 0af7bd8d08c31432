// The status page: the same page is fetched again and again, and its parts are
// taken over, so that it reads the same with and without scripts.

import { clock } from "./format";
import { poll } from "./polling";

const EVERY_MS = 5_000;

/** Parts that are replaced whole. */
const PARTS = ["#watched", "#histories", "#sources", "#simulated"];

const connection = document.querySelector<HTMLElement>("#connection");
const verdict = document.querySelector<HTMLElement>("#verdict");
let asOf = document.querySelector("#now")?.textContent ?? "";

async function refresh(): Promise<void> {
  const answer = await fetch(location.pathname, {
    headers: { accept: "text/html" },
    signal: AbortSignal.timeout(10_000),
  });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("#now");
  if (!answer.ok || !now) throw new Error(`status ${answer.status}`);
  // Whoever is copying an error must not lose the selection.
  if (!getSelection()?.isCollapsed) return;
  asOf = now.textContent;
  takeVerdict(page.querySelector<HTMLElement>("#verdict"));
  for (const part of PARTS) take(document.querySelector(part), page.querySelector(part));
  if (!connection) return;
  connection.dataset["state"] = "live";
  connection.textContent = `Live, as of ${asOf}`;
}

/** In place and only where it differs: it is read out when it changes. */
function takeVerdict(fresh: HTMLElement | null): void {
  if (!verdict || !fresh) return;
  verdict.dataset["well"] = fresh.dataset["well"];
  if (verdict.textContent !== fresh.textContent) verdict.textContent = fresh.textContent;
}

/** Puts a fresh part in the place of the shown one; the link that had the focus keeps it. */
function take(shown: Element | null, fresh: Element | null): void {
  if (!shown || !fresh || shown.outerHTML === fresh.outerHTML) return;
  const links = [...shown.querySelectorAll("a")];
  const focused = links.findIndex((link) => link === document.activeElement);
  shown.replaceWith(document.adoptNode(fresh));
  if (focused >= 0) fresh.querySelectorAll("a")[focused]?.focus({ preventScroll: true });
}

function lost(): void {
  if (!connection) return;
  connection.dataset["state"] = "lost";
  connection.textContent = `Connection lost at ${clock(new Date())}; what stands here was so at ${asOf}; retrying`;
}

poll(refresh, EVERY_MS, lost);
