// The parts of the page that stand around a figure, and what is written into them.

export class Parts {
  constructor(readonly figure: HTMLElement) {}

  /** A part of the figure, or one that stands around it. */
  one<T extends HTMLElement = HTMLElement>(selector: string): T {
    const found = this.figure.querySelector<T>(selector) ?? document.querySelector<T>(`#result ${selector}`);
    if (!found) throw new Error(`the page has no ${selector}`);
    return found;
  }

  all<T extends HTMLElement>(selector: string): T[] {
    return [...document.querySelectorAll<T>(`#result ${selector}`)];
  }

  /** Writes a text where it differs, so that screen readers do not read it out twice. */
  put(selector: string, text: string): void {
    const place = this.one(selector);
    if (place.textContent !== text) place.textContent = text;
  }

  /** What the service wrote on the figure. */
  data(name: string): string {
    return this.figure.dataset[name] ?? "";
  }
}
