// Searches for an instrument while its name is typed: asks once the typing
// pauses, drops answers that come too late, and knows which hit is chosen.

import type { SearchHit, SearchResponse } from "../api";
import { Refusal } from "../service/polling";

/** What a search shows. */
export interface View {
  hits: SearchHit[];
  /** Which hit is chosen; -1 where there is none. */
  active: number;
  /** A sentence about it. */
  said: string;
}

const NOTHING: View = { hits: [], active: -1, said: "" };
const PAUSE_MS = 150;

export class Finder {
  view = NOTHING;
  #text = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #settled = Promise.resolve();
  /** Whether what is shown is about the present text. */
  #isSeen = true;

  /** `ask` asks the service; `show` is called after each change; `enter` says what the Enter key does with a symbol. */
  constructor(
    private readonly ask: (text: string) => Promise<SearchResponse>,
    private readonly show: (view: View) => void,
    private readonly enter: "opens" | "adds" | "shows" = "opens",
  ) {}

  /** Takes the field's present text. */
  type(field: string): void {
    const text = field.trim();
    if (text === this.#text) return;
    this.#text = text;
    this.#isSeen = !text;
    clearTimeout(this.#timer);
    if (!text) {
      this.#settled = Promise.resolve();
      return this.#update(NOTHING);
    }
    this.#update({ ...this.view, said: "Searching…" });
    this.#settled = new Promise((settled) => {
      this.#timer = setTimeout(() => void this.#search(text).then(settled), PAUSE_MS);
    });
  }

  /** Chooses the next hit, or the one before; after the last comes the first. */
  move(step: 1 | -1): void {
    const { hits, active } = this.view;
    if (!hits.length) return;
    this.#update({ ...this.view, active: (active + step + hits.length) % hits.length });
  }

  /**
   * The symbol that Enter takes, once the search for what is typed is over: the marked hit's, or the text itself where
   * nothing was found. `null` where the reader has not seen yet which: then only a hit that is exactly what was typed is
   * taken, and it is said what Enter takes now. Empty where nothing was typed.
   *
   * Never settles where the text is changed meanwhile: the reader has not finished.
   */
  async choose(): Promise<string | null> {
    const wasSeen = this.#isSeen;
    await this.#settled;
    const { hits, active, said } = this.view;
    const hit = wasSeen ? hits[active] : hits.find((one) => isExactly(one, this.#text));
    if (hit ?? wasSeen) return hit?.symbol ?? this.#text;
    const marked = hits[active];
    if (marked) this.#update({ ...this.view, said: `${said} Enter ${this.enter} ${marked.symbol}.` });
    return null;
  }

  async #search(text: string): Promise<void> {
    const otherwise = `Enter ${this.enter} “${text}” as a symbol.`;
    const view = await this.ask(text).then(
      (found) => viewOf(found, otherwise),
      (why: unknown) => ({ ...NOTHING, said: `${reason(why)} ${otherwise}` }),
    );
    // The text was changed meanwhile: the next answer is the one that counts.
    if (text !== this.#text) return new Promise(() => {});
    this.#isSeen = true;
    this.#update(view);
  }

  #update(view: View): void {
    this.view = view;
    this.show(view);
  }
}

function viewOf({ instruments: hits, upstream }: SearchResponse, otherwise: string): View {
  const found = hits.length ? `${hits.length} found.` : `Nothing found. ${otherwise}`;
  const only = upstream === "ok" ? "" : " Only what is known here was searched";
  const why = upstream === "ok" ? "" : upstream === "none" ? "." : `: ${upstream}.`;
  return { hits, active: hits.length ? 0 : -1, said: found + only + why };
}

function isExactly({ symbol, name }: SearchHit, text: string): boolean {
  return [symbol, name].some((known) => known.toLowerCase() === text.toLowerCase());
}

function reason(why: unknown): string {
  // A refusal is the service's own sentence; anything else means that it gave no answer.
  return why instanceof Refusal ? why.message.replace(/([^.!?])$/, "$1.") : "The search does not answer.";
}
