// The lines of the day of those instruments that are in sight, asked for all in
// one question.

import type { Quote } from "../api";
import { daysOf, extended, type Line, type Point } from "./sparkline";

const AGAIN_MS = 300_000;
/** After a line could not be had, or was of another day. */
const SOON_MS = 60_000;
/** What the service sets side by side. */
const MOST_TOGETHER = 50;

interface Held {
  /** Without points where no source has any. */
  line: Line | undefined;
  /** When it is to be asked for again, in milliseconds. */
  due: number;
  /** Whether it may be what the others had to wait for. */
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

  /** A live price goes on with its line, whichever of the two comes first. */
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
      // What could not be had now leaves the line that there is.
      const line = lines ? (lines.get(symbol) ?? { stepMs: 0, points: [] }) : this.of(symbol);
      this.#held.set(symbol, { line, due: Date.now() + (lines ? AGAIN_MS : SOON_MS), isSlow: !lines });
      this.#goOn(symbol);
      if (lines) this.drawn(symbol);
    }
    this.askDue();
  }
}
