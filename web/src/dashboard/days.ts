// The lines of the day of those instruments that are in sight, asked for a few
// at a time.

import type { Quote } from "../latest";
import { dayOf, extended, type Point } from "./sparkline";

const AGAIN_MS = 300_000;
/** After a line could not be had, or was of another day. */
const SOON_MS = 60_000;
const TOGETHER = 2;

interface Held {
  line: Point[];
  /** When it is to be asked for again, in milliseconds. */
  due: number;
}

export class Days {
  #held = new Map<string, Held>();
  #wanted = new Set<string>();
  #asking = new Set<string>();

  /** `drawn` is told whose line has changed. */
  constructor(
    private readonly drawn: (symbol: string) => void,
    private readonly ask: (symbol: string) => Promise<Point[]> = dayOf,
  ) {}

  /** The line of an instrument, where it has been asked for. */
  of(symbol: string): Point[] | undefined {
    return this.#held.get(symbol)?.line;
  }

  /** Whether an instrument is in sight. */
  see(symbol: string, isSeen: boolean): void {
    if (isSeen) this.#wanted.add(symbol);
    else this.#wanted.delete(symbol);
    this.askDue();
  }

  /** No instrument is in sight. */
  forget(): void {
    this.#wanted.clear();
  }

  /** A live price goes on with its line. */
  go({ symbol, as_of: at, price }: Quote): void {
    const held = this.#held.get(symbol);
    if (!held || !at || price === null) return;
    const line = extended(held.line, [Date.parse(at), price]);
    if (line) held.line = line;
    else held.due = Math.min(held.due, Date.now() + SOON_MS);
  }

  /** Asks for those lines that are in sight and due. */
  askDue(): void {
    if (document.hidden) return;
    for (const symbol of this.#wanted) {
      if (this.#asking.size >= TOGETHER) return;
      const due = this.#held.get(symbol)?.due ?? 0;
      if (due <= Date.now() && !this.#asking.has(symbol)) void this.#ask(symbol);
    }
  }

  async #ask(symbol: string): Promise<void> {
    this.#asking.add(symbol);
    const before = this.of(symbol);
    // What could not be had now leaves the line that there is.
    const line = await this.ask(symbol).catch(() => null);
    this.#asking.delete(symbol);
    const due = Date.now() + (line ? AGAIN_MS : SOON_MS);
    this.#held.set(symbol, { line: line ?? before ?? [], due });
    if (line) this.drawn(symbol);
    this.askDue();
  }
}
