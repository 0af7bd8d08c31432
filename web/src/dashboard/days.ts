// The day's lines of the instruments that are in sight, asked for in one request.

import type { Quote } from "../api";
import { daysOf, extended, type Line, type Point } from "./sparkline";

const AGAIN_MS = 300_000;
/** When to ask again for a line that could not be had or is of another day. */
const SOON_MS = 60_000;
/** How many instruments the service aligns in one answer. */
const MOST_TOGETHER = 50;

interface Held {
  /** Without points where no source has any. */
  line: Line | undefined;
  /** When it is to be asked for again, in milliseconds. */
  due: number;
  /** Whether it may be the one that delayed the others. */
  isSlow: boolean;
}

export class Days {
  #held = new Map<string, Held>();
  #newest = new Map<string, Point>();
  #inSight = new Set<string>();
  #isAsking = false;

  /** `drawn` is called with the symbol whose line has changed. */
  constructor(
    private readonly drawn: (symbol: string) => void,
    private readonly ask: (symbols: string[]) => Promise<Map<string, Line>> = daysOf,
  ) {}

  /** The line of an instrument, where it has been asked for. */
  of(symbol: string): Line | undefined {
    return this.#held.get(symbol)?.line;
  }

  /** Whether an instrument is in sight. */
  see(symbol: string, isSeen: boolean): void {
    if (isSeen) this.#inSight.add(symbol);
    else this.#inSight.delete(symbol);
  }

  /** No instrument is in sight. */
  forget(): void {
    this.#inSight.clear();
  }

  /** Extends an instrument's line by a live price, whichever of the two comes first. */
  go({ symbol, as_of: at, price }: Quote): void {
    if (!at || price === null) return;
    this.#newest.set(symbol, [Date.parse(at), price]);
    this.#goOn(symbol);
  }

  #goOn(symbol: string): void {
    const [held, newest] = [this.#held.get(symbol), this.#newest.get(symbol)];
    if (!held?.line || !newest) return;
    const line = extended(held.line, newest);
    if (line) held.line = line;
    else held.due = Math.min(held.due, Date.now() + SOON_MS);
  }

  /** Asks for those lines that are in sight and due. */
  askDue(): void {
    if (document.hidden || this.#isAsking) return;
    const due = [...this.#inSight].filter((symbol) => (this.#held.get(symbol)?.due ?? 0) <= Date.now());
    const quick = due.filter((symbol) => !this.#held.get(symbol)?.isSlow);
    const next = quick.length ? quick.slice(0, MOST_TOGETHER) : due.slice(0, 1);
    if (next.length) void this.#ask(next);
  }

  async #ask(symbols: string[]): Promise<void> {
    this.#isAsking = true;
    const lines = await this.ask(symbols).catch(() => null);
    this.#isAsking = false;
    for (const symbol of symbols) {
      // Where no answer came, the line that there is stays.
      const line = lines ? (lines.get(symbol) ?? { stepMs: 0, points: [] }) : this.of(symbol);
      this.#held.set(symbol, { line, due: Date.now() + (lines ? AGAIN_MS : SOON_MS), isSlow: !lines });
      this.#goOn(symbol);
      if (lines) this.drawn(symbol);
    }
    this.askDue();
  }
}
