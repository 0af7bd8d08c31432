// What the server wrote, as the reader's language and clock write it. The server
// does not know its reader; it marks what can be written in another way:
//
//   data-figures             its text has figures, and no other digits (a name
//                            may have some)
//   <time data-instant datetime="…">  an instant, in UTC until a script runs
//   <time data-age datetime="…">      how long ago that was (ages.ts)
//
// Nothing changes for a reader whose language writes as the server does and
// whose clock shows UTC.

import { figure, moment } from "./format";

/** A figure as the server writes it: `7,150.09`. */
const FIGURE = /\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?/g;

/**
 * Writes marked figures and instants below `root` as the reader does.
 *
 * What has been rewritten loses its mark, so this may be called again after
 * parts were replaced. Call it before a fresh part is compared with the shown
 * one or put in its place.
 */
export function localise(root: ParentNode, locale?: string): void {
  if (!writesAsServer(locale)) {
    for (const element of root.querySelectorAll("[data-figures]")) rewrite(element, locale);
  }
  const now = new Date();
  for (const time of root.querySelectorAll<HTMLTimeElement>("time[data-instant]")) {
    time.textContent = moment(new Date(time.dateTime), now, locale);
    time.removeAttribute("data-instant");
  }
}

/** A text that the server wrote, with its figures as the reader writes them. */
export function localisedText(text: string, locale?: string): string {
  return text.replace(FIGURE, (digits) => figure(digits.replaceAll(",", ""), locale));
}

function writesAsServer(locale?: string): boolean {
  return localisedText("1,234,567.89", locale) === "1,234,567.89";
}

function rewrite(element: Element, locale?: string): void {
  element.removeAttribute("data-figures");
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode as Text;
    text.data = localisedText(text.data, locale);
  }
}
