// Fetches the page of an address, and replaces parts of the one on show by its parts.

import { localise } from "../locale/localised";

/** The page at an address, its figures as this reader writes them. Throws where the service does not answer with one. */
export async function pageAt(address: string): Promise<Document> {
  const answer = await fetch(address, { headers: { accept: "text/html" }, signal: AbortSignal.timeout(10_000) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || !page.querySelector("#board")) throw new Error(`status ${answer.status}`);
  localise(page);
  return page;
}

export function take(page: Document, selector: string): void {
  const fresh = page.querySelector(selector);
  if (fresh) document.querySelector(selector)?.replaceWith(document.adoptNode(fresh));
}

const asked = new Set<string>();

/**
 * Shows the symbols that may have been meant by an unknown one, as links that the
 * service renders. Returns whether any were added; each symbol is looked up once.
 */
export async function suggest(symbol: string, address: string): Promise<boolean> {
  const tile = `.tile[data-symbol="${CSS.escape(symbol)}"]`;
  if (asked.has(symbol) || document.querySelector(`${tile} .near`)) return false;
  asked.add(symbol);
  const near = await pageAt(address).then((page) => page.querySelector(`${tile} .near`), () => null);
  const note = document.querySelector(`${tile} [data-slot="note"]`);
  if (!near || !note || document.querySelector(`${tile} .near`)) return false;
  note.after(document.adoptNode(near));
  return true;
}
