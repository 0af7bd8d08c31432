// Pages that renew themselves: the same page is fetched again and again, and its
// parts are taken over, so that it reads the same with and without scripts.

import { clock } from "./format";
import { poll } from "./polling";

const connection = document.querySelector<HTMLElement>("#connection");
let asOf = "";
let failures = 0;
let lostAt = "";

/**
 * Renews parts of this page every `everyMs`.
 *
 * `parts` are replaced whole where they differ; `quiet` ones keep their element,
 * so that what is read out when it changes is read out only then.
 */
export function renew(parts: string[], quiet: string[], everyMs: number): void {
  asOf = timeOf(document);
  poll(() => refresh(parts, quiet), everyMs, lost);
}

/** When a page was made; by this browser's clock where the page does not say. */
function timeOf(page: Document): string {
  return page.querySelector("#now")?.textContent ?? clock(new Date());
}

async function refresh(parts: string[], quiet: string[]): Promise<void> {
  const answer = await fetch(location.pathname, {
    headers: { accept: "text/html" },
    signal: AbortSignal.timeout(10_000),
  });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || !page.querySelector("#connection")) throw new Error(`status ${answer.status}`);
  failures = 0;
  // Whoever is copying something must not lose the selection.
  if (getSelection()?.isCollapsed === false) return;
  asOf = timeOf(page);
  for (const part of quiet) takeQuietly(document.querySelector(part), page.querySelector(part));
  for (const part of parts) take(document.querySelector(part), page.querySelector(part));
  say("connected", `Live, as of ${asOf}`);
}

function takeQuietly(shown: HTMLElement | null, fresh: HTMLElement | null): void {
  if (!shown || !fresh) return;
  const state = fresh.dataset["state"];
  if (state) shown.dataset["state"] = state;
  const isText = !fresh.childElementCount;
  if (isText && shown.textContent !== fresh.textContent) shown.textContent = fresh.textContent;
}

/** Puts a fresh part in the place of the shown one; what was open or had the focus keeps it. */
function take(shown: Element | null, fresh: Element | null): void {
  if (!shown || !fresh) return;
  for (const details of shown.querySelectorAll("details")) {
    const same = details.id && fresh.querySelector<HTMLDetailsElement>(`#${CSS.escape(details.id)}`);
    if (same) same.open = details.open;
  }
  if (shown.outerHTML === fresh.outerHTML) return;
  const focusable = (part: Element) => [...part.querySelectorAll<HTMLElement>("a, summary")];
  const focused = focusable(shown).findIndex((it) => it === document.activeElement);
  shown.replaceWith(document.adoptNode(fresh));
  if (focused >= 0) focusable(fresh)[focused]?.focus({ preventScroll: true });
}

function lost(): void {
  failures += 1;
  if (failures === 1) {
    lostAt = clock(new Date());
    return say("reconnecting", `No answer, asking again; what stands here was so at ${asOf}`);
  }
  say("offline", `Not reached since ${lostAt}; what stands here was so at ${asOf}`);
}

function say(state: string, words: string): void {
  if (!connection) return;
  connection.dataset["state"] = state;
  connection.textContent = words;
}
